"""Shell. What lies beside the evidence and can be removed: statuses, the witness's minutes, other tools' tests, and the
bytes of refused messages; what is held for a claim stays.

Of a refused message its digest, topic and reason stay: the chain of its probe names it. Knows nothing of periods.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from collector.home import CollectorHome
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import translated
from collector.retention.claim import ClaimHold
from collector.retention.settings import Held
from probe.units import epoch_us

_BUSY_S = 30.0
_EVER_US = 2**62


@dataclass(frozen=True, slots=True)
class _Table:
    """`old` wants a time; `own` says which rows are of a line and touch a period: wants line, first and last time."""

    name: str
    old: str
    own: str


_TABLES = {
    Held.STATUSES: _Table("status_change", "at_us < ?", "line = ? AND at_us >= ? AND at_us < ?"),
    Held.WITNESS: _Table("witnessed", "started_us < ?", "line = ? AND ended_us > ? AND started_us < ?"),
    Held.QUARANTINE: _Table(
        "quarantine",
        "last_received_us < ? AND (length(payload) OR length(detail))",
        "substr(topic, 9, instr(substr(topic, 9), '/') - 1) = ? AND last_received_us >= ? AND first_received_us < ?",
    ),
}


def count(home: CollectorHome, held: Held, before_us: int, holds: Sequence[ClaimHold] = ()) -> int:
    """How many rows of that kind are of before that time and may go. Raises JournalError, ShelfError."""
    if held is Held.IMPORTED:
        path = home.journal.with_name(FILE)
        if not path.exists():
            return 0
        with closing(Shelf(path)) as shelf:
            return shelf.count_before(before_us, but=_lines(holds))
    table, where, values = _chosen(held, before_us, holds)
    with translated(home.journal), closing(sqlite3.connect(home.journal, timeout=_BUSY_S)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0])  # noqa: S608  our own


def forget(home: CollectorHome, held: Held, before_us: int, holds: Sequence[ClaimHold] = ()) -> None:
    """Removes them, from the disk too. Raises as `count`."""
    if held is Held.IMPORTED:
        path = home.journal.with_name(FILE)
        if path.exists():
            with closing(Shelf(path)) as shelf:
                shelf.forget_before(before_us, but=_lines(holds))
        return
    table, where, values = _chosen(held, before_us, holds)
    emptied = f"UPDATE {table} SET payload = x'', detail = '' WHERE {where}"  # noqa: S608  our own
    removed = f"DELETE FROM {table} WHERE {where}"  # noqa: S608  our own
    with translated(home.journal), closing(sqlite3.connect(home.journal, timeout=_BUSY_S)) as db, db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute(emptied if held is Held.QUARANTINE else removed, values)


def _chosen(held: Held, before_us: int, holds: Sequence[ClaimHold]) -> tuple[str, str, tuple[object, ...]]:
    """(table, condition, its values): what is old and of no hold."""
    one = _TABLES[held]
    values: list[object] = [before_us]
    for hold in holds:
        values += [hold.line, epoch_us(hold.from_at), _EVER_US if hold.to_at is None else epoch_us(hold.to_at)]
    return one.name, " AND ".join([f"({one.old})", *(f"NOT ({one.own})" for _ in holds)]), tuple(values)


def _lines(holds: Sequence[ClaimHold]) -> tuple[str, ...]:
    """An imported file is one thing: while any of its line is held, all of it stays."""
    return tuple(sorted({hold.line for hold in holds}))
