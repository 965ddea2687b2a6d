"""Pure. Civil months: their days, their neighbours, and which of them may be asked for.

Knows nothing of what happened in them.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from analysis.period import Period, local_day

_FIRST = date(2000, 1, 1)  # no probe measured before
_ONE_DAY = timedelta(days=1)
_INTO_THE_NEXT = timedelta(days=31)  # from a first day: no month is longer, none so short that this passes two


def month_of(today: date, asked_on: date | None) -> date:
    """The first day of the month asked for; of today's where none was, or one that has not begun.

    >>> month_of(date(2026, 11, 21), date(2026, 10, 9)), month_of(date(2026, 11, 21), date(2026, 12, 1))
    (datetime.date(2026, 10, 1), datetime.date(2026, 11, 1))
    """
    on = asked_on if asked_on is not None and _FIRST <= asked_on <= today else today
    return on.replace(day=1)


def next_month(first_on: date) -> date:
    """The first day of the month after.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (first_on + _INTO_THE_NEXT).replace(day=1)


def month_before(first_on: date) -> date:
    """The first day of the month before."""
    return (first_on - _ONE_DAY).replace(day=1)


def days_of(first_on: date, today: date) -> tuple[date, ...]:
    """The month's days that have begun, in order."""
    count = (min(next_month(first_on) - _ONE_DAY, today) - first_on).days + 1
    return tuple(first_on + timedelta(days=number) for number in range(count))


def whole_month(first_on: date, zone: ZoneInfo) -> Period:
    """The month as a period, its clock changes inside."""
    return Period(local_day(first_on, zone).start_at, local_day(next_month(first_on) - _ONE_DAY, zone).end_at)
