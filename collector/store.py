"""Shell. The store as every later room reads it: records of lines over a period, probes, signed batches, counts.

Journal and lake are read as one. Works while the collector writes and a seal runs, and never holds the journal's log:
each read is one short transaction, closed before anything is handed out. Writes nothing and knows nothing of what a
record means.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from collector import history, schema
from collector.envelope import (
    PASSED_OVER,
    REMARKED,
    CollectorUptime,
    Counts,
    Enrolled,
    ImportedRoundTrips,
    ImportSource,
    Inclusion,
    ProbeState,
    Rejection,
    Remark,
    Silence,
    StoredRecord,
    Witnessed,
)
from collector.identity import key_rows
from collector.imported import reading as imported
from collector.imported.tables import FILE as IMPORTED_FILE
from collector.lake import part
from collector.lake.ahead import Ahead
from collector.lake.held import held
from collector.proof import prove
from collector.uptime.account import account
from collector.uptime.diary import FILE as UPTIME_FILE
from collector.uptime.diary import spans
from probe.units import at_epoch_us, epoch_us
from probe.wire import Outcome, Status, decode_record

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

    from collector.lake.reader import Reader

_Read = TypeVar("_Read")
_PAGE = 500  # records read at once: some megabytes at most, some milliseconds
_LINES = 200  # whose first page is read in one transaction, which is short so
_BUSY_S = 5.0


class StoreError(Exception):
    """There is no store, or not of this version, or not what was asked for. The text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Store:
    """The journal at `path`, for any number of threads and processes. Every method raises StoreError."""

    path: Path

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """The records that started in [period_start_at, period_end_at), sorted by line, start, sequence and probe.

        What arrives while the iterator runs is not in it: it gives the store as it was at the first step.
        """
        newest = self._transact(part.newest_batch)
        for line in sorted(set(lines)):
            span = part.Span(line, epoch_us(period_start_at), epoch_us(period_end_at), newest)
            for row in self._rows(span):
                yield _stored(line, row)

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """What other tools' files told of the same time, sorted by line, start and id; never among `records`.

        Nobody signed it: each carries its file (`StoredRecord.imported`).
        """
        span = (epoch_us(period_start_at), epoch_us(period_end_at))
        with self._read_imported():
            for line in sorted(set(lines)):
                yield from imported.records(self._imported, line, *span)

    def imported_round_trips(
        self, line: str, period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[ImportedRoundTrips]:
        """Round trips that other tools' files told, sorted by time and target. No rule hears of them."""
        with self._read_imported():
            yield from imported.round_trips(self._imported, line, epoch_us(period_start_at), epoch_us(period_end_at))

    def imports(self) -> tuple[tuple[str, ImportSource, int], ...]:
        """Every imported file: (line, file, how many results are its own), sorted by line and time of import."""
        with self._read_imported():
            return imported.sources(self._imported)

    def table(
        self,
        lines: Sequence[str],
        period_start_at: datetime,
        period_end_at: datetime,
        *,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """The same records as an Arrow table with the columns of docs/store.md, or those named, sorted the same way.

        The store as it was when this was called. Needs pyarrow, and memory for what was asked.
        """
        lake = _lake_reader(self.path)
        chosen = tuple(sorted(set(lines)))
        newest = self._transact(part.newest_batch)
        start_us, end_us = epoch_us(period_start_at), epoch_us(period_end_at)
        rows = self._journal_rows_of(chosen, (start_us, end_us), newest)
        # What a seal took meanwhile stands in the files of now; what stands there is not taken from the journal.
        holding = self._transact(lambda db: part.holding(db, chosen, start_us, end_us))
        fresh = [(line, row) for line, row in rows if row.batch > holding.through]
        period = (period_start_at, period_end_at)
        return lake.table(holding, fresh, period, lines=chosen, newest=newest, names=columns)

    def buckets(self, lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The lines as the lake keeps them together, which `parts` reads best at once; one bucket where none is."""
        return self._transact(lambda db: part.buckets(db, sorted(set(lines))))

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        """The records of `table` as they lie, for many lines: tables one after another, each sorted, text in
        dictionaries; a day's after the day's before, and what is not sealed last. The store as it was when this was
        called. Needs memory for one table of the lake, and for what of these lines is not sealed.
        """
        lake = _lake_reader(self.path)
        chosen = tuple(sorted(set(lines)))
        newest = self._transact(part.newest_batch)
        start_us, end_us = epoch_us(period_start_at), epoch_us(period_end_at)
        rows = self._journal_rows_of(chosen, (start_us, end_us), newest)
        holding = self._transact(lambda db: part.holding(db, chosen, start_us, end_us))
        fresh = [(line, row) for line, row in rows if row.batch > holding.through]
        period = (period_start_at, period_end_at)
        return lake.parts(holding, fresh, period, lines=chosen, newest=newest, names=columns)

    def state(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> str:
        """A digest of all that is held of these lines and began in [period_start_at, period_end_at), imports included.

        While it stays the same, so do the answers about that time.
        """
        ours = tuple(sorted(set(lines)))
        beside = [repr(one) for one in self.imports() if one[0] in set(ours)]
        span_us = (epoch_us(period_start_at), epoch_us(period_end_at))
        return self._transact(lambda db: held(db, ours, *span_us, beside))

    def lines(self) -> tuple[str, ...]:
        """Every line with an enrolled probe, or with anything imported, sorted."""
        with self._read_imported():
            told = imported.lines(self._imported)
        return tuple(sorted({*told, *(line for (line,) in self._ask("SELECT DISTINCT line FROM probe"))}))

    def probes(self) -> tuple[ProbeState, ...]:
        """Every enrolled probe, sorted by line and name."""
        rows = self._ask(
            "SELECT probe, line, enrolled_us, record_count, last_sequence, last_record_us, last_received_us,"
            " status, status_us FROM probe ORDER BY line, probe"
        )
        return tuple(_state(row) for row in rows)

    def silences(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> tuple[Silence, ...]:
        """The silences of the lines' probes that touch [period_start_at, period_end_at), sorted by line, probe, start.

        Whole, not cut to the period. Where the collector itself did not run, it heard of nothing.
        """
        return tuple(
            silence
            for line in sorted(set(lines))
            for silence in history.silences(self._ask(history.CHANGES, (line,)), period_start_at, period_end_at)
        )

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> tuple[Witnessed, ...]:
        """What the outside witness saw of the lines in [period_start_at, period_end_at), sorted by line and start."""
        span = (epoch_us(period_start_at), epoch_us(period_end_at))
        return tuple(
            history.witnessed(row) for line in sorted(set(lines)) for row in self._ask(history.WITNESSED, (line, *span))
        )

    def uptime(self, period_start_at: datetime, period_end_at: datetime) -> CollectorUptime:
        """When the collector itself was at work in [period_start_at, period_end_at)."""
        path = self.path.with_name(UPTIME_FILE)
        try:
            return account(spans(path), period_start_at, period_end_at)
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be read ({error}). Look after its rights and its disk.") from error

    def signed_batch(self, sha256: str) -> bytes:
        """The bytes that the probe signed, by their digest (`StoredRecord.batch_sha256`)."""
        return self.signed_batches([sha256])[sha256]

    def signed_batches(self, sha256s: Sequence[str]) -> dict[str, bytes]:
        """The same of many, by digest."""
        found = self._transact(lambda db: {sha256: part.signed(db, sha256) for sha256 in sha256s})
        here: dict[str, bytes] = {}
        sealed: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for sha256, one in found.items():
            if one is None:
                raise StoreError(f"The store {self.path} holds no batch {sha256}. Look for it in a backup.")
            if isinstance(one, bytes):
                here[sha256] = one
            else:
                sealed[one.url, one.file.path][one.batch] = sha256
        for (url, path), numbers in sealed.items():
            read = _lake_reader(self.path).signed_batches(url, path, sorted(numbers))
            here.update({numbers[number]: signed for number, signed in read.items()})
        return here

    def enrolled(self, lines: Sequence[str]) -> tuple[Enrolled, ...]:
        """The lines' probes with their keys, sorted by line and name."""
        return self._transact(
            lambda db: tuple(one for line in sorted(set(lines)) for one in key_rows.of_line(db, line))
        )

    def inclusion(self, sha256: str) -> Inclusion | None:
        """What proves that a batch is in the signed log; None until it was sealed and its day's checkpoint made."""
        return self.inclusions([sha256]).get(sha256)

    def inclusions(self, sha256s: Sequence[str]) -> dict[str, Inclusion]:
        """The same of many, by digest, without those that have none yet."""
        return self._transact(lambda db: prove.inclusions(db, sha256s))

    def consistency(self, earlier: int, later: int) -> tuple[bytes, ...]:
        """What proves that the log of `earlier` sealed batches grew into that of `later` (RFC 9162, section 2.1.4)."""
        try:
            return self._transact(lambda db: prove.consistency(db, earlier, later))
        except IndexError as error:
            raise StoreError(f"The store {self.path} has no such proof: {error}.") from error

    def counts(self) -> Counts:
        """What became of every message since the store was made."""
        rows = self._ask("SELECT outcome, reason, count FROM tally ORDER BY outcome, reason")
        by_outcome = {outcome: count for outcome, reason, count in rows if not reason}
        by_reason = {(outcome, reason): count for outcome, reason, count in rows if reason}
        return Counts(
            accepted=by_outcome.get(Outcome.ACCEPTED, 0),
            duplicate=by_outcome.get(Outcome.DUPLICATE, 0),
            rejected={Rejection(reason): count for (what, reason), count in by_reason.items() if what != REMARKED},
            remarked={Remark(reason): count for (what, reason), count in by_reason.items() if what == REMARKED},
            passed_over=by_outcome.get(PASSED_OVER, 0),
        )

    @property
    def _imported(self) -> Path:
        return self.path.parent / IMPORTED_FILE

    @contextmanager
    def _read_imported(self) -> Iterator[None]:
        try:
            yield
        except imported.UnreadableError as error:
            raise StoreError(str(error)) from error
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._imported} cannot be read ({error}). Look after its rights and its disk, or restore a backup."
            ) from error

    def _rows(self, span: part.Span) -> Iterator[part.Row]:
        """One line's rows of journal and lake, merged. A seal between two pages changes where rows are, not which."""
        after: part.Key = (span.start_us, 0, "")  # sequences begin at 1
        through = -1
        sealed: Ahead[part.Row] = Ahead(iter(()))
        while True:
            ask = partial(part.page, span=span, after=after, most=_PAGE, known_through=through)
            page = self._transact(ask)
            if page.holding is not None:
                through, sealed = page.holding.through, Ahead(self._sealed_rows(page.holding, span, after))
            bound = page.rows[-1].key if len(page.rows) == _PAGE else None
            yield from merge(page.rows, sealed.until(bound), key=attrgetter("key"))
            if bound is None:
                return
            after = bound

    def _sealed_rows(self, holding: part.Holding, span: part.Span, after: part.Key) -> Iterator[part.Row]:
        return _lake_reader(self.path).rows(holding, span, after) if holding.files else iter(())

    def _journal_rows_of(
        self, lines: Sequence[str], span_us: tuple[int, int], newest: int
    ) -> list[tuple[str, part.Row]]:
        """Of many lines, in their order. Most have less than a page there: those are read as one."""
        found: list[tuple[str, part.Row]] = []
        for first in range(0, len(lines), _LINES):
            spans = [part.Span(line, *span_us, newest) for line in lines[first : first + _LINES]]
            pages = self._transact(partial(part.first_pages, spans=spans, most=_PAGE))
            for span, rows in zip(spans, pages, strict=True):
                found += [(span.line, row) for row in self._journal_rows(span, rows)]
        return found

    def _journal_rows(self, span: part.Span, rows: list[part.Row]) -> Iterator[part.Row]:
        """One line's, of which `rows` are the first page."""
        yield from rows
        while len(rows) == _PAGE:
            ask = partial(part.page, span=span, after=rows[-1].key, most=_PAGE, known_through=None)
            rows = self._transact(ask).rows
            yield from rows

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return self._transact(lambda db: db.execute(query, values).fetchall())

    def _transact(self, read: Callable[[sqlite3.Connection], _Read]) -> _Read:
        """What `read` makes of one state of the journal."""
        if not self.path.exists():
            raise StoreError(f"There is no store at {self.path} yet. Start Prova once: a collector makes it.")
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
                db.execute("BEGIN")
                self._check(db)
                return read(db)
        except sqlite3.Error as error:
            raise StoreError(
                f"The store {self.path} cannot be read ({error}). Look after its rights and its disk, or restore a"
                " backup."
            ) from error

    def _check(self, db: sqlite3.Connection) -> None:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version < schema.VERSION:
            raise StoreError(f"The store {self.path} was not brought to this version yet. Start its collector once.")
        if version > schema.VERSION:
            raise StoreError(f"The store {self.path} was made by a newer Prova. Upgrade this Prova.")


def _lake_reader(journal: Path) -> Reader:
    """What reads the lake, loaded only where there is something to read: it needs pyarrow."""
    try:
        from collector.lake.reader import Reader
    except ImportError as error:
        raise StoreError(
            "Sealed records are read with pyarrow, which is missing here. Install Prova with its part [collector]."
        ) from error
    return Reader(journal.parent)


def _stored(line: str, row: part.Row) -> StoredRecord:
    return StoredRecord(
        record=decode_record(row.raw, line=line, probe=row.probe),
        received_at=at_epoch_us(row.received_us),
        batch_sha256=row.batch_sha256,
    )


def _state(row: tuple[str, str, int, int, int, int | None, int | None, str | None, int | None]) -> ProbeState:
    probe, line, enrolled_us, record_count, last_sequence, last_record_us, last_received_us, status, status_us = row
    return ProbeState(
        probe=probe,
        line=line,
        enrolled_at=at_epoch_us(enrolled_us),
        record_count=record_count,
        last_sequence=last_sequence,
        last_record_at=None if last_record_us is None else at_epoch_us(last_record_us),
        last_received_at=None if last_received_us is None else at_epoch_us(last_received_us),
        status=None if status is None else Status(status),
        status_at=None if status_us is None else at_epoch_us(status_us),
    )
