"""Shell. The stores of several collectors read as one, each line from the one store that has it.

Reads through `Store` alone; each store is read as it is at that moment. Knows nothing of brokers or of shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from collector.envelope import ProbeState, Silence, StoredRecord, Witnessed
from collector.store import Store, StoreError

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types


@dataclass(frozen=True, slots=True)
class Together:
    """Several stores, for any number of threads and processes. Methods are as `Store`'s, and raise StoreError."""

    stores: tuple[Store, ...]

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """The records that started in [period_start_at, period_end_at), sorted by line, start, sequence and probe."""
        homes = self._homes()
        for line in sorted(set(lines) & homes.keys()):
            yield from homes[line].records((line,), period_start_at, period_end_at)

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """What other tools' files told of the same time, sorted by line, start and id."""
        homes = self._homes()
        for line in sorted(set(lines) & homes.keys()):
            yield from homes[line].imported((line,), period_start_at, period_end_at)

    def table(
        self,
        lines: Sequence[str],
        period_start_at: datetime,
        period_end_at: datetime,
        *,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """The same records as an Arrow table, sorted the same way."""
        from collector.lake.column import KEY
        from collector.lake.segment import SCHEMA, in_order

        wanted = tuple(SCHEMA.names if columns is None else columns)
        read = tuple(dict.fromkeys((*wanted, *KEY)))
        tables = [
            store.table(own, period_start_at, period_end_at, columns=read)
            for store, own in self._divided(lines)
            if own or store is self.stores[0]  # with no line at all, the empty table of one
        ]
        return in_order(tables).select(list(wanted))

    def lines(self) -> tuple[str, ...]:
        """Every line with an enrolled probe, sorted."""
        return tuple(sorted(self._homes()))

    def probes(self) -> tuple[ProbeState, ...]:
        """Every enrolled probe, sorted by line and name."""
        return tuple(sorted((one for store in self.stores for one in store.probes()), key=attrgetter("line", "probe")))

    def silences(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> tuple[Silence, ...]:
        """The silences of the lines' probes that touch the period, sorted by line, probe, start."""
        found = (
            one for store, own in self._divided(lines) for one in store.silences(own, period_start_at, period_end_at)
        )
        return tuple(sorted(found, key=attrgetter("line", "probe", "start_at")))

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> tuple[Witnessed, ...]:
        """What the outside witnesses saw of the lines, sorted by line and start."""
        found = (
            one for store, own in self._divided(lines) for one in store.witnessed(own, period_start_at, period_end_at)
        )
        return tuple(sorted(found, key=attrgetter("line", "started_at")))

    def signed_batch(self, line: str, sha256: str) -> bytes:
        """The bytes that a probe of the line signed, by their digest."""
        homes = self._homes()
        if line not in homes:
            raise StoreError(f"No store has the line {line}. Name the home of the collector that takes it.")
        return homes[line].signed_batch(sha256)

    def _divided(self, lines: Sequence[str]) -> Iterator[tuple[Store, tuple[str, ...]]]:
        homes = self._homes()
        for store in self.stores:
            yield store, tuple(line for line in sorted(set(lines)) if homes.get(line) is store)

    def _homes(self) -> dict[str, Store]:
        """Each line's store. Raises StoreError where two have one: which of them is right cannot be told from here."""
        homes: dict[str, Store] = {}
        for store in self.stores:
            for line in store.lines():
                if line in homes:
                    raise StoreError(
                        f"The line {line} is in {homes[line].path} and in {store.path}. Leave one of them out: a line"
                        " has one journal."
                    )
                homes[line] = store
        return homes
