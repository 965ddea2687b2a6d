from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from analysis.period import Period, local_day, local_days
from tests.build import AT, DAY, LISBON, MINUTE


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=1)), None])
def test_a_period_outside_utc_is_refused(zone: timezone | None) -> None:
    at = AT.replace(tzinfo=zone)
    with pytest.raises(ValueError, match="must be in UTC"):
        Period(at, at + MINUTE)


def test_a_period_that_does_not_run_forwards_is_refused() -> None:
    for end_at in (AT, AT - MINUTE):
        with pytest.raises(ValueError, match="must end after it starts"):
            Period(AT, end_at)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = Period(AT, AT + MINUTE)
    assert AT in period
    assert AT + MINUTE not in period


def test_periods_that_only_touch_have_no_part_in_common() -> None:
    first, second = Period(AT, AT + MINUTE), Period(AT + MINUTE, AT + 2 * MINUTE)
    assert first.clip(second) is None
    assert first.clip(Period(AT - MINUTE, AT + MINUTE / 2)) == Period(AT, AT + MINUTE / 2)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Lisbon", 23),
        (date(2026, 10, 25), "Atlantic/Azores", 25),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (DAY, "Europe/Lisbon", 24),
    ],
)
def test_a_local_day_is_as_long_as_it_is(day: date, zone: str, hours: float) -> None:
    assert local_day(day, ZoneInfo(zone)).duration == timedelta(hours=hours)


def test_the_days_a_period_touches() -> None:
    midnight = datetime(2026, 11, 22, tzinfo=AT.tzinfo)
    assert local_days(Period(AT, midnight), LISBON) == (DAY,)
    assert local_days(Period(AT, midnight + timedelta(microseconds=1)), LISBON) == (DAY, date(2026, 11, 22))
