"""Spans against plain sets."""

from hypothesis import given
from hypothesis import strategies as st

from collector.proof.audit.spans import Spans

NUMBERS = st.lists(st.integers(1, 60), max_size=60)


@given(NUMBERS, NUMBERS)
def test_spans_are_sets(one: list[int], other: list[int]) -> None:
    spans, seen = Spans(), set[int]()
    for number in one:
        assert spans.add(number) == (number not in seen)
        seen.add(number)
    assert len(spans) == len(seen)
    assert spans.last == max(seen, default=None)
    assert [number for first, last in spans for number in range(first, last + 1)] == sorted(seen)
    left = [number for first, last in spans.without(Spans(other)) for number in range(first, last + 1)]
    assert left == sorted(seen - set(other))


def test_numbers_that_follow_one_another_are_one_span() -> None:
    assert list(Spans(range(1, 1001))) == [(1, 1000)]
    assert str(Spans([5, 1, 2])) == "1-2, 5"
