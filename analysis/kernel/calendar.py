"""Pure. The days of one time zone on a grid of hours, and the other 24 hours that end in them.

Every slot of every length lies within one hour of the grid, so that neither a day nor a window cuts one. Where a zone
or a profile does not fit the grid there is no calendar. Knows nothing of lines or of tests.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analysis.clause import Rule
from analysis.kernel.column import Whole
from analysis.period import Period, local_day
from analysis.speed import rolling
from probe.units import epoch_us

MINUTE_US = 60_000_000
HOUR_MINUTES = 60
_HOUR_US = HOUR_MINUTES * MINUTE_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`days` follow one another; the first is the one before those that are judged.

    `edges`: of the days, in hours since the first began, one more than days. `day_of_hour`: by such an hour.
    `windows`: [start, end) in the same hours of the windows that end in each judged day; the day's own is not among
    them.
    """

    zone: ZoneInfo
    days: tuple[date, ...]
    base_us: int
    edges: tuple[int, ...]
    day_of_hour: NDArray[np.int16]
    windows: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def hours(self) -> int:
        """Of all the days together."""
        return self.edges[-1]

    @property
    def end_us(self) -> int:
        """When the last day ends."""
        return self.base_us + self.edges[-1] * _HOUR_US

    def minutes(self, starts_us: Whole) -> Whole:
        """Whole minutes since the first day began."""
        return (starts_us - self.base_us) // MINUTE_US

    def minute_us(self, hour: int) -> int:
        """When an hour of the grid begins, in microseconds since 1970."""
        return self.base_us + hour * _HOUR_US


def calendar(days: tuple[date, ...], zone: ZoneInfo, sliding: Rule) -> Calendar | None:
    """Of `days`, the first of which is only looked back at; None where they do not fit a grid of hours."""
    periods = [local_day(on, zone) for on in days]
    base_us = epoch_us(periods[0].start_at)
    edges = _hours([*(one.start_at for one in periods), periods[-1].end_at], base_us)
    step = timedelta(seconds=sliding.whole("step_s"))
    windows = [_windows(one, step, base_us) for one in periods[1:]]
    if edges is None or any(one is None for one in windows):
        return None
    return Calendar(
        zone=zone,
        days=days,
        base_us=base_us,
        edges=edges,
        day_of_hour=np.repeat(np.arange(len(days), dtype=np.int16), np.diff(edges)),
        windows=tuple(one for one in windows if one is not None),
    )


def _windows(day: Period, step: timedelta, base_us: int) -> tuple[tuple[int, int], ...] | None:
    ends = _hours(rolling.ends(day, step), base_us)
    if ends is None:
        return None
    length = rolling.LENGTH // timedelta(hours=1)
    found = tuple((end - length, end) for end in ends)
    return None if min(start for start, _ in found) < 0 else found


def _hours(instants: "list[datetime] | tuple[datetime, ...]", base_us: int) -> tuple[int, ...] | None:
    apart = [divmod(epoch_us(at) - base_us, _HOUR_US) for at in instants]
    return None if any(rest for _, rest in apart) else tuple(hour for hour, _ in apart)
