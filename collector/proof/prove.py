"""Shell. Proofs for people elsewhere: that a batch is in a signed log, and that one checkpoint grew into another.

Made from what the journal keeps of every sealed batch, without the lake. Knows nothing of how proofs are checked.
"""

import sqlite3

from collector.envelope import Inclusion
from collector.proof.log import batch_leaf
from collector.proof.merkle import consistency_path, inclusion_path
from probe.units import at_epoch_us

_LEAVES = "SELECT sha256, received_us FROM sealed_batch WHERE id <= ? ORDER BY id"
_BATCH = "SELECT id, received_us FROM sealed_batch WHERE sha256 = ?"
_CHECKPOINT = "SELECT size, note, token FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1"


def inclusion(db: sqlite3.Connection, sha256: str) -> Inclusion | None:
    """That the batch is in the log of the first checkpoint after it came; None where there is none yet, or no batch.

    Raises ValueError where `sha256` is no hexadecimal number.
    """
    batch = db.execute(_BATCH, (bytes.fromhex(sha256),)).fetchone()
    marked = batch and db.execute(_CHECKPOINT, (batch[0],)).fetchone()
    if not marked:
        return None
    number, received_us = batch
    size, note, token = marked
    return Inclusion(
        batch_sha256=sha256,
        received_at=at_epoch_us(received_us),
        index=number - 1,
        size=size,
        path=inclusion_path(_leaves(db, size), number - 1),
        checkpoint=note,
        time_stamp=token,
    )


def consistency(db: sqlite3.Connection, earlier: int, later: int) -> tuple[bytes, ...]:
    """That the log of `earlier` batches grew into the one of `later` (RFC 9162, 2.1.4). Raises IndexError."""
    return consistency_path(_leaves(db, later)[:later], earlier)


def _leaves(db: sqlite3.Connection, size: int) -> list[bytes]:
    return [batch_leaf(sha256.hex(), received_us) for sha256, received_us in db.execute(_LEAVES, (size,))]
