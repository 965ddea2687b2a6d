"""Shell. Batches that go on where their probe's numbers ended, gathered within one transaction and written in bulk.

Such a batch cannot have come before, nor any record of it: nothing need be looked up for it but its probe, once.
Every other batch is the journal's matter. Knows nothing of transactions' beginnings and ends.
"""

import sqlite3
from dataclasses import dataclass

from collector.envelope import Accepted, Head, Settled
from collector.proof.log import batch_leaf
from probe.units import epoch_us
from probe.wire import Outcome

NEXT_BATCH = """
SELECT 1 + max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(id) FROM sealed_batch), 0))
"""
_TIP = """
SELECT max(last_sequence, sealed_sequence), record_count, batch_count, last_record_us, last_received_us
FROM probe WHERE probe = ?
"""


@dataclass(slots=True)
class _Tip:
    """Where one probe's history ends."""

    last_sequence: int
    record_count: int
    batch_count: int
    last_record_us: int | None
    last_received_us: int | None
    head_sha256: str = ""


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
        if tip is None or batch.first <= tip.last_sequence:
            return None
        self._next_id = self._next_id or self._db.execute(NEXT_BATCH).fetchone()[0]
        came_us, digest, batch_id = epoch_us(one.received_at), one.batch_sha256, self._next_id
        self._next_id += 1
        self._batches.append(
            (batch_id, digest, batch.probe, batch.first, batch.last, came_us, one.signed, batch_leaf(digest, came_us))
        )
        started_us = [epoch_us(record.started.at) for record in batch.records]
        self._records += [
            (batch.line, batch.probe, record.sequence, at_us, batch_id, raw)
            for record, at_us, raw in zip(batch.records, started_us, batch.raw, strict=True)
        ]
        tip.last_sequence, tip.head_sha256, tip.last_received_us = batch.last, digest, came_us
        tip.record_count += len(started_us)
        tip.last_record_us = max(started_us if tip.last_record_us is None else [tip.last_record_us, *started_us])
        tip.batch_count += 1
        return Settled(outcome=Outcome.ACCEPTED, head=Head(digest, tip.batch_count))

    def flush(self) -> None:
        """Everything taken stands in the tables; what others do to them from here on is seen by the next `take`."""
        self._db.executemany(
            "INSERT INTO batch (id, sha256, probe, first_sequence, last_sequence, received_us, signed, leaf)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            self._batches,
        )
        self._db.executemany(
            "INSERT INTO record (line, probe, sequence, started_us, batch, raw) VALUES (?, ?, ?, ?, ?, ?)",
            self._records,
        )
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
                if tip.head_sha256  # else nothing of it was taken
            ],
        )
        self._tips, self._batches, self._records, self._next_id = {}, [], [], 0

    def _tip(self, probe: str) -> _Tip | None:
        row = self._db.execute(_TIP, (probe,)).fetchone()
        if row is None:
            return None
        self._tips[probe] = tip = _Tip(*row)
        return tip
