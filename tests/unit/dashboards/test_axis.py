from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.period import Period, local_day
from dashboards.web.drawing.axis import local_ticks, round_steps, share
from tests.build import LISBON


@pytest.mark.parametrize(
    ("day", "hours", "first_gap_h"),
    [(date(2026, 3, 29), 23, 2), (date(2026, 10, 25), 25, 4), (date(2026, 11, 21), 24, 3)],
)
def test_ticks_follow_the_local_clock_on_days_of_23_and_25_hours(day: date, hours: int, first_gap_h: int) -> None:
    window = local_day(day, LISBON)
    ticks = local_ticks(window, LISBON)
    assert [tick.at.astimezone(LISBON).hour for tick in ticks] == [0, 3, 6, 9, 12, 15, 18, 21]
    assert (ticks[1].share - ticks[0].share) * hours == pytest.approx(first_gap_h)
    assert [tick.main for tick in ticks] == [True, False] * 4


def test_a_window_that_begins_at_any_second_still_has_whole_hours() -> None:
    now = datetime(2026, 11, 21, 18, 40, 20, 123, tzinfo=UTC)
    window = Period(now - timedelta(days=1), now)
    ticks = local_ticks(window, LISBON)
    assert len(ticks) == 8
    assert all(tick.at.minute == tick.at.second == tick.at.microsecond == 0 for tick in ticks)
    assert all(tick.share == share(window, tick.at) for tick in ticks)


@given(st.floats(min_value=1, max_value=1e11))
def test_round_steps_reach_the_highest_with_few_even_steps(highest: float) -> None:
    steps = round_steps(highest)
    assert steps[0] == 0
    assert 3 <= len(steps) <= 6
    assert steps[-2] < highest <= steps[-1] * (1 + 1e-9)


def test_an_empty_scale_still_has_a_top() -> None:
    assert round_steps(0)[-1] == 1.0
