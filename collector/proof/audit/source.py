"""Shell. What an audit reads of a journal: in short reads, and past what is damaged. Judges nothing."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector import schema
from collector.envelope import ProbeKey
from collector.identity import key_rows
from collector.lake.fingerprint import separate
from collector.proof.audit.tally import Counted

_BUSY_S = 30.0
_PAGE = 500
_MOST_COMPLAINTS = 20
_WALKED = {"batch", "record", "sealed_batch"}
_BATCHES = (
    "SELECT id, sha256, probe, first_sequence, last_sequence, received_us, signed, leaf FROM batch"
    " WHERE id BETWEEN ? AND ? ORDER BY id"
)
_RECORDS = "SELECT id, line, probe, sequence, started_us, batch, raw FROM record WHERE id BETWEEN ? AND ? ORDER BY id"


@dataclass(frozen=True, slots=True)
class SealedRow:
    """What the journal says of a batch in the lake."""

    id: int
    sha256: str
    probe: str
    first_sequence: int
    last_sequence: int
    received_us: int
    fingerprints: Mapping[int, bytes]

    @property
    def is_erased(self) -> bool:
        """Whether digest, place and time of arrival are all that there is of it."""
        return not self.probe and not self.fingerprints


class Source:
    """The journal at `path`, open to be read. Methods raise sqlite3.Error where they say nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)

    def close(self) -> None:
        """Ends its use."""
        self._db.close()

    def ask(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, which is over when this returns: nothing holds the journal's log."""
        return self._db.execute(query, values).fetchall()

    def complaints(self) -> list[str]:
        """What SQLite itself finds wrong; empty where nothing is."""
        rows = self.ask(f"PRAGMA integrity_check({_MOST_COMPLAINTS})")
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def strange(self) -> list[str]:
        """The names of tables and indexes that are not as this version makes them."""
        query = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
        with closing(sqlite3.connect(":memory:")) as made:
            for script in schema.MIGRATIONS:
                made.executescript(script)
            expected = set(made.execute(query).fetchall())
        return sorted({str(name) for _, name, _, _ in expected ^ set(self.ask(query))})

    def unreadable(self) -> Iterator[tuple[str, str]]:
        """(table, why) of those tables, beside the ones that are walked row by row, that cannot be read to the end."""
        for (table,) in self.ask("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            if table in _WALKED:
                continue
            try:
                for _ in self._db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  a name from the schema itself
                    pass
            except sqlite3.Error as error:
                yield table, str(error)

    def keys(self) -> Mapping[str, tuple[ProbeKey, ...]]:
        """Every probe's keys, newest first."""
        return key_rows.of_all(self._db)

    def batches(self, first: int, last: int, failed: Callable[[int, str], None]) -> Iterator[tuple[Any, ...]]:
        """The rows of `batch` from id `first` to `last`; `failed` is told each that cannot be read."""
        return self._pages(_BATCHES, first, last, failed)

    def records(self, failed: Callable[[int, str], None]) -> Iterator[tuple[Any, ...]]:
        """The rows of `record`; `failed` is told the id of each that cannot be read."""
        first, last = self.ask("SELECT ifnull(min(id), 1), ifnull(max(id), 0) FROM record")[0]
        return self._pages(_RECORDS, first, last, failed)

    def sealed(self, batch: int) -> SealedRow | None:
        """What is kept of a sealed batch; None where there is no such row, or none that can be read."""
        query = (
            "SELECT id, sha256, probe, first_sequence, last_sequence, received_us, fingerprints FROM sealed_batch"
            " WHERE id = ?"
        )
        try:
            ((number, sha256, probe, first, last, received_us, fingerprints),) = self.ask(query, (batch,))
            return SealedRow(number, sha256.hex(), probe, first, last, received_us, separate(fingerprints))
        except (ValueError, AttributeError, TypeError, sqlite3.Error):
            return None

    def counted(self) -> tuple[int, Mapping[str, Counted]]:
        """The newest batch, and what is counted of each probe, of one moment."""
        rows = self.ask(
            "SELECT probe, record_count, last_sequence, batch_count, head_sha256, sealed_sequence,"
            " (SELECT max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(last_batch) FROM seal), 0)))"
            " FROM (SELECT 1) LEFT JOIN probe"
        )
        counted = {
            row[0]: Counted(
                record_count=row[1],
                last_sequence=row[2],
                batch_count=row[3],
                head_sha256=row[4],
                sealed_sequence=row[5],
            )
            for row in rows
            if row[0] is not None
        }
        return rows[0][6], counted

    def holds(self, sha256: str) -> str | None:
        """Where a batch of this digest is: `batch`, `quarantine` or nowhere."""
        found = self.ask(
            "SELECT 'batch' FROM batch WHERE sha256 = ?1 UNION ALL SELECT 'batch' FROM sealed_batch WHERE sha256 = ?2"
            " UNION ALL SELECT 'quarantine' FROM quarantine WHERE sha256 = ?1 LIMIT 1",
            (sha256, bytes.fromhex(sha256)),
        )
        return str(found[0][0]) if found else None

    def is_erased(self, sha256: str) -> bool:
        """Whether a batch of this digest was here, and was erased."""
        found = self.ask(
            "SELECT 1 FROM batch WHERE sha256 = ?1 AND probe = '' UNION ALL"
            " SELECT 1 FROM sealed_batch WHERE sha256 = ?2 AND probe = ''",
            (sha256, bytes.fromhex(sha256)),
        )
        return bool(found)

    def _pages(
        self, query: str, first: int, last: int, failed: Callable[[int, str], None]
    ) -> Iterator[tuple[Any, ...]]:
        for begin in range(first, last + 1, _PAGE):
            end = min(begin + _PAGE - 1, last)
            try:
                yield from self.ask(query, (begin, end))
            except sqlite3.Error:
                yield from self._one_by_one(query, range(begin, end + 1), failed)

    def _one_by_one(self, query: str, ids: range, failed: Callable[[int, str], None]) -> Iterator[tuple[Any, ...]]:
        for number in ids:
            try:
                yield from self.ask(query, (number, number))
            except sqlite3.Error as error:
                failed(number, str(error))
