"""Shell. What the store holds of some lines over a period, as a digest: another as soon as any answer could be another.

Records are told by their count, the files by their names, which are digests. Knows nothing of Parquet.
"""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from collector.lake.part import holding

_RECORDS = (
    "SELECT count(*), min(id), max(id), sum(id), max(batch) FROM record"
    " WHERE line = ? AND started_us >= ? AND started_us < ?"
)
_WITNESSED = (
    "SELECT count(*), sum(asked_count), sum(answered_count), sum(ended_us - started_us) FROM witnessed"
    " WHERE line = ? AND started_us >= ? AND started_us < ?"
)
_CHANGES = (
    "SELECT line, count(*), min(id), max(id), sum(id) FROM status_change WHERE at_us < ? GROUP BY line ORDER BY line"
)


def held(db: sqlite3.Connection, lines: Sequence[str], start_us: int, end_us: int, beside: Sequence[Any]) -> str:
    """Of `lines`, sorted, in [start_us, end_us). `beside` is what is kept in other files."""
    ours = set(lines)
    files = holding(db, lines, start_us, end_us)
    told = sha256(repr((files.url, files.files, tuple(beside))).encode())
    told.update(repr([row for row in db.execute(_CHANGES, (end_us,)) if row[0] in ours]).encode())
    for line in lines:
        for query in (_RECORDS, _WITNESSED):
            told.update(repr((line, db.execute(query, (line, start_us, end_us)).fetchone())).encode())
    return told.hexdigest()
