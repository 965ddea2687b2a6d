"""Shell. Batches that go on where their probe's numbers ended, gathered within one transaction and written in bulk.

Such a batch cannot have come before, nor any record of it: nothing need be looked up for it but its probe, once.
Every other batch is the journal's matter. Knows nothing of transactions' beginnings and ends.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from collector.envelope import Accepted, Head, Remark, Settled
from collector.proof.log import batch_leaf
from probe.units import epoch_us
from probe.wire import Outcome

NEXT_BATCH = """
SELECT 1 + max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(id) FROM sealed_batch), 0))
"""
NEWEST_BATCH = "SELECT id, sha256 FROM batch ORDER BY id DESC LIMIT 1"
BATCH_OF = """
SELECT sha256 FROM batch WHERE id = ?1 UNION ALL SELECT lower(hex(sha256)) FROM sealed_batch WHERE id = ?1
"""
_TIP = """
SELECT max(last_sequence, sealed_sequence), record_count, batch_count, last_record_us, last_received_us,
  ifnull(head_sha256, ''), public_jwk, key_revoked_us
FROM probe WHERE probe = ?
"""
_KNOWN = """
SELECT EXISTS (SELECT 1 FROM batch WHERE sha256 = ?1) OR EXISTS (SELECT 1 FROM sealed_batch WHERE sha256 = ?2)
  OR EXISTS (SELECT 1 FROM quarantine WHERE sha256 = ?1)
"""
_BATCH = "batch (id, sha256, probe, first_sequence, last_sequence, received_us, signed, leaf)"
_RECORD = "record (line, probe, sequence, started_us, batch, raw)"
# Rows to one statement: each ends with a wait for the interpreter, which other threads have meanwhile. Few sizes, for a
# statement is kept for the next time, and keeps what it wrote last.
_ROWS = (200, 20, 1)


@dataclass(slots=True)
class _Tip:
    """Where one probe's history ends."""

    last_sequence: int
    record_count: int
    batch_count: int
    last_record_us: int | None
    last_received_us: int | None
    head_sha256: str
    public_jwk: str
    key_revoked_us: int | None
    is_new: bool = False

    def goes_on(self, one: Accepted) -> bool:
        """Whether the batch's numbers follow, under the present key, which stays the present one."""
        signed_so = one.signer is None or (one.signer.public_jwk == self.public_jwk and self.key_revoked_us is None)
        return one.batch.first > self.last_sequence and signed_so and one.next_jwk is None


def chain_remarks(db: sqlite3.Connection, previous: str | None, head: str) -> tuple[Remark, ...]:
    """What is odd about a batch that names `previous`, where its probe's chain ends here with `head`, empty if nowhere.

    A batch that was sent again may come after its successor, and one that was refused has its place in the chain too.
    """
    if (previous or "") == head:
        return ()
    if previous is None:
        return (Remark.CHAIN_RESTART,)
    (known,) = db.execute(_KNOWN, (previous, _digest(previous))).fetchone()
    return () if known else (Remark.CHAIN_GAP,)


class Append:
    """What one transaction has gathered. `flush` before anybody else looks at the tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._tips: dict[str, _Tip] = {}
        self._batches: list[tuple[int, str, str, int, int, int, bytes, bytes]] = []
        self._records: list[tuple[str, str, int, int, int, bytes]] = []
        self._next_id = 0

    def take(self, one: Accepted) -> Settled | None:
        """What becomes of the batch; None where it does not simply go on, and is left alone."""
        batch = one.batch
        tip = self._tips.get(batch.probe) or self._tip(batch.probe)
        if tip is None or not tip.goes_on(one):
            return None
        self._next_id = self._next_id or self._db.execute(NEXT_BATCH).fetchone()[0]
        came_us, digest, batch_id = epoch_us(one.received_at), one.batch_sha256, self._next_id
        self._next_id += 1
        self._batches.append(
            (batch_id, digest, batch.probe, batch.first, batch.last, came_us, one.signed, batch_leaf(digest, came_us))
        )
        line, probe, started_us = batch.line, batch.probe, batch.started_us
        self._records += [
            (line, probe, sequence, at_us, batch_id, raw)
            for sequence, (at_us, raw) in enumerate(zip(started_us, batch.raw, strict=True), batch.first)
        ]
        remarks = one.remarks + self._chain_remarks(batch.previous_sha256, tip.head_sha256)
        tip.last_sequence, tip.head_sha256, tip.last_received_us, tip.is_new = batch.last, digest, came_us, True
        tip.record_count += len(started_us)
        tip.last_record_us = max(started_us if tip.last_record_us is None else (tip.last_record_us, *started_us))
        tip.batch_count += 1
        return Settled(outcome=Outcome.ACCEPTED, head=Head(digest, tip.batch_count), remarks=remarks)

    def flush(self) -> None:
        """Everything taken stands in the tables; what others do to them from here on is seen by the next `take`."""
        _insert(self._db, _BATCH, self._batches)
        _insert(self._db, _RECORD, self._records)
        self._db.executemany(
            "UPDATE probe SET record_count = ?, last_sequence = ?, last_record_us = ?, last_received_us = ?,"
            " batch_count = ?, head_sha256 = ? WHERE probe = ?",
            [
                (
                    tip.record_count,
                    tip.last_sequence,
                    tip.last_record_us,
                    tip.last_received_us,
                    tip.batch_count,
                    tip.head_sha256,
                    probe,
                )
                for probe, tip in self._tips.items()
                if tip.is_new
            ],
        )
        self._tips, self._batches, self._records, self._next_id = {}, [], [], 0

    def _chain_remarks(self, previous: str | None, head: str) -> tuple[Remark, ...]:
        if (previous or "") == head or any(previous == digest for _, digest, *_ in self._batches):
            return ()
        return chain_remarks(self._db, previous, head)

    def _tip(self, probe: str) -> _Tip | None:
        row = self._db.execute(_TIP, (probe,)).fetchone()
        if row is None:
            return None
        self._tips[probe] = tip = _Tip(*row)
        return tip


def _digest(sha256: str) -> bytes:
    """A digest's bytes; what a probe names as the batch before may be any text."""
    try:
        return bytes.fromhex(sha256)
    except ValueError:
        return b""


def _insert(db: sqlite3.Connection, into: str, rows: Sequence[Sequence[object]]) -> None:
    start = 0
    for size in _ROWS:
        while len(rows) - start >= size:
            some = rows[start : start + size]
            db.execute(_insertion(into, size, len(some[0])), tuple(chain.from_iterable(some)))
            start += size


@lru_cache(2 * len(_ROWS))
def _insertion(into: str, rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * rows)}"  # noqa: S608  `into` is one of the two above
