"""Shell. Reads the lake's files for the store: rows of one line in order, tables of many, one signed batch.

What counts is told by the caller, from the journal. Knows nothing of SQL.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.lake import batch_file, bucket, segment
from collector.lake.column import COLUMNS, KEY
from collector.lake.flat import Arrived, row
from collector.lake.part import Holding, Key, Row, Span
from collector.lake.place import LakeError, Place, opened
from collector.store import StoreError
from probe.units import at_epoch_us
from probe.wire import decode_record

_ROW = ("started_at", "sequence", "probe", "raw", "received_at", "batch_sha256", "batch")
_TIMES = {"started_at", "received_at"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Of any lake whose relative address starts from the folder `beside`. Every method raises LakeError."""

    beside: Path

    def rows(self, holding: Holding, span: Span, after: Key) -> Iterator[Row]:
        """The sealed rows of one line beyond `after`, sorted by their key; a day at a time in memory."""
        place = self._place(holding.url)
        start_at, end_at = at_epoch_us(max(span.start_us, after[0])), at_epoch_us(span.end_us)
        chosen = segment.chosen((span.line,), start_at, end_at, last_batch=span.newest)
        for _, of_day in groupby(holding.files, key=lambda one: one.day):
            parts = [_part(place, one.path, _ROW, chosen) for one in of_day]
            found = sorted((one for part in parts for one in _plain(part)), key=lambda one: one.key)
            yield from (one for one in found if one.key > after)

    def table(
        self,
        holding: Holding,
        fresh: Sequence[tuple[str, Row]],
        period: tuple[datetime, datetime],
        *,
        lines: Sequence[str],
        newest: int,
        names: Sequence[str] | None,
    ) -> pa.Table:
        """Those columns of the sealed rows up to the batch `newest` and of `fresh` ones, each with its line, sorted."""
        wanted = _known(names)
        read = tuple(dict.fromkeys((*wanted, *KEY)))
        chosen = segment.chosen(lines, *period, last_batch=newest)
        place = self._place(holding.url) if holding.files else None
        parts = [_part(place, one.path, read, chosen) for one in holding.files if place is not None]
        hot = segment.table_of([_flat(line, one) for line, one in fresh]).select(list(read))
        return segment.in_order([hot, *parts]).select(list(wanted))

    def parts(
        self,
        holding: Holding,
        fresh: Sequence[tuple[str, Row]],
        period: tuple[datetime, datetime],
        *,
        lines: Sequence[str],
        newest: int,
        names: Sequence[str],
    ) -> Iterator[pa.Table]:
        """The same rows as `table` gives, as they lie: of each file a table, and one of the `fresh` ones at the end."""
        start_at, end_at = period
        wanted = bucket.Wanted(
            lines=frozenset(lines), start_at=start_at, end_at=end_at, newest=newest, names=_known(names)
        )
        if holding.files:
            yield from bucket.parts(self._place(holding.url), holding.files, wanted)
        hot = segment.in_order([segment.table_of([_flat(line, one) for line, one in fresh])])
        yield hot.select(list(wanted.names))

    def signed_batches(self, url: str, path: str, batches: Sequence[int]) -> dict[int, bytes]:
        """The signed bytes of these batches of one file, by number."""
        place = self._place(url)
        with place.reading(path) as file:
            found = batch_file.some_of(file, batches)
        missing = next((number for number in batches if number not in found), None)
        if missing is not None:
            raise LakeError(f"The lake {place.url} has no batch {missing} in {path}. Restore it from a backup.")
        return found

    def _place(self, url: str) -> Place:
        return opened(url, beside=self.beside)


def _part(place: Place, path: str, names: Sequence[str], chosen: segment.Filter) -> pa.Table:
    with place.reading(path) as file:
        return segment.read(file, names, chosen)


def _plain(table: pa.Table) -> Iterator[Row]:
    columns = [
        (table.column(name).cast(pa.int64()) if name in _TIMES else table.column(name)).to_pylist() for name in _ROW
    ]
    return (Row(*values) for values in zip(*columns, strict=True))


def _flat(line: str, one: Row) -> tuple[object, ...]:
    return row(
        Arrived(
            record=decode_record(one.raw, line=line, probe=one.probe),
            raw=one.raw,
            batch=one.batch,
            batch_sha256=one.batch_sha256,
            received_us=one.received_us,
        )
    )


def _known(names: Sequence[str] | None) -> tuple[str, ...]:
    every = tuple(column.name for column in COLUMNS)
    for name in names or ():
        if name not in every:
            near = difflib.get_close_matches(name, every, 1, 0.0)[0]
            raise StoreError(
                f"{name!r} is no column of the store; perhaps {near!r} was meant. docs/store.md lists them."
            )
    return every if names is None else tuple(names)
