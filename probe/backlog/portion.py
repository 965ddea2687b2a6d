"""Shell. Which of the waiting records go into the next batch. Within the spool's transactions.

Knows nothing of keys or of what records say.
"""

import sqlite3

from probe.backlog import rekey
from probe.backlog.thin import unpacked

TARGET_RECORD_BYTES = 6_000  # of records in one batch: about 8 KiB once signed, what one small message costs
_BACKLOG_RECORDS = 500  # so many numbers apart, it is a backlog: larger batches, fewer commits
LARGE_RECORD_BYTES = 60_000  # of what waited for company, or is a backlog
_EVERY = 2**63 - 1


def portion(db: sqlite3.Connection, most_bytes: int) -> list[tuple[int, bytes]]:
    """The oldest records whose numbers follow one another, `most_bytes` of them, more of a backlog, but one at least.

    Empty where there are none. While a change of key is announced, none beyond the record that announces it.
    """
    taken: list[tuple[int, bytes]] = []
    size, target = 0, max(most_bytes, _backlog_bytes(db))
    change = rekey.pending(db)
    rows = db.execute(
        "SELECT sequence, encoded FROM record WHERE sequence <= ? ORDER BY sequence LIMIT 100",
        (change.sequence if change is not None else _EVERY,),
    )
    for sequence, waiting in rows:
        encoded = unpacked(waiting)
        size += len(encoded)
        if taken and (size > target or sequence != taken[-1][0] + 1):
            break
        taken.append((sequence, encoded))
    return taken


def _backlog_bytes(db: sqlite3.Connection) -> int:
    ends = "SELECT (SELECT min(sequence) FROM record), (SELECT max(sequence) FROM record)"  # each by the key alone
    first, last = db.execute(ends).fetchone()
    return LARGE_RECORD_BYTES if first and last - first > _BACKLOG_RECORDS else 0
