"""Shell. Reads from the store, the change log, contracts and topology what happened to lines in a period.

Holds no clock. Knows nothing of who asks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from analysis.contract import Contract
from analysis.event import events as told
from analysis.event.event import Event, Noted
from analysis.fleet.topology import Topology
from analysis.period import Period
from collector.envelope import Enrolled, Silence

_COLUMNS = ("line", "probe", "started_at", "software", "notice_kind", "notice_detail", "notice_s")


class Kept(Protocol):
    """Where probes' own words and silences come from: a store."""

    def lines(self) -> tuple[str, ...]:
        """Every line."""

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[Any]:
        """Records as Arrow tables, as `collector.store` gives them."""

    def silences(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> tuple[Silence, ...]:
        """The silences that touch the period."""

    def enrolled(self, lines: Sequence[str]) -> tuple[Enrolled, ...]:
        """The lines' probes with their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known beside the store; each may be empty."""

    entries: Sequence[Noted] = ()
    contracts: Sequence[Contract] = ()
    topology: Topology = field(default_factory=Topology)


def gather(store: Kept, lines: Sequence[str] | None, period: Period, beside: Beside) -> tuple[Event, ...]:
    """Every event that touches `period`, of `lines`, or of all; and those of the whole machine. Raises StoreError."""
    chosen = store.lines() if lines is None else tuple(lines)
    found = [
        *told.of_log(beside.entries),
        *(event for one in beside.contracts for event in told.of_contract(one)),
        *(event for line in chosen for event in told.of_places(beside.topology.of(line))),
        *told.of_keys(store.enrolled(chosen)),
        *told.of_silences(store.silences(chosen, period.start_at, period.end_at)),
        *_of_records(store, chosen, period),
    ]
    return told.within(found, period, frozenset(chosen) if lines is not None else None)


def _of_records(store: Kept, lines: Sequence[str], period: Period) -> Iterator[Event]:
    import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types

    software: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for table in store.parts(lines, period.start_at, period.end_at, columns=_COLUMNS):
        notices = table.filter(pc.is_valid(table["notice_kind"]))
        yield from filter(None, (_notice(row) for row in notices.to_pylist()))
        first = table.group_by(["line", "probe", "software"]).aggregate([("started_at", "min"), ("started_at", "max")])
        for row in first.to_pylist():
            ends = software.setdefault((row["line"], row["probe"]), [])
            ends += [(row["started_at_min"], row["software"]), (row["started_at_max"], row["software"])]
    for (line, probe), seen in sorted(software.items()):
        yield from told.of_software(line, probe, sorted(_plain(seen)))


def _plain(seen: Iterable[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    return ((at.astimezone(UTC), software) for at, software in seen)


def _notice(row: dict[str, Any]) -> Event | None:
    return told.of_notice(
        row["line"],
        row["probe"],
        row["started_at"].astimezone(UTC),
        kind=row["notice_kind"],
        detail=row["notice_detail"],
        seconds=row["notice_s"],
    )
