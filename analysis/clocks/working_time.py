"""Pure. Counting a term in hours under one reading: when it ends, and how much of it has run.

All sums are of elapsed UTC time inside local days and local office hours, so days of 23 and 25 h come out right.
Knows no clause and no verdict.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, takewhile
from zoneinfo import ZoneInfo

from analysis.clocks.reading import Count, Pause, Reading
from analysis.clocks.working_calendar import Calendar
from analysis.period import Period, local_day

_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


def deadline(reading: Reading, known_at: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The last allowed instant, in UTC: the first at which the whole term has run. Later is too late.

    A term that is full when the office closes ends there, not when it opens again. Pauses stop the clock; where whole
    days are counted, a day on which the clock stood still at all does not count.
    Raises: ValueError if `known_at` has no time zone, or where the calendar's data end.
    """
    windows = _windows(reading, known_at, calendar, pauses)
    if reading.count is Count.WORKING_DAYS:
        return next(islice(windows, reading.days - 1, None)).end_at
    left = reading.term
    window = next(windows)
    while left > window.duration:
        left -= window.duration
        window = next(windows)
    return window.start_at + left


def elapsed(
    reading: Reading, known_at: datetime, until_at: datetime, calendar: Calendar, *, pauses: Sequence[Pause] = ()
) -> timedelta:
    """How much of the term has run by `until_at`; zero before it starts. At the deadline it is the term itself.

    Raises: as `deadline`.
    """
    end_at = until_at.astimezone(UTC)
    begun = takewhile(lambda window: window.start_at < end_at, _windows(reading, known_at, calendar, pauses))
    return sum((min(window.end_at, end_at) - window.start_at for window in begun), start=timedelta())


def _windows(reading: Reading, known_at: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> Iterator[Period]:
    """The stretches that count, in order and without end."""
    if known_at.utcoffset() is None:
        raise ValueError(f"a clock needs a time zone: {known_at} has none")
    zone, still = calendar.line.zone, _merged(pause.period for pause in pauses)
    event_on = known_at.astimezone(zone).date()
    if reading.count is Count.WORKING_DAYS:
        days = (local_day(day, zone) for day in calendar.working_days(event_on + _ONE_DAY))
        return (day for day in days if not any(day.clip(pause) for pause in still))
    from_at = _next_full_hour(known_at, zone) if calendar.switches.whole_hours else known_at.astimezone(UTC)
    return (
        running
        for day in _days(reading, calendar, event_on)
        for running in _running(_office_hours(day, reading, zone), from_at, still)
    )


def _days(reading: Reading, calendar: Calendar, first_on: date) -> Iterator[date]:
    if reading.count is Count.CONSECUTIVE:
        return (first_on + timedelta(days=n) for n in count())
    return calendar.working_days(first_on)


def _office_hours(day: date, reading: Reading, zone: ZoneInfo) -> Period:
    whole = local_day(day, zone)
    if (reading.from_hour, reading.to_hour) == (0, 24):
        return whole
    opens_at = datetime.combine(day, time(reading.from_hour), zone).astimezone(UTC)
    closes_at = whole.end_at if reading.to_hour == 24 else datetime.combine(day, time(reading.to_hour), zone)
    return Period(opens_at, closes_at.astimezone(UTC))


def _running(window: Period, from_at: datetime, still: Sequence[Period]) -> Iterator[Period]:
    """`window` from `from_at` on, without the pauses (merged, sorted). May be nothing."""
    start_at = max(window.start_at, from_at)
    for pause in still:
        end_at = min(pause.start_at, window.end_at)
        if start_at < end_at:
            yield Period(start_at, end_at)
        start_at = max(start_at, pause.end_at)
    if start_at < window.end_at:
        yield Period(start_at, window.end_at)


def _merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start_at <= merged[-1].end_at:
            merged[-1] = Period(merged[-1].start_at, max(merged[-1].end_at, period.end_at))
        else:
            merged.append(period)
    return tuple(merged)


def _next_full_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the local hour that `at` falls in; at 17:00 sharp that is 18:00."""
    local = at.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at.astimezone(UTC) - into + _HOUR
