"""Pure. Terms in days, weeks and months: the last local day, and the instant at which it ends.

Counted as the Civil Code does (DL 47344/66, arts. 279 and 296): the day of the event does not count (b); weeks and
months end on the corresponding day, or on the month's last (c); a term that ends on a Sunday or holiday moves to the
first working day (e). Which of those days a term moves off is its own data. Knows no hour and no verdict.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from analysis.clocks.reading import Basis
from analysis.clocks.working_calendar import Calendar
from analysis.finding import Sentence
from analysis.period import local_day

_ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a term counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"


class Off(StrEnum):
    """A kind of day that a term may not end on."""

    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


SUNDAYS_AND_HOLIDAYS = frozenset({Off.SUNDAY, Off.HOLIDAY})  # Civil Code art. 279(e): Saturdays are not in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of dated data. `alternative_of` names the term or clock that this is another reading of.

    `since` and `until` bound when the clause holds, [since, until); None: not established, taken as always.
    """

    id: str
    count: int
    unit: Unit
    moves_off: frozenset[Off]
    label: Sentence
    clause: str
    source: str
    basis: Basis
    since: date | None = None
    until: date | None = None
    alternative_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day of a term, and `last_at`, its end in UTC: later is too late.

    `counted_on` is the last day before the term moved off a closed day: who has to act should act by then.
    `latest_at` is the end if Saturdays moved the term as well: who says that another is late should wait for that.
    The two differ because art. 279(e) does not name Saturdays, though they are no working days: a term that ends on a
    Friday holiday moves to Monday, and one that ends on the Saturday after does not move.
    """

    on: date
    last_at: datetime
    counted_on: date
    latest_at: datetime


def due(term: Term, event_on: date, calendar: Calendar) -> Due:
    """When `term` ends that an event on the local day `event_on` started. Raises: ValueError outside the almanac."""
    if term.unit is Unit.WORKING_DAYS:
        return working_days_term(event_on, term.count, calendar)
    if term.unit is Unit.MONTHS:
        return month_term(event_on, term.count, calendar, moves_off=term.moves_off)
    days = term.count * 7 if term.unit is Unit.WEEKS else term.count
    return calendar_term(event_on, days, calendar, moves_off=term.moves_off)


def working_days_term(event_on: date, days: int, calendar: Calendar) -> Due:
    """The end of the `days`-th working day after `event_on`."""
    last_on = next(islice(calendar.working_days(event_on + _ONE_DAY), days - 1, None))
    return _due(last_on, calendar, frozenset())


def calendar_term(
    event_on: date, days: int, calendar: Calendar, *, moves_off: frozenset[Off] = SUNDAYS_AND_HOLIDAYS
) -> Due:
    """The end of the `days`-th day after `event_on`, moved off the days in `moves_off`."""
    return _due(event_on + timedelta(days=days), calendar, moves_off)


def month_term(
    event_on: date, count: int, calendar: Calendar, *, moves_off: frozenset[Off] = SUNDAYS_AND_HOLIDAYS
) -> Due:
    """The end of the same day of the month, `count` months later; of the month's last day where it has no such day."""
    year, month = divmod(event_on.year * 12 + event_on.month - 1 + count, 12)
    month += 1
    return _due(date(year, month, min(event_on.day, months.monthrange(year, month)[1])), calendar, moves_off)


def _due(counted_on: date, calendar: Calendar, moves_off: frozenset[Off]) -> Due:
    on = _moved(counted_on, calendar, moves_off)
    latest_on = _moved(counted_on, calendar, moves_off | {Off.SATURDAY}) if moves_off else on
    zone = calendar.line.zone
    return Due(
        on=on,
        last_at=local_day(on, zone).end_at,
        counted_on=counted_on,
        latest_at=local_day(latest_on, zone).end_at,
    )


def _moved(day: date, calendar: Calendar, moves_off: frozenset[Off]) -> date:
    weekday = {5: Off.SATURDAY, 6: Off.SUNDAY}.get(day.weekday())
    is_off = weekday in moves_off or (Off.HOLIDAY in moves_off and calendar.is_holiday(day))
    return next(calendar.working_days(day)) if is_off else day
