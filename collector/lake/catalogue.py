"""Shell. The journal's own account of the lake: what was sealed, into which files, and what is still to be sealed.

A seal is done when its transaction here is: the rows of the files come and the rows of what they hold go at once, so
that no reader sees a record twice or not at all. Knows nothing of Parquet.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from collector.envelope import ProbeKey
from collector.identity import key_rows
from collector.journal import translated
from collector.lake.holding import BatchRow, Chunk, Done, Marked, RecordRow, Sealed
from collector.lake.manifest import BatchFile, Manifest, Segment, batch_file_of, segment_of
from collector.proof.log import batch_leaf
from collector.proof.merkle import HASH_BYTES, Frontier
from probe.units import epoch_us

_Made = TypeVar("_Made")
_BUSY_S = 30.0
_ADD_SEGMENT = "INSERT INTO segment (path, day, bucket, row_count, byte_count, sha256) VALUES (?, ?, ?, ?, ?, ?)"
_ADD_BATCH_FILE = "INSERT INTO batch_file (path, first_batch, last_batch, byte_count, sha256) VALUES (?, ?, ?, ?, ?)"


class Catalogue:
    """The account of one lake in an open journal, for one thread and one sealing process at a time."""

    def __init__(self, journal: Path) -> None:
        self.path = journal
        with translated(journal):
            self._db = sqlite3.connect(journal, timeout=_BUSY_S, isolation_level=None)
            self._db.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        """Ends its use."""
        self._db.close()

    def lake(self) -> tuple[str, int] | None:
        """(address, number of buckets) of the lake; None before the first seal."""
        found: list[tuple[str, int]] = self._ask("SELECT url, bucket_count FROM lake")
        return found[0] if found else None

    def name_lake(self, url: str, bucket_count: int) -> None:
        """Notes where the lake is, once."""
        with self._transaction():
            self._db.execute("INSERT INTO lake (url, bucket_count) VALUES (?, ?)", (url, bucket_count))

    def done(self) -> Done:
        """The newest seal."""
        rows = self._ask("SELECT number, last_batch, manifest_sha256, peaks FROM seal ORDER BY number DESC LIMIT 1")
        return Done() if not rows else _done(rows[0])

    def newest_batch(self) -> int:
        """The id of the newest batch, here or in the lake; 0 where none came yet."""
        return int(self._ask("SELECT max(ifnull((SELECT max(id) FROM batch), 0), ?)", (self.done().last_batch,))[0][0])

    def days(self, before: int) -> list[tuple[int, int]]:
        """(day of arrival, its last batch) of each day before `before` that ended the log for a while, in order.

        A clock that was set back makes an earlier day's last batch come after a later day's first: days overlap in
        the log, and each ends with its last.
        """
        rows = self._ask(
            "SELECT received_us / 86400000000 AS day, max(id) FROM batch GROUP BY day HAVING day < ? ORDER BY day",
            (before,),
        )
        ends: list[tuple[int, int]] = []
        for day, last in rows:
            if not ends or last > ends[-1][1]:
                ends.append((day, last))
        return ends

    def keys(self) -> Mapping[str, tuple[ProbeKey, ...]]:
        """Each probe's keys, newest first."""
        with translated(self.path):
            return key_rows.of_all(self._db)

    def lines(self) -> Mapping[str, str]:
        """Each probe's line."""
        return dict(self._ask("SELECT probe, line FROM probe"))

    def chunk(self, last: int, *, most_bytes: int) -> Chunk:
        """The journal's oldest batches up to `last`, at most about so many bytes of them and at least one."""
        with translated(self.path):
            self._db.execute("BEGIN")  # one view of both tables, gone before anything is made of it
            try:
                batches = tuple(self._batches(last, most_bytes))
                return Chunk(batches, tuple(self._records(batches[-1].id)))
            finally:
                self._db.execute("COMMIT")

    def frontier(self, after: Done, last: int) -> Frontier | None:
        """The log's tree at batch `last`, beyond the newest seal; None where the journal does not reach it."""
        rows = self._ask("SELECT id, sha256, received_us FROM batch WHERE id <= ? ORDER BY id", (last,))
        if [row[0] for row in rows] != list(range(after.last_batch + 1, last + 1)):
            return None
        return after.frontier.extended(batch_leaf(sha256, received_us) for _, sha256, received_us in rows)

    def segments(self) -> tuple[Segment, ...]:
        """Every file of records that counts, sorted by day and bucket."""
        rows = self._ask(
            "SELECT path, day, bucket, row_count, byte_count, sha256 FROM segment WHERE replaced_us IS NULL"
            " ORDER BY day, bucket, path"
        )
        return tuple(segment_of(row) for row in rows)

    def files(self) -> frozenset[str]:
        """The path of every file of records or batches that the journal knows, replaced ones too."""
        return frozenset(path for (path,) in self._ask("SELECT path FROM segment UNION SELECT path FROM batch_file"))

    def replaced_of_days(self, before_day: int) -> list[str]:
        """Files of records of the days before that one, whose records stand in others already."""
        query = "SELECT path FROM segment WHERE replaced_us IS NOT NULL AND day < ? ORDER BY path"
        return [path for (path,) in self._ask(query, (before_day,))]

    def batch_files(self, before_us: int) -> list[BatchFile]:
        """Files of signed batches, in order, whose every batch came before that time."""
        query = (
            "SELECT path, first_batch, last_batch, byte_count, sha256 FROM batch_file WHERE (SELECT max(received_us)"
            " FROM sealed_batch WHERE id BETWEEN first_batch AND last_batch) < ? ORDER BY first_batch"
        )
        return [batch_file_of(row) for row in self._ask(query, (before_us,))]

    def replaced(self, before_us: int) -> tuple[str, ...]:
        """Files whose records stood in others before that time already."""
        return tuple(path for (path,) in self._ask("SELECT path FROM segment WHERE replaced_us < ?", (before_us,)))

    def forget(self, path: str) -> None:
        """Drops the row of a replaced file that was removed."""
        with self._transaction():
            self._db.execute("DELETE FROM segment WHERE path = ? AND replaced_us IS NOT NULL", (path,))

    def commit(
        self, manifest: Manifest, digest: str, sealed: Sequence[Sealed], *, last_record: int, end: Marked | None
    ) -> None:
        """A seal whose files are on the disk: their rows come, and what they hold leaves the journal.

        `end` is the checkpoint of the day that this seal ends, if it ends one.
        """
        with self._transaction():
            self._add_files(manifest, digest)
            if end is not None:
                self._db.execute(
                    "INSERT INTO checkpoint (size, day, note) VALUES (?, ?, ?)", (end.size, end.day, end.note)
                )
            self._db.executemany(
                "INSERT INTO sealed_batch (id, sha256, probe, first_sequence, last_sequence, received_us, fingerprints)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [_sealed_row(one) for one in sealed],
            )
            self._db.executemany(
                "UPDATE probe SET sealed_sequence = max(sealed_sequence, ?) WHERE probe = ?",
                [(one.batch.last_sequence, one.batch.probe) for one in sealed],
            )
            self._db.execute("DELETE FROM record WHERE id <= ?", (last_record,))
            self._db.execute("DELETE FROM batch WHERE id <= ?", (manifest.last_batch,))

    def replace(self, manifest: Manifest, digest: str) -> None:
        """A seal that only put files together: the old ones stay for readers that are at them."""
        with self._transaction():
            self._add_files(manifest, digest)
            self._db.executemany(
                "UPDATE segment SET replaced_us = ? WHERE path = ?",
                [(epoch_us(manifest.made_at), path) for path in manifest.replaced],
            )

    def retire(
        self,
        manifest: Manifest,
        digest: str,
        batch_files: Sequence[str],
        *,
        beside: Callable[[sqlite3.Connection], None] = lambda _: None,
    ) -> None:
        """What a retention or an erasure removes is no longer in the account; what was sealed stays known by its
        digests. `beside` is done in the same transaction.
        """
        with self._transaction():
            beside(self._db)
            self._add_files(manifest, digest)
            self._db.executemany("DELETE FROM segment WHERE path = ?", [(path,) for path in manifest.replaced])
            self._db.executemany("DELETE FROM batch_file WHERE path = ?", [(path,) for path in batch_files])

    def checkpoints(self) -> tuple[Marked, ...]:
        """Every checkpoint, the smallest first."""
        return tuple(Marked(*row) for row in self._ask("SELECT size, day, note, token FROM checkpoint ORDER BY size"))

    def stamp(self, size: int, token: bytes) -> None:
        """Keeps a checkpoint's time-stamp."""
        with self._transaction():
            self._db.execute("UPDATE checkpoint SET token = ? WHERE size = ?", (token, size))

    def within(self, work: Callable[[sqlite3.Connection], _Made]) -> _Made:
        """What `work` makes of one state of the journal; what it changes is all there afterwards, or nothing."""
        with self._transaction():
            return work(self._db)

    def _batches(self, last: int, most_bytes: int) -> Iterator[BatchRow]:
        taken = 0
        query = (
            "SELECT id, sha256, probe, first_sequence, last_sequence, received_us, signed, leaf FROM batch"
            " WHERE id <= ? ORDER BY id"
        )
        with closing(self._db.execute(query, (last,))) as rows:
            for row in rows:
                batch = BatchRow(*row)
                yield batch
                taken += len(batch.signed)
                if taken >= most_bytes:
                    return

    def _records(self, last_batch: int) -> Iterator[RecordRow]:
        """Those of the batches up to that one: a record's id is greater than those of all batches before its own."""
        query = "SELECT id, line, probe, sequence, started_us, batch, raw FROM record ORDER BY id"
        with closing(self._db.execute(query)) as rows:
            for row in rows:
                record = RecordRow(*row)
                if record.batch > last_batch:
                    return
                yield record

    def _add_files(self, manifest: Manifest, digest: str) -> None:
        peaks = b"".join(bytes.fromhex(peak) for peak in manifest.peaks)
        self._db.execute(
            "INSERT INTO seal (number, made_us, last_batch, record_count, peaks, manifest_sha256)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (manifest.number, epoch_us(manifest.made_at), manifest.last_batch, manifest.record_count, peaks, digest),
        )
        self._db.executemany(
            _ADD_SEGMENT,
            [(one.path, one.day, one.bucket, one.row_count, one.byte_count, one.sha256) for one in manifest.segments],
        )
        self._db.executemany(
            _ADD_BATCH_FILE,
            [(one.path, one.first_batch, one.last_batch, one.byte_count, one.sha256) for one in manifest.batch_files],
        )

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with translated(self.path):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def _done(row: tuple[int, int, str, bytes]) -> Done:
    number, last_batch, manifest_sha256, peaks = row
    cut = tuple(peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES))
    return Done(
        number=number, last_batch=last_batch, manifest_sha256=manifest_sha256, frontier=Frontier(last_batch, cut)
    )


def _sealed_row(one: Sealed) -> tuple[Any, ...]:
    batch = one.batch
    return (
        batch.id,
        bytes.fromhex(batch.sha256),
        batch.probe,
        batch.first_sequence,
        batch.last_sequence,
        batch.received_us,
        one.fingerprints,
    )
