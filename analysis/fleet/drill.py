"""Shell. From the whole fleet down to one record: groups, lines, days, records, each with how much is there.

Reads the store and holds no clock. Knows nothing of who asks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from analysis.fleet.placement import GroupKind, Placement
from analysis.period import Period, local_day, local_days
from collector.envelope import StoredRecord


@dataclass(frozen=True, slots=True)
class Step:
    """One thing at a level, and how many of the next level are in it, by what they are."""

    name: str
    counts: dict[str, int]


class Tables(Protocol):
    """Where records come from: a store."""

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """Those that started in [period_start_at, period_end_at)."""

    def table(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Any:
        """The same as an Arrow table."""


def groups(places: Sequence[Placement], kind: GroupKind) -> tuple[Step, ...]:
    """The groups of a kind with how many lines each has; lines of none are under an empty name."""
    counted = Counter(place.group(kind) or "" for place in places)
    return tuple(Step(name, {"lines": count}) for name, count in sorted(counted.items()))


def days(store: Tables, line: str, period: Period, zone: ZoneInfo) -> tuple[Step, ...]:
    """Each local day of the period with how many records of each kind began on it. Raises StoreError."""
    table = store.table([line], period.start_at, period.end_at, columns=("started_at", "kind"))
    counted: dict[date, Counter[str]] = {day: Counter() for day in local_days(period, zone)}
    for at, kind in zip(table["started_at"].to_pylist(), table["kind"].to_pylist(), strict=True):
        counted[at.astimezone(zone).date()][kind] += 1
    return tuple(Step(day.isoformat(), dict(sorted(counts.items()))) for day, counts in counted.items())


def records(store: Tables, line: str, day: date, zone: ZoneInfo) -> Iterator[StoredRecord]:
    """The records that began on a local day, in order. Raises StoreError."""
    period = local_day(day, zone)
    return store.records([line], period.start_at, period.end_at)
