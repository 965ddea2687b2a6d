"""Shell. The collector's own key, by which its probes know its receipts: made once, for a store that is new.

A store that has batches and no key lost it: another would be refused by every probe, and vouch for nothing of before.
Knows nothing of what is signed.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from collector.home import CollectorHome
from probe.key import Ed25519Key, KeyFileError
from probe.keyfile import load_or_make

_BUSY_S = 5.0


def own_key(home: CollectorHome) -> Ed25519Key:
    """The private key, made where there is no batch yet. Raises KeyFileError where it is lost, OSError."""
    if not home.key.exists() and _has_batches(home.journal):
        raise KeyFileError(
            f"The collector's key {home.key} is gone, and the store beside it has batches: its probes would take no"
            " receipt of another key. Put the file back from a copy (`prova collector restore` into an empty home), or"
            f" move {home.journal.parent} away and enrol the probes again."
        )
    return load_or_make(home.key)


def _has_batches(journal: Path) -> bool:
    if not journal.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
            return bool(db.execute("SELECT ifnull(max(batch_count), 0) FROM probe").fetchone()[0])  # sealed ones too
    except sqlite3.Error:
        return False  # whoever opens it to write says what is wrong with it
