"""Shell. What the journal still knows of a record that went to the lake: which there were, and of what content.

So the collector never asks the lake whether a record came before. Knows nothing of files.
"""

import sqlite3

from collector.lake.fingerprint import separate

_OVERLAPPING = """
SELECT fingerprints FROM sealed_batch WHERE probe = ?1 AND first_sequence <= ?3 AND last_sequence >= ?2
"""


def is_sealed(db: sqlite3.Connection, batch_sha256: str) -> bool:
    """Whether this very batch went to the lake."""
    found = db.execute("SELECT 1 FROM sealed_batch WHERE sha256 = ?", (bytes.fromhex(batch_sha256),)).fetchone()
    return found is not None


def sealed(db: sqlite3.Connection, probe: str, first: int, last: int) -> dict[int, bytes]:
    """The fingerprint of each sealed record of [first, last], by sequence."""
    newest = db.execute("SELECT sealed_sequence FROM probe WHERE probe = ?", (probe,)).fetchone()
    if newest is None or newest[0] < first:
        return {}
    found: dict[int, bytes] = {}
    for (fingerprints,) in db.execute(_OVERLAPPING, (probe, first, last)):
        found |= separate(fingerprints)
    return {sequence: one for sequence, one in found.items() if first <= sequence <= last}
