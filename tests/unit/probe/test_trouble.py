import pytest

from probe.reach.trouble import Trouble

S = 1_000_000_000
A, B, C = "a", "b", "c"


def proved(*who: str, calm_s: float = 5) -> Trouble:
    """Everybody has answered at 0, 5 and 10 s."""
    trouble = Trouble(calm_s=calm_s)
    for second in (0, 5, 10):
        for one in who:
            trouble.answered(one, second * S)
    return trouble


def asked(trouble: Trouble, start: int, end: int, *, step: int = 5, silent: str = "", good: str = "") -> None:
    for second in range(start, end, step):
        for one in silent:
            trouble.missed(one, second * S)
        for one in good:
            trouble.answered(one, second * S)
        trouble.interval_s(second * S)


def test_the_first_missing_answer_quickens_the_questions_for_a_minute() -> None:
    trouble = proved(A, B)
    assert trouble.interval_s(14 * S) == 5
    trouble.missed(A, 15 * S)
    assert trouble.span.began_ns == 15 * S
    assert [trouble.interval_s(second * S) for second in (15, 74, 75)] == [1, 1, 5]


def test_what_tells_of_trouble_is_kept_soon_at_both_of_its_edges() -> None:
    """The power may be the next to go, and what is in memory with it."""
    trouble = proved(A, calm_s=1)
    assert not trouble.to_be_kept(0, 14 * S), "a calm minute is one record"
    trouble.missed(A, 15 * S)
    assert [trouble.to_be_kept(15 * S, second * S) for second in (16, 24, 25)] == [False, False, True]
    asked(trouble, 16, 200, silent=A)
    assert not trouble.to_be_kept(140 * S, 200 * S), "nothing new is seen"
    trouble.answered(A, 201 * S)
    assert trouble.to_be_kept(190 * S, 202 * S)


def test_a_long_silence_is_asked_calmly_until_it_ends() -> None:
    trouble = proved(A)
    asked(trouble, 15, 600, silent=A)
    assert trouble.span.is_on
    assert trouble.interval_s(600 * S) == 5
    trouble.answered(A, 601 * S)
    assert trouble.interval_s(601 * S) == 1, "the other edge is looked at as closely"


def test_trouble_ends_when_everybody_answered_three_times_again() -> None:
    trouble = proved(A, B)
    asked(trouble, 15, 30, silent=A + B)
    asked(trouble, 30, 45, good=A, silent=B)
    assert trouble.span.is_on
    asked(trouble, 45, 60, good=A + B)
    assert (trouble.span.began_ns, trouble.span.ended_ns) == (15 * S, 55 * S)


def test_one_that_never_answered_is_no_trouble() -> None:
    trouble = proved(A)
    asked(trouble, 15, 200, good=A, silent=C)
    assert trouble.span.began_ns is None
    assert trouble.interval_s(200 * S) == 5


def test_one_that_stays_silent_among_others_that_answer_is_given_up() -> None:
    trouble = proved(A, B, C)
    asked(trouble, 15, 890, good=A + B, silent=C)
    patient = trouble.span
    asked(trouble, 890, 960, good=A + B, silent=C)
    given_up = trouble.span
    assert (patient.is_on, given_up.is_on) == (True, False)
    asked(trouble, 960, 2000, good=A + B, silent=C)
    assert trouble.span == given_up, "it is no news any more"


def test_a_line_that_is_down_is_never_given_up() -> None:
    trouble = proved(A, B)
    asked(trouble, 15, 7200, silent=A + B)
    assert trouble.span.is_on


def test_one_that_is_not_asked_any_more_keeps_no_trouble_alive() -> None:
    trouble = proved(A, B)
    asked(trouble, 15, 30, good=A, silent=B)
    asked(trouble, 30, 100, good=A)
    assert not trouble.span.is_on


def test_a_line_that_loses_packets_all_day_is_asked_fast_for_a_third_of_it_at_most() -> None:
    trouble = proved(A)
    fast = 0
    for second in range(11, 7200):
        (trouble.missed if second % 20 == 0 else trouble.answered)(A, second * S)
        fast += trouble.interval_s(second * S) == 1
    assert 2000 <= fast <= 2500


@pytest.mark.parametrize(("calm_s", "quiet_s"), [(1, 2), (60, 200)])
def test_any_interval_can_be_calm(calm_s: int, quiet_s: int) -> None:
    trouble = Trouble(calm_s=calm_s)
    for number in range(3):
        trouble.answered(A, number * calm_s * S)
        trouble.interval_s(number * calm_s * S)
    trouble.missed(A, 3 * calm_s * S)
    assert trouble.span.is_on
    assert trouble.interval_s(3 * calm_s * S) == 1
    assert trouble.interval_s((3 * calm_s + quiet_s) * S) == (1 if quiet_s < 60 else calm_s)
