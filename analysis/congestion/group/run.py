"""Shell. Reads a store's lines bucket by bucket and has them, and their groups, judged. Holds no judgement, no clock.

In memory: one bucket's tests, and of every line its judgement and some kilobytes of strain.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from analysis.congestion import judge as lines
from analysis.congestion.grid import Grid, grid
from analysis.congestion.group import judge as groups
from analysis.congestion.group.columns import NEEDED, series_of
from analysis.congestion.group.strain import Strain, by_hour, by_slot, joined
from analysis.congestion.group.told import GroupTold
from analysis.congestion.judgement import Judgement
from analysis.congestion.limits import Limits, limits
from analysis.congestion.run import turns
from analysis.congestion.signal import SLOTS, DayClass, Days, Series, Signal, Track
from analysis.kernel.column import Index, Real
from analysis.period import local_day

_SEED = 20261123
_PLACES = 64  # lines with an order of days of their own; the next ones begin again


class Parts(Protocol):
    """Where many lines' records come from: a store."""

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        """As `collector.store` gives them."""

    def buckets(self, lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """As `collector.store` gives them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Groups of one kind, each with its lines; lines may be in none. Those `wanted` are told, all are compared."""

    kind: str
    groups: Mapping[str, tuple[str, ...]]
    wanted: tuple[str, ...]
    lines: tuple[str, ...]
    days: tuple[date, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Report:
    """Each group that was wanted, and every line, sorted by name."""

    groups: tuple[GroupTold, ...]
    lines: tuple[Judgement, ...]


def of_groups(store: Parts, asked: Asked, say: Callable[[int, int], None]) -> Report:
    """`say` hears how many lines of how many are judged. Raises the store's errors."""
    known = limits()
    cells = grid(Days(zone=asked.zone, days=asked.days))
    judged: list[Judgement] = []
    strains: list[Strain] = []
    pool = _Pool(asked, cells)
    for bucket in store.buckets(list(asked.lines)):
        looks = _look(store, bucket, cells, known)
        judged += lines.judged(looks, known)
        slots = by_slot(looks.of)
        strains.append(by_hour(slots))
        pool.take(bucket, slots)
        say(len(judged), len(asked.lines))
    place = {one.line: number for number, one in enumerate(judged)}
    fleet = groups.Fleet(
        days=cells.days,
        judged=tuple(judged),
        strain=joined(strains),
        kind=asked.kind,
        groups={name: tuple(place[line] for line in some) for name, some in asked.groups.items()},
        pooled=pool.judged(known),
    )
    told = groups.judge(fleet, asked.wanted, orders(cells.days, known), known)
    return Report(groups=told, lines=tuple(sorted(judged, key=lambda one: one.line)))


def _look(store: Parts, bucket: Sequence[str], cells: Grid, known: Limits) -> lines.Looks:
    start_at = local_day(cells.days.days[0], cells.days.zone).start_at
    end_at = local_day(cells.days.days[-1], cells.days.zone).end_at
    tables = store.parts(bucket, start_at, end_at, columns=NEEDED)
    series = series_of(tables, bucket, cells)
    return lines.look(series, cells, turns(len(cells.days.days), known), known)


def orders(days: Days, known: Limits) -> Index:
    """By set and place, the days in another order: weekdays among weekdays, weekend days among themselves."""
    chance = np.random.default_rng(_SEED)
    made = np.empty((known.shared_shuffles, _PLACES, len(days.days)), dtype=np.intp)
    for which in DayClass:
        of = np.array(days.of(which), dtype=np.intp)
        if len(of):
            drawn = chance.random((known.shared_shuffles, _PLACES, len(of))).argsort(axis=2)
            made[:, :, of] = of[drawn]
    return made


class _Pool:
    """What the lines of each group are together, added up as they come."""

    def __init__(self, asked: Asked, cells: Grid) -> None:
        self._asked, self._cells = asked, cells
        self._of = {line: number for number, some in enumerate(asked.groups.values()) for line in some}
        shape = (len(asked.groups), len(asked.days), SLOTS)
        self._total, self._count = np.zeros(shape), np.zeros(shape)

    def take(self, bucket: Sequence[str], slots: Real) -> None:
        """A bucket's lines."""
        for row, line in enumerate(bucket):
            group = self._of.get(line)
            if group is not None:
                self._total[group] += np.nan_to_num(slots[row])
                self._count[group] += ~np.isnan(slots[row])

    def judged(self, known: Limits) -> dict[str, Judgement]:
        """Each group as if it were one line."""
        names = tuple(self._asked.groups)
        if not names:
            return {}
        none = np.full(self._total.shape, np.nan)
        mean = np.divide(self._total, self._count, out=none.copy(), where=self._count > 0)
        track = Track(signal=Signal.STRAIN, values=mean)
        series = Series(lines=names, days=self._cells.days, tracks=(track,), busy=none)
        drawn = turns(len(self._asked.days), known)
        return dict(zip(names, lines.judge(series, self._cells, drawn, known), strict=True))
