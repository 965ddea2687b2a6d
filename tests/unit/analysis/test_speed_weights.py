"""Tests drawn with unequal chances tell of time by their weights."""

from math import sqrt

import pytest

from analysis.speed.weights import Drawn, Estimate, weighted_share


def test_tests_of_equal_weight_tell_what_counting_tells() -> None:
    told = weighted_share([Drawn(True, 2.0), Drawn(False, 2.0), Drawn(False, 2.0), Drawn(False, 2.0)])
    assert told is not None
    assert (told.share, told.effective) == (0.25, 4.0)
    assert told.error == pytest.approx(sqrt(0.25 * 0.75 / 3))


def test_a_test_drawn_three_times_as_often_counts_a_third() -> None:
    told = weighted_share([Drawn(True, 3.0), Drawn(False, 1.0)])
    assert told is not None
    assert told.share == pytest.approx(0.25)
    assert told.effective == pytest.approx((4 / 3) ** 2 / (1 / 9 + 1))
    assert told.error == pytest.approx(sqrt(((1 / 3 * 0.75) ** 2 + 0.25**2) * 2) / (4 / 3))


def test_one_test_has_no_error_and_none_no_share() -> None:
    assert weighted_share([Drawn(True, 1.0)]) == Estimate(share=1.0, error=None, effective=1.0)
    assert weighted_share([]) is None


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_chance_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"^tests_per_hour must be positive, but is "):
        Drawn(True, rate)
