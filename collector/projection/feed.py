"""Shell. The store in the order in which it arrived, journal and lake as one: what a projection has not shown yet.

Each read of the journal is one short transaction: intake waits for no projection. Knows nothing of databases that show.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from collector.envelope import ProbeKey
from collector.identity import key_rows, keyring
from collector.lake import batch_file
from collector.lake.manifest import BatchFile, batch_file_of
from collector.lake.part import newest_batch
from collector.lake.place import opened
from collector.store import StoreError
from probe import key, wire
from probe.record import Record

_BUSY_S = 5.0
_JOURNAL = """
SELECT batch.id, batch.sha256, record.line, record.probe, record.raw
FROM batch LEFT JOIN record ON record.batch = batch.id WHERE batch.id > ? AND batch.id <= ? ORDER BY batch.id, record.id
"""
_NEXT_FILE = """
SELECT path, first_batch, last_batch, byte_count, sha256 FROM batch_file
WHERE last_batch > ? ORDER BY last_batch LIMIT 1
"""
_SEALED = "SELECT ifnull(max(last_batch), 0) FROM seal"
_SHA256 = """
SELECT sha256 FROM batch WHERE id = ?1 UNION ALL SELECT lower(hex(sha256)) FROM sealed_batch WHERE id = ?1
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A batch: its place in the log, from 1, and its digest. Place 0, digest "" is before the first."""

    batch: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """The records of some batches, and the last of these. A record may come again in a later one, unchanged."""

    records: tuple[Record, ...]
    through: Mark


@dataclass(frozen=True, slots=True)
class Feed:
    """The journal at `journal` and its lake. Every method raises StoreError."""

    journal: Path

    def newest(self) -> int:
        """The newest batch's place."""
        with self._reading() as db:
            return newest_batch(db)

    def holds(self, mark: Mark) -> bool:
        """Whether the store's batch of that place is that one: not so after an older store was put back."""
        if mark.batch == 0:
            return True
        with self._reading() as db:
            return bool(db.execute(_SHA256, (mark.batch,)).fetchone() == (mark.sha256,))

    def after(self, mark: Mark, *, most_batches: int) -> Iterator[Portion]:
        """What came after `mark`, up to now, some batches at a time."""
        newest = self.newest()
        while mark.batch < newest:
            began = mark
            for portion in self._next(mark, most_batches):
                yield portion
                mark = portion.through
            if mark is began:
                return  # a retention removed all there was

    def _next(self, mark: Mark, most_batches: int) -> Iterator[Portion]:
        with self._reading() as db:
            file = db.execute(_NEXT_FILE, (mark.batch,)).fetchone()
            if file is None:
                first = max(mark.batch, db.execute(_SEALED).fetchone()[0])  # what is between was removed
                rows = db.execute(_JOURNAL, (first, first + most_batches)).fetchall()
                lake = ""
            else:
                (lake,) = db.execute("SELECT url FROM lake").fetchone()
                probes = key_rows.of_all(db)
                (sha256,) = db.execute(_SHA256, (file[2],)).fetchone()
        if file is not None:
            for portion in self._sealed(lake, batch_file_of(file), probes, mark, most_batches):
                yield portion
                mark = portion.through
            if mark.batch < file[2]:
                yield Portion((), Mark(file[2], sha256))  # the last ones are no longer there
        elif not rows and first > mark.batch:
            return
        elif rows and rows[0][0] == first + 1:
            records = [wire.decode_record(raw, line=line, probe=probe) for _, _, line, probe, raw in rows if raw]
            yield Portion(tuple(records), Mark(rows[-1][0], rows[-1][1]))
        else:
            raise StoreError(f"The store {self.journal} lacks batch {mark.batch + 1}. Run `prova collector verify`.")

    def _sealed(
        self, url: str, file: BatchFile, probes: Mapping[str, Sequence[ProbeKey]], mark: Mark, most_batches: int
    ) -> Iterator[Portion]:
        with opened(url, beside=self.journal.parent).reading(file.path) as found:
            held: list[batch_file.SignedBatch] = []
            for one in batch_file.decoded(found):
                if one.id > mark.batch:
                    held.append(one)
                if len(held) == most_batches:
                    yield _portion(held, probes)
                    held = []
            if held:
                yield _portion(held, probes)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the journal."""
        if not self.journal.exists():
            raise StoreError(f"There is no store at {self.journal} yet. Start Prova once: a collector makes it.")
        address = f"{self.journal.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None)) as db:
                db.execute("BEGIN")
                yield db
        except sqlite3.Error as error:
            raise StoreError(
                f"The store {self.journal} cannot be read ({error}). Look after its rights and its disk."
            ) from error


def _portion(held: Sequence[batch_file.SignedBatch], probes: Mapping[str, Sequence[ProbeKey]]) -> Portion:
    records: list[Record] = []
    for one in held:
        try:
            records += keyring.held(one.signed, one.id, probes[one.probe])[0].records
        except (KeyError, key.KeyFileError, wire.WireError) as error:
            raise StoreError(f"The lake's batch {one.id} does not hold. Run `prova collector verify`.") from error
    return Portion(tuple(records), Mark(held[-1].id, held[-1].sha256))
