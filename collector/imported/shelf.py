"""Shell. Writes what was imported: all of a file or nothing of it, each test once.

Knows nothing of files' formats nor of what a test means.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from collector.envelope import ImportedRoundTrips, ImportedTest, ImportSource
from collector.imported import tables
from probe.record import check_name
from probe.units import epoch_us

_BUSY_S = 30.0
_GROUP = 2_000  # rows written at once
_CACHE_KIB = 16 * 1024  # of the index of identities, which new rows fall all over
_INSERT = (
    "INSERT OR IGNORE INTO test (line, started_us, ended_us, direction, identity, source, place, time_from, method,"
    " software, rate_bps, failure, bytes, duration_s, idle_rtt_ms, loaded_rtt_ms, server, address, tunnel, path)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_TRIPS = "INSERT OR IGNORE INTO round_trips VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class ShelfError(Exception):
    """What was imported cannot be kept, and nothing of the file is. The text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file's tests: new ones, and those that were there or came twice."""

    new_count: int
    known_count: int


class Shelf:
    """The imported tests at `path`, for one thread; made if there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._translated():
            _make_private(path)
            self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Ends its use."""
        self._db.close()

    def add(self, line: str, source: ImportSource, tests: Iterable[ImportedTest | ImportedRoundTrips]) -> Added:
        """All tests in one commit, on the disk when this returns; those that are there already are passed over.

        What `tests` raises ends it with nothing stored. Raises ShelfError where the file was imported otherwise before.
        """
        check_name("line", line)
        self._refuse_other_reading(line, source)
        with self._transaction():
            return self._insert(line, source, tests)

    def known(self, line: str, source: ImportSource, tests: Iterable[ImportedTest | ImportedRoundTrips]) -> Added:
        """What `add` would do, with nothing kept. Raises as `add` does."""
        self._refuse_other_reading(line, source)
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute("INSERT INTO source SELECT NULL, ?, '', '', '', '', '', NULL, 0", (line,))
                return self._insert_rows(line, self._db.execute("SELECT last_insert_rowid()").fetchone()[0], tests)
            finally:
                self._db.execute("ROLLBACK")

    def forget(self, line: str, sha256: str) -> int:
        """Takes back one file, and says how many tests went with it; other files' tests stay. Raises ShelfError."""
        with self._transaction():
            row = self._db.execute("SELECT id FROM source WHERE line = ? AND sha256 = ?", (line, sha256)).fetchone()
            if row is None:
                raise ShelfError(
                    f"No file {sha256} was imported for the line {line}. See what was: prova import --list"
                )
            gone = self._db.execute("DELETE FROM test WHERE source = ?", row).rowcount
            gone += self._db.execute("DELETE FROM round_trips WHERE source = ?", row).rowcount
            self._db.execute("DELETE FROM source WHERE id = ?", row)
        return gone

    def count_line(self, line: str) -> int:
        """How many tests and round trips there are of the line. Raises ShelfError."""
        with self._translated():
            (count,) = self._db.execute(
                "SELECT (SELECT count(*) FROM test WHERE line = ?1)"
                " + (SELECT count(*) FROM round_trips WHERE line = ?1)",
                (line,),
            ).fetchone()
        return int(count)

    def forget_line(self, line: str) -> None:
        """Removes all of the line, its files' names and digests too. Raises ShelfError."""
        with self._translated():
            self._db.execute("PRAGMA secure_delete = ON")
        with self._transaction():
            for table in ("test", "round_trips", "source"):
                self._db.execute(f"DELETE FROM {table} WHERE line = ?", (line,))  # noqa: S608  our own

    def count_before(self, imported_us: int, *, but: Sequence[str] = ()) -> int:
        """How many tests and round trips are of files imported before that time, those of the lines `but` left out.

        Raises ShelfError.
        """
        old, values = _old(imported_us, but)
        with self._translated():
            rows = [
                self._db.execute(f"SELECT count(*) FROM {table} WHERE source IN ({old})", values).fetchone()[0]  # noqa: S608  our own
                for table in ("test", "round_trips")
            ]
        return sum(rows)

    def forget_before(self, imported_us: int, *, but: Sequence[str] = ()) -> None:
        """Removes every such file, from the disk too. Raises ShelfError."""
        old, values = _old(imported_us, but)
        with self._translated():
            self._db.execute("PRAGMA secure_delete = ON")
        with self._transaction():
            for table in ("test", "round_trips"):
                self._db.execute(f"DELETE FROM {table} WHERE source IN ({old})", values)  # noqa: S608  our own
            self._db.execute(f"DELETE FROM source WHERE id IN ({old})", values)  # noqa: S608  our own

    def _refuse_other_reading(self, line: str, source: ImportSource) -> None:
        """The same bytes read in another way would be the same tests at other times: all of them twice."""
        with self._translated():
            row = self._db.execute(
                "SELECT mapping_sha256, timezone FROM source WHERE line = ? AND sha256 = ?", (line, source.sha256)
            ).fetchone()
        if row is not None and row != (source.mapping_sha256, source.timezone):
            raise ShelfError(
                f"{source.name} was imported for the line {line} before, with"
                f" {f'--timezone {row[1]}' if row[1] else 'its own time zone'}, and would now be read otherwise."
                f" Take the first reading back: prova import --line {line} --forget {source.sha256}"
            )

    def _insert(self, line: str, source: ImportSource, tests: Iterable[ImportedTest | ImportedRoundTrips]) -> Added:
        self._db.execute(
            "INSERT OR IGNORE INTO source (line, sha256, name, format, importer, mapping_sha256, timezone, imported_us)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                line,
                source.sha256,
                source.name,
                source.format,
                source.importer,
                source.mapping_sha256,
                source.timezone,
                epoch_us(source.imported_at),
            ),
        )
        (number,) = self._db.execute(
            "SELECT id FROM source WHERE line = ? AND sha256 = ?", (line, source.sha256)
        ).fetchone()
        return self._insert_rows(line, number, tests)

    def _insert_rows(self, line: str, source: int, tests: Iterable[ImportedTest | ImportedRoundTrips]) -> Added:
        before, seen = self._db.total_changes, 0
        for group in _grouped(tests):
            self._db.executemany(_INSERT, [_row(line, source, one) for one in group if isinstance(one, ImportedTest)])
            rows = [_trips(line, source, one) for one in group if isinstance(one, ImportedRoundTrips)]
            self._db.executemany(_INSERT_TRIPS, rows)
            seen += len(group)
        new = self._db.total_changes - before
        return Added(new, seen - new)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA foreign_keys = ON")
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > tables.VERSION:
                raise ShelfError(f"{self._path} was made by a newer Prova. Upgrade this Prova.")
            for script in tables.MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {tables.VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What a person can mend, as ShelfError; an SQL mistake of ours stays what it is."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ShelfError(
                f"{self._path} cannot be written ({error}). Look after its rights and its disk; nothing was imported."
            ) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise ShelfError(f"{self._path} is damaged ({error}). Restore it from a backup.") from error


