"""Shell. The spool's part in a change of the signing key: what is announced, and batches opened to be signed anew.

Within the spool's transactions. Knows nothing of files of keys, nor of what the collector said.
"""

import sqlite3
from dataclasses import dataclass

from probe import wire
from probe.backlog.thin import packed
from probe.body.key_change import KeyChange
from probe.body.key_proof import Place, announcement
from probe.key import Ed25519Key, Key, from_jwk, public_jwk


@dataclass(frozen=True, slots=True)
class Change:
    """A key of that thumbprint is to follow after record `sequence`. `batch_sha256`: None until that is sealed."""

    sequence: int
    thumbprint: str
    batch_sha256: str | None


def pending(db: sqlite3.Connection) -> Change | None:
    """What is announced and not settled."""
    row = db.execute(
        "SELECT sequence, thumbprint, (SELECT sha256 FROM batch WHERE last = sequence) FROM key_change"
    ).fetchone()
    return None if row is None else Change(*row)


def announced(db: sqlite3.Connection, *, line: str, probe: str, key: Key, next_key: Ed25519Key) -> KeyChange:
    """The body of the next record, noted as pending."""
    (sequence,) = db.execute("SELECT next_sequence FROM chain").fetchone()
    previous = from_jwk(public_jwk(key)).thumbprint()
    place = Place(line=line, probe=probe, sequence=sequence, previous=previous)
    db.execute("INSERT INTO key_change VALUES (1, ?, ?)", (sequence, next_key.thumbprint()))
    return announcement(place, next_key=next_key)


def settle(db: sqlite3.Connection) -> None:
    """Nothing is pending any more."""
    db.execute("DELETE FROM key_change")


def unseal(db: sqlite3.Connection, *, head_sha256: str | None) -> None:
    """Makes records of every batch again, whatever became of it, and has the chain go on from what the collector has.

    Where the collector names no batch of ours, the newest that it gave a receipt for.
    """
    previous: dict[str, str | None] = {}
    for first, sha256 in db.execute("SELECT first, sha256 FROM batch ORDER BY first").fetchall():
        (signed,) = db.execute("SELECT signed FROM batch WHERE first = ?", (first,)).fetchone()
        batch = wire.own_batch(signed)
        previous[sha256] = batch.previous_sha256
        db.executemany(
            "INSERT INTO record VALUES (?, ?, ?)",
            # Never made smaller, whatever they are: the collector may have them as they stand.
            [(one.sequence, packed(raw), None) for one, raw in zip(batch.records, batch.raw, strict=True)],
        )
    db.execute("DELETE FROM batch")
    (end,) = db.execute("SELECT last_sha256 FROM chain").fetchone()
    known = {end, *previous, *previous.values()} - {None}
    while end in previous:
        end = previous[end]
    db.execute("UPDATE chain SET last_sha256 = ?", (head_sha256 if head_sha256 in known else end,))
