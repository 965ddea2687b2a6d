"""When a collector was down, from its own beats."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.uptime.account import TOLERANCE, Span, account

AT = datetime(2026, 10, 5, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_time_between_two_spans_is_down_and_time_before_the_first_is_unknown() -> None:
    told = account([Span(_at(10), _at(20)), Span(_at(25), _at(60))], _at(0), _at(60))
    assert [(one.start_at, one.end_at) for one in told.down] == [(_at(20), _at(25))]
    assert (told.up_s, told.down_s, told.unknown_s, told.at_work) == (2700, 300, 600, True)


def test_a_clock_that_was_set_makes_no_downtime() -> None:
    told = account([Span(_at(0), _at(10)), Span(_at(5000), _at(5010), stepped=True)], _at(0), _at(5010))
    assert (told.down, told.up_s) == ((), 1200)
    back = account([Span(_at(100), _at(130)), Span(_at(90), _at(110), stepped=True)], _at(90), _at(130))
    assert (back.down, back.up_s, back.unknown_s) == ((), 2400, 0)


def test_a_collector_that_never_came_back_is_down_until_the_periods_end() -> None:
    told = account([Span(_at(0), _at(10))], _at(0), _at(60))
    assert (told.down[0].end_at, told.at_work) == (_at(60), False)
    late = account([Span(_at(0), _at(10))], _at(0), _at(10) + TOLERANCE)
    assert (late.down, late.at_work, late.unknown_s) == ((), True, TOLERANCE.total_seconds())


def test_nothing_noted_is_nothing_known() -> None:
    told = account([], _at(0), _at(60))
    assert (told.up_s, told.down_s, told.unknown_s, told.at_work) == (0, 0, 3600, False)


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 500), st.booleans()), max_size=12),
    st.integers(0, 5000),
    st.integers(1, 5000),
)
def test_up_down_and_unknown_always_add_up(spans: list[tuple[int, int, bool]], start: int, length: int) -> None:
    told = account(
        [Span(_at(at), _at(at + lasts), stepped) for at, lasts, stepped in spans], _at(start), _at(start + length)
    )
    assert round(told.up_s + told.down_s + told.unknown_s, 3) == length * 60
    assert min(told.up_s, told.down_s, told.unknown_s) >= 0
    assert all(one.end_at <= two.start_at for one, two in zip(told.down, told.down[1:], strict=False))
