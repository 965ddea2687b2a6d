"""Vocabulary. Periods: half-open, UTC inside, the line's own zone only where days begin and end.

Knows nothing of what happened in them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_UTC_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """[start_at, end_at), both aware in UTC. Never empty, never backwards (ValueError)."""

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        if self.start_at.utcoffset() != _UTC_OFFSET or self.end_at.utcoffset() != _UTC_OFFSET:
            raise ValueError("a period's ends must be in UTC")
        if self.start_at >= self.end_at:
            raise ValueError(f"a period must end after it starts: {self.start_at} to {self.end_at}")

    @property
    def duration(self) -> timedelta:
        """Elapsed time; a local day may have 23 or 25 h."""
        return self.end_at - self.start_at

    def __contains__(self, at: datetime) -> bool:
        return self.start_at <= at < self.end_at

    def clip(self, to: "Period") -> "Period | None":
        """The part of this period inside `to`; None where they do not overlap."""
        start_at, end_at = max(self.start_at, to.start_at), min(self.end_at, to.end_at)
        return Period(start_at, end_at) if start_at < end_at else None


def local_day(day: date, zone: ZoneInfo) -> Period:
    """The civil day `day` in `zone`: 23, 24 or 25 hours.

    >>> local_day(date(2026, 3, 29), ZoneInfo("Europe/Lisbon")).duration
    datetime.timedelta(seconds=82800)
    """
    utc = ZoneInfo("UTC")
    start_at = datetime.combine(day, time(), zone).astimezone(utc)
    end_at = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(utc)
    return Period(start_at, end_at)


def local_days(period: Period, zone: ZoneInfo) -> tuple[date, ...]:
    """Every civil day that `period` touches, in order."""
    first = period.start_at.astimezone(zone).date()
    last = (period.end_at - timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
