"""Shell. What lies beside the evidence and can be removed: other tools' tests, and the bytes of refused messages.

Of a refused message its digest, topic and reason stay: the chain of its probe names it. Knows nothing of periods.
"""

import sqlite3
from contextlib import closing

from collector.home import CollectorHome
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import translated
from collector.retention.settings import Held

_BUSY_S = 30.0
_REFUSED = "last_received_us < ? AND (length(payload) OR length(detail))"


def count(home: CollectorHome, held: Held, before_us: int) -> int:
    """How many rows of that kind are of before that time. Raises JournalError, ShelfError."""
    if held is Held.QUARANTINE:
        with translated(home.journal), closing(sqlite3.connect(home.journal, timeout=_BUSY_S)) as db:
            return int(db.execute(f"SELECT count(*) FROM quarantine WHERE {_REFUSED}", (before_us,)).fetchone()[0])  # noqa: S608  our own
    path = home.journal.with_name(FILE)
    if not path.exists():
        return 0
    with closing(Shelf(path)) as shelf:
        return shelf.count_before(before_us)


def forget(home: CollectorHome, held: Held, before_us: int) -> None:
    """Removes them, from the disk too. Raises as `count`."""
    if held is Held.QUARANTINE:
        with translated(home.journal), closing(sqlite3.connect(home.journal, timeout=_BUSY_S)) as db, db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute(f"UPDATE quarantine SET payload = x'', detail = '' WHERE {_REFUSED}", (before_us,))  # noqa: S608  our own
        return
    path = home.journal.with_name(FILE)
    if path.exists():
        with closing(Shelf(path)) as shelf:
            shelf.forget_before(before_us)
