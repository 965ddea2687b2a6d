"""Hours and weekdays that come back, told by name with how many of their days were low."""

from datetime import date, timedelta

import pytest

from analysis.discrepancy.day_count import DayCount
from analysis.discrepancy.pattern import QUESTIONS, patterns, tail

MONDAY = date(2026, 9, 7)


def a_day(number: int, *, bad: bool = False, low_hours: frozenset[int] = frozenset(), tested: int = 24) -> DayCount:
    hours = {hour: hour in low_hours for hour in range(24)}
    on = MONDAY + timedelta(days=number)
    return DayCount(on=on, level_bps=1, slot_s=3600, slots=24, tested=tested, is_bad=bad, hours=hours)


def test_an_hour_that_is_low_every_workday_is_named_and_no_other() -> None:
    days = [a_day(n, low_hours=frozenset({21}) if n % 7 < 5 else frozenset()) for n in range(28)]
    (one,) = patterns(days, 3, 0.05)
    assert (one.what, one.days, one.low_days) == ("hour:21:workdays", 20, 20)
    assert one.chance == pytest.approx(QUESTIONS * (1 / 24) ** 20)


def test_an_hour_at_weekends_is_told_apart_from_workdays() -> None:
    days = [a_day(n, low_hours=frozenset({9}) if n % 7 >= 5 else frozenset()) for n in range(56)]
    assert [(one.what, one.days, one.low_days) for one in patterns(days, 3, 0.05)] == [("hour:09:weekends", 16, 16)]


def test_a_weekday_that_is_bad_every_week_is_named() -> None:
    days = [a_day(n, bad=n % 7 == 4) for n in range(56)]
    (one,) = patterns(days, 3, 0.05)
    assert (one.what, one.days, one.low_days) == ("weekday:4", 8, 8)
    assert patterns(days, 9, 0.05) == ()


def test_a_day_without_tests_is_in_no_pattern() -> None:
    days = [a_day(n, bad=n % 7 == 4, tested=0 if n == 4 else 24) for n in range(56)]
    assert [(one.what, one.days) for one in patterns(days, 3, 0.05)] == [("weekday:4", 7)]


def test_what_chance_does_is_at_most_certain() -> None:
    assert {one.chance for one in patterns([a_day(0)], 0, 1.0)} == {1.0}
    assert tail([0.5, 0.25], 2) == pytest.approx(0.125)
    assert tail([0.5, 0.25], 1) == pytest.approx(0.625)
