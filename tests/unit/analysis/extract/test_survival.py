"""Kaplan-Meier by hand, and where it says nothing."""

from analysis.extract.service.survival import ended_by


def test_what_had_not_ended_leaves_the_others_more_weight() -> None:
    # At risk 4, 3, then 1: the curve is 3/4, 2/4, and after the open one 0.
    spent, ended = [1, 2, 3, 4], [True, True, False, True]
    assert [ended_by(spent, ended, share) for share in (0.25, 0.5, 0.51, 0.95)] == [1, 2, 4, 4]


def test_a_curve_that_does_not_come_down_so_far_has_no_quantile() -> None:
    assert ended_by([1, 9, 9, 9], [True, False, False, False], 0.25) == 1
    assert ended_by([1, 9, 9, 9], [True, False, False, False], 0.5) is None


def test_of_open_ones_alone_nothing_is_said() -> None:
    assert ended_by([5, 6], [False, False], 0.5) is None
    assert ended_by([], [], 0.5) is None


def test_one_that_was_open_when_another_ended_was_at_risk_then() -> None:
    assert ended_by([7, 7], [True, False], 0.5) == 7
