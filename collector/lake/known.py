"""Shell. What the journal still knows of a record that went to the lake: which there were, and of what content.

So the collector never asks the lake whether a record came before. Knows nothing of files.
"""

import hashlib
import sqlite3
from collections.abc import Iterable

from probe.wire import MAX_BATCH_BYTES

_FINGERPRINT_BYTES = 16
_SHORTEST_RECORD = 128  # bytes: its stamps alone are longer
_MOST_RECORDS = MAX_BATCH_BYTES // _SHORTEST_RECORD  # of one batch, so that a search need not go back for ever
_OVERLAPPING = """
SELECT first_sequence, fingerprints FROM sealed_batch
WHERE probe = ?1 AND first_sequence BETWEEN ?2 - ?4 AND ?3 AND last_sequence >= ?2
"""


def fingerprint(raw: bytes) -> bytes:
    """What tells a record's bytes from others."""
    return hashlib.sha256(raw).digest()[:_FINGERPRINT_BYTES]


def joined(raws: Iterable[bytes]) -> bytes:
    """The fingerprints of a batch's records, in order, as one row keeps them."""
    return b"".join(fingerprint(raw) for raw in raws)


def separate(first: int, fingerprints: bytes) -> dict[int, bytes]:
    """By sequence, from `joined` and the first record's sequence."""
    starts = range(0, len(fingerprints), _FINGERPRINT_BYTES)
    return {first + number: fingerprints[at : at + _FINGERPRINT_BYTES] for number, at in enumerate(starts)}


def sealed(db: sqlite3.Connection, probe: str, first: int, last: int) -> dict[int, bytes]:
    """The fingerprint of each sealed record of [first, last], by sequence."""
    newest = db.execute("SELECT sealed_sequence FROM probe WHERE probe = ?", (probe,)).fetchone()
    if newest is None or newest[0] < first:
        return {}
    found: dict[int, bytes] = {}
    for begin, fingerprints in db.execute(_OVERLAPPING, (probe, first, last, _MOST_RECORDS)):
        found |= separate(begin, fingerprints)
    return {sequence: one for sequence, one in found.items() if first <= sequence <= last}
