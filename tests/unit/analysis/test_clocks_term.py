"""Terms in days, weeks and months, by art. 279 of the Civil Code."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from analysis.clocks import package_data
from analysis.clocks.term import Off, calendar_term, due, month_term, working_days_term
from analysis.clocks.working_calendar import Calendar
from analysis.contract import Line, Region

TODAY = date(2026, 11, 21)
RULES = package_data.rules()


def calendar(region: Region = Region.MAINLAND, zone: str = "Europe/Lisbon") -> Calendar:
    return package_data.calendar(Line(id="casa", zone=ZoneInfo(zone), region=region))


@pytest.mark.parametrize(
    ("event_on", "days", "on"),
    [
        (date(2026, 11, 2), 15, date(2026, 11, 23)),
        (date(2026, 11, 27), 15, date(2026, 12, 22)),  # over 1 and 8 December
        (date(2026, 12, 23), 15, date(2027, 1, 15)),  # over Christmas and New Year, both Fridays
        (date(2026, 3, 30), 15, date(2026, 4, 21)),  # over Good Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
    ],
)
def test_working_days_skip_weekends_and_holidays_and_the_day_itself(event_on: date, days: int, on: date) -> None:
    assert working_days_term(event_on, days, calendar()).on == on


def test_a_regional_holiday_lengthens_the_term_in_its_region() -> None:
    event_on = date(2026, 5, 22)
    assert working_days_term(event_on, 1, calendar()).on == date(2026, 5, 25)
    assert working_days_term(event_on, 1, calendar(Region.AZORES, "Atlantic/Azores")).on == date(2026, 5, 26)


@pytest.mark.parametrize(
    ("event_on", "counted_on", "on"),
    [
        (date(2026, 10, 5), date(2026, 11, 4), date(2026, 11, 4)),
        (date(2026, 10, 23), date(2026, 11, 22), date(2026, 11, 23)),  # Sunday
        (date(2026, 10, 22), date(2026, 11, 21), date(2026, 11, 21)),  # Saturday: art. 279(e) does not name it
        (date(2026, 11, 8), date(2026, 12, 8), date(2026, 12, 9)),  # a holiday
        (date(2026, 11, 25), date(2026, 12, 25), date(2026, 12, 28)),  # a Friday holiday: over the weekend too
        (date(2026, 3, 4), date(2026, 4, 3), date(2026, 4, 6)),  # Good Friday to Easter Monday
    ],
)
def test_thirty_days_move_off_sundays_and_holidays_alone(event_on: date, counted_on: date, on: date) -> None:
    term = calendar_term(event_on, 30, calendar())
    assert (term.counted_on, term.on) == (counted_on, on)


@pytest.mark.parametrize(
    ("event_on", "months", "on"),
    [
        (date(2026, 11, 17), 1, date(2026, 12, 17)),
        (date(2027, 1, 31), 1, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 3, 1)),
        (date(2026, 12, 1), 1, date(2027, 1, 4)),  # New Year's Day is a Friday
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last(event_on: date, months: int, on: date) -> None:
    assert month_term(event_on, months, calendar()).on == on


@pytest.mark.parametrize(
    ("zone", "region", "last_at"),
    [
        ("Europe/Lisbon", Region.MAINLAND, datetime(2026, 7, 31, 23, tzinfo=UTC)),
        ("Atlantic/Madeira", Region.MADEIRA, datetime(2026, 7, 31, 23, tzinfo=UTC)),
        ("Atlantic/Azores", Region.AZORES, datetime(2026, 8, 1, tzinfo=UTC)),
    ],
)
def test_a_term_ends_at_midnight_of_the_installation(zone: str, region: Region, last_at: datetime) -> None:
    assert calendar_term(date(2026, 7, 1), 30, calendar(region, zone)).last_at == last_at


@pytest.mark.parametrize(
    ("name", "event_on", "on"),
    [
        ("complaint-to-operator", date(2026, 11, 8), date(2026, 12, 9)),
        ("operator-decision", date(2026, 11, 8), date(2026, 12, 9)),
        ("complaints-book-reply", date(2026, 11, 2), date(2026, 11, 23)),
        ("long-outage", date(2026, 11, 7), date(2026, 11, 22)),  # a duration: it may end on a Sunday
        ("long-outage-two-weeks", date(2026, 11, 7), date(2026, 11, 21)),
        ("refund-after-contract", date(2026, 11, 8), date(2026, 12, 9)),
        ("activation-two-days", date(2026, 11, 20), date(2026, 11, 23)),
        ("data-request", date(2026, 11, 12), date(2026, 12, 14)),  # off Saturday 12 December
        ("data-request-extended", date(2026, 11, 12), date(2027, 2, 12)),
    ],
)
def test_every_term_of_the_data_ends_where_it_should(name: str, event_on: date, on: date) -> None:
    term = RULES.term(name, event_on)
    assert term
    assert due(term, event_on, calendar()).on == on


def test_this_file_tries_every_term() -> None:
    assert len(RULES.terms) == 9


def test_a_term_may_move_off_saturdays_where_its_data_say_so() -> None:
    saturdays_too = frozenset(Off)
    assert calendar_term(date(2026, 10, 22), 30, calendar(), moves_off=saturdays_too).on == date(2026, 11, 23)


def test_a_term_that_ends_on_a_friday_holiday_moves_past_the_saturday_that_a_later_one_ends_on() -> None:
    friday, saturday = (calendar_term(date(2026, 11, day), 30, calendar()) for day in (25, 26))
    assert (friday.counted_on, friday.on) == (date(2026, 12, 25), date(2026, 12, 28))
    assert (saturday.counted_on, saturday.on) == (date(2026, 12, 26), date(2026, 12, 26))
    assert friday.latest_at == saturday.latest_at == datetime(2026, 12, 29, tzinfo=UTC)


def test_a_duration_has_no_later_end() -> None:
    outage = RULES.term("long-outage", TODAY)
    assert outage
    saturday = due(outage, date(2026, 11, 6), calendar())
    assert saturday.on == date(2026, 11, 21)
    assert saturday.latest_at == saturday.last_at
