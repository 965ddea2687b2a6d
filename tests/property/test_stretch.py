"""Laws of time: joining, taking away and clipping keep every microsecond, in whatever order and however it is cut."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analysis.outage.stretch import joined, shared_us, total_us, without
from analysis.period import Period

instants = st.integers(0, 60)
some = st.lists(st.tuples(instants, instants).map(lambda pair: (min(pair), max(pair))), max_size=8)
FIRST = datetime(2026, 3, 28, tzinfo=UTC)
periods = st.tuples(instants, st.integers(1, 40)).map(
    lambda pair: Period(FIRST + timedelta(hours=pair[0]), FIRST + timedelta(hours=pair[0] + pair[1]))
)


def covered(stretches: list[tuple[int, int]]) -> set[int]:
    return {at for start, end in stretches for at in range(start, end)}


@given(some, st.randoms(use_true_random=False))
def test_joined_covers_the_same_time_once_apart_and_in_order(told: list[tuple[int, int]], dice: object) -> None:
    found = joined(told)
    dice.shuffle(told)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert joined(told) == joined(found) == found
    assert covered(found) == covered(told)
    assert total_us(found) == len(covered(told))
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(some, some)
def test_what_is_taken_away_and_what_is_left_are_all_of_it(
    told: list[tuple[int, int]], holes: list[tuple[int, int]]
) -> None:
    own, gaps = joined(told), joined(holes)
    left = without(own, gaps)
    assert covered(left) == covered(own) - covered(gaps)
    assert total_us(left) + shared_us(own, gaps) == total_us(own)
    assert shared_us(own, gaps) == shared_us(gaps, own)
    assert joined(left) == left


@given(periods, periods, periods)
def test_clipping_may_come_in_any_order_and_never_adds(one: Period, other: Period, third: Period) -> None:
    both = one.clip(other)
    assert both == other.clip(one)
    assert one.clip(one) == one
    step = None if both is None else both.clip(third)
    inner = other.clip(third)
    assert step == (None if inner is None else one.clip(inner))
    assert both is None or both.duration <= min(one.duration, other.duration)


@given(periods, st.integers(1, 39))
def test_a_period_cut_in_two_is_its_two_parts(whole: Period, after_h: int) -> None:
    cut_at = whole.start_at + timedelta(hours=after_h)
    if cut_at in whole:
        parts = [whole.clip(Period(whole.start_at, cut_at)), whole.clip(Period(cut_at, whole.end_at))]
        assert sum((part.duration for part in parts if part), timedelta()) == whole.duration
        assert sum(cut_at in part for part in parts if part) == 1
