"""Shell. Proofs for people elsewhere: that a batch is in a signed log, and that one checkpoint grew into another.

Made from what the journal keeps of every sealed batch, without the lake. Knows nothing of how proofs are checked.
"""

import sqlite3
from collections.abc import Iterable

from collector.envelope import Inclusion
from collector.proof.log import batch_leaf
from collector.proof.merkle import Tree, consistency_path
from probe.units import at_epoch_us

_LEAVES = "SELECT sha256, received_us FROM sealed_batch WHERE id <= ? ORDER BY id"
_BATCH = "SELECT id, received_us FROM sealed_batch WHERE sha256 = ?"
_CHECKPOINT = "SELECT size, note, token FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1"


def inclusions(db: sqlite3.Connection, sha256s: Iterable[str]) -> dict[str, Inclusion]:
    """That each batch is in the log of the first checkpoint after it came, by digest, without those that are in none.

    Raises ValueError where one is no hexadecimal number.
    """
    trees: dict[int, Tree] = {}
    found: dict[str, Inclusion] = {}
    for sha256 in sha256s:
        batch = db.execute(_BATCH, (bytes.fromhex(sha256),)).fetchone()
        marked = batch and db.execute(_CHECKPOINT, (batch[0],)).fetchone()
        if not marked:
            continue
        number, received_us = batch
        size, note, token = marked
        if size not in trees:
            trees[size] = Tree(_leaves(db, size))
        found[sha256] = Inclusion(
            batch_sha256=sha256,
            received_at=at_epoch_us(received_us),
            index=number - 1,
            size=size,
            path=trees[size].inclusion_path(number - 1),
            checkpoint=note,
            time_stamp=token,
        )
    return found


def consistency(db: sqlite3.Connection, earlier: int, later: int) -> tuple[bytes, ...]:
    """That the log of `earlier` batches grew into the one of `later` (RFC 9162, 2.1.4). Raises IndexError."""
    return consistency_path(_leaves(db, later)[:later], earlier)


def _leaves(db: sqlite3.Connection, size: int) -> list[bytes]:
    return [batch_leaf(sha256.hex(), received_us) for sha256, received_us in db.execute(_LEAVES, (size,))]
