"""Shell. The minutes that were not kept for want of room, counted on the disk, with a notice at either end.

Works within the spool's own transaction. Knows nothing of bounds.
"""

import sqlite3
from datetime import datetime

from probe.body.notice import Notice, NoticeKind


def is_dropping(db: sqlite3.Connection) -> bool:
    """Whether the last minute was not kept."""
    return db.execute("SELECT 1 FROM dropped").fetchone() is not None


def drop(db: sqlite3.Connection, *, at: datetime) -> Notice | None:
    """Counts one minute, over at `at`, as not kept. The notice to keep, where it is the first."""
    if db.execute("UPDATE dropped SET minutes = minutes + 1").rowcount:
        return None
    db.execute("INSERT INTO dropped VALUES (1, ?, 1)", (at.isoformat(),))
    return Notice(
        kind=NoticeKind.HEARTBEATS_STOPPED,
        detail="the spool has reached its bound: from here on the line is watched, but minutes are not kept",
    )


def resume(db: sqlite3.Connection, *, at: datetime) -> Notice | None:
    """Minutes are kept again. The notice to keep, where some were not."""
    row = db.execute("DELETE FROM dropped RETURNING since_at, minutes").fetchone()
    if row is None:
        return None
    detail = f"minutes={row[1]} since={row[0]} until={at.isoformat()}: they were watched and not kept"
    return Notice(kind=NoticeKind.HEARTBEATS_RESUMED, detail=detail)