def identity(line: str, test: ImportedTest) -> bytes:
    """What makes a test the same one wherever it is read: its line, direction, start and result."""
    parts = (line, test.direction, epoch_us(test.started_at), test.rate_bps, test.failure, test.told)
    return blake2b(repr(tuple(str(part) for part in parts)).encode(), digest_size=16).digest()


def _grouped(
    tests: Iterable[ImportedTest | ImportedRoundTrips],
) -> Iterator[tuple[ImportedTest | ImportedRoundTrips, ...]]:
    source = iter(tests)
    while group := tuple(islice(source, _GROUP)):
        yield group


def _row(line: str, source: int, test: ImportedTest) -> tuple[object, ...]:
    return (
        line,
        epoch_us(test.started_at),
        epoch_us(test.ended_at),
        test.direction,
        identity(line, test),
        source,
        test.place,
        test.time_from,
        test.method,
        test.software,
        test.rate_bps,
        test.failure,
        test.bytes,
        test.duration_s,
        test.idle_rtt_ms,
        test.loaded_rtt_ms,
        test.server,
        test.address,
        test.tunnel,
        test.path,
    )


def _trips(line: str, source: int, one: ImportedRoundTrips) -> tuple[object, ...]:
    at_us, counts = epoch_us(one.at), (one.sent_count, one.lost_count, one.median_ms)
    return line, at_us, one.target, one.place, source, one.time_from, *counts


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _old(imported_us: int, but: Sequence[str]) -> tuple[str, tuple[object, ...]]:
    """The ids of files imported before that time, of other lines than these; and the values it wants."""
    slots = ", ".join("?" for _ in but)
    return f"SELECT id FROM source WHERE imported_us < ? AND line NOT IN ({slots})", (imported_us, *but)  # noqa: S608  our own
