"""Shell. The store as every later room reads it: records of lines over a period, probes, signed batches, counts.

Works while the collector writes and never holds its log: each read is one short transaction, closed before anything is
handed out. Writes nothing and knows nothing of what a record means.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from collector import history, schema
from collector.envelope import Counts, ProbeState, Rejection, Silence, StoredRecord, Witnessed
from probe.units import at_epoch_us, epoch_us
from probe.wire import Outcome, Status, decode_record

_PAGE = 500  # records read at once: some megabytes at most, some milliseconds
_BUSY_S = 5.0
_NEXT_PAGE = """
SELECT record.started_us, record.sequence, record.probe, record.raw, batch.received_us, batch.sha256
FROM record JOIN batch ON batch.id = record.batch
WHERE record.line = ? AND record.id <= ?
  AND (record.started_us, record.sequence, record.probe) > (?, ?, ?) AND record.started_us < ?
ORDER BY record.started_us, record.sequence, record.probe LIMIT ?
"""


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
        newest = self._ask("SELECT ifnull(max(id), 0) FROM record")[0][0]
        end_us = epoch_us(period_end_at)
        for line in sorted(set(lines)):
            after: tuple[int, int, str] = (epoch_us(period_start_at), 0, "")  # sequences begin at 1
            while page := self._ask(_NEXT_PAGE, (line, newest, *after, end_us, _PAGE)):
                yield from (_stored(line, row) for row in page)
                after = page[-1][:3]

    def lines(self) -> tuple[str, ...]:
        """Every line with an enrolled probe, sorted."""
        return tuple(line for (line,) in self._ask("SELECT DISTINCT line FROM probe ORDER BY line"))

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

    def signed_batch(self, sha256: str) -> bytes:
        """The bytes that the probe signed, by their digest (`StoredRecord.batch_sha256`)."""
        rows = self._ask("SELECT signed FROM batch WHERE sha256 = ?", (sha256,))
        if not rows:
            raise StoreError(f"The store {self.path} holds no batch {sha256}. Look for it in a backup.")
        signed: bytes = rows[0][0]
        return signed

    def counts(self) -> Counts:
        """What became of every message since the store was made."""
        rows = self._ask("SELECT outcome, reason, count FROM tally ORDER BY outcome, reason")
        by_outcome = {outcome: count for outcome, reason, count in rows if not reason}
        return Counts(
            accepted=by_outcome.get(Outcome.ACCEPTED, 0),
            duplicate=by_outcome.get(Outcome.DUPLICATE, 0),
            rejected={Rejection(reason): count for _, reason, count in rows if reason},
        )

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        if not self.path.exists():
            raise StoreError(f"There is no store at {self.path} yet. Start Prova once: a collector makes it.")
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
                self._check(db)
                return db.execute(query, values).fetchall()
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


def _stored(line: str, row: tuple[int, int, str, bytes, int, str]) -> StoredRecord:
    _, _, probe, raw, received_us, batch_sha256 = row
    return StoredRecord(
        record=decode_record(raw, line=line, probe=probe),
        received_at=at_epoch_us(received_us),
        batch_sha256=batch_sha256,
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
