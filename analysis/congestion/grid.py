"""Pure. Instants on a grid of local days and quarters of an hour, and what was measured in each.

A quarter of an hour that the clock repeats holds both; one that it leaves out holds nothing. Knows nothing of what was
measured.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from analysis.congestion.signal import SLOTS, Days
from analysis.kernel.column import Index, Real, Whole
from analysis.period import local_day
from probe.units import epoch_us

SLOT_US = 900_000_000
_SLOT = timedelta(microseconds=SLOT_US)


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells`: for each quarter of an hour of UTC from `first_us` on, its cell (day times `SLOTS` plus slot)."""

    days: Days
    first_us: int
    cells: Index

    @property
    def count(self) -> int:
        """Of cells in all the days."""
        return len(self.days.days) * SLOTS

    def cell(self, at_us: Whole) -> Index:
        """The cell of each instant; -1 outside the days."""
        place = (at_us - self.first_us) // SLOT_US
        inside = (place >= 0) & (place < len(self.cells))
        return np.where(inside, self.cells[np.clip(place, 0, len(self.cells) - 1)], -1)


def grid(days: Days) -> Grid:
    """The grid of `days`, of which there is one at least."""
    first = local_day(days.days[0], days.zone).start_at
    end = local_day(days.days[-1], days.zone).end_at
    count = (end - first) // _SLOT
    places = {day: number for number, day in enumerate(days.days)}
    local = ((first + number * _SLOT).astimezone(days.zone) for number in range(count))
    cells = [_cell(at, places) for at in local]
    return Grid(days, epoch_us(first), np.array(cells, dtype=np.intp))


def _cell(at: datetime, places: dict[date, int]) -> int:
    return places[at.date()] * SLOTS + (at.hour * 60 + at.minute) // 15


def medians(group: Index, values: Real, count: int) -> Real:
    """The median of the values of each of `count` groups, NaN where there are none. Groups below zero are left out."""
    kept = (group >= 0) & ~np.isnan(values)
    group, values = group[kept], values[kept]
    made = np.full(count, np.nan)
    if not len(group):
        return made
    order = np.lexsort((values, group))
    group, values = group[order], values[order]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    sizes = np.diff(np.r_[starts, len(group)])
    made[group[starts]] = (values[starts + (sizes - 1) // 2] + values[starts + sizes // 2]) / 2
    return made


def means(group: Index, values: Real, count: int) -> Real:
    """Likewise the mean."""
    kept = (group >= 0) & ~np.isnan(values)
    number = np.bincount(group[kept], minlength=count)
    total = np.bincount(group[kept], weights=values[kept], minlength=count)
    made: Real = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return made
