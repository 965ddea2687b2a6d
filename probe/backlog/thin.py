"""Shell. Makes room in a spool: condenses the oldest whole minutes that wait, a few slots at a time.

Works within the spool's own transaction. Touches nothing that was signed, and nothing but minutes. Knows nothing of
bounds.
"""

import sqlite3
import zlib
from dataclasses import dataclass

from probe import wire
from probe.backlog.condense import condense, groups, is_whole, slot
from probe.backlog.tables import BAD, CONDENSED, WHOLE
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Reachability
from probe.record import Body, Record

_AT_ONCE = 60  # minutes looked at: twenty milliseconds on a large machine, whose loop waits meanwhile
_NEXT = "SELECT sequence, encoded FROM record WHERE heartbeat IS NOT NULL AND sequence >= ? ORDER BY sequence LIMIT ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinned:
    """What one go did: `minutes` became `records`, numbers `first` to `last`; all 0 where there was nothing to do.

    `looked_to`: where the next go begins. `more`: whether there was anything behind that.
    """

    minutes: int
    records: int
    first: int
    last: int
    looked_to: int
    more: bool

    @property
    def notice(self) -> Notice:
        """What the probe says of it."""
        detail = (
            f"minutes={self.minutes} records={self.records} first={self.first} last={self.last}: condensed for room"
        )
        return Notice(kind=NoticeKind.THINNED, detail=detail)


def thin(db: sqlite3.Connection, *, line: str, probe: str, since: int) -> Thinned:
    """Condenses what it finds among the oldest minutes from number `since` on."""
    rows = db.execute(_NEXT, (since, _AT_ONCE)).fetchall()
    minutes = [wire.decode_record(unpacked(encoded), line=line, probe=probe) for _, encoded in rows]
    found = groups(minutes)
    for group in found:
        _replace(db, group)
    return Thinned(
        minutes=sum(len(group) for group in found),
        records=len(found),
        first=found[0][0].sequence if found else 0,
        last=found[-1][-1].sequence if found else 0,
        looked_to=_looked_to(minutes, found, since),
        more=len(rows) == _AT_ONCE,
    )


def newest_condensed(db: sqlite3.Connection) -> int:
    """Where to begin after a start: everything older was looked at. 0 where nothing was ever condensed."""
    (sequence,) = db.execute("SELECT ifnull(max(sequence), 0) FROM record WHERE heartbeat = ?", (CONDENSED,)).fetchone()
    return int(sequence)


def heartbeat(body: Body) -> int | None:
    """The column `heartbeat` of a new record."""
    if not isinstance(body, Reachability):
        return None
    return WHOLE if is_whole(body) else BAD


def packed(encoded: bytes) -> bytes:
    """A record's JSON as it waits on the disk, about a sixth of it."""
    return zlib.compress(encoded)


def unpacked(waiting: bytes) -> bytes:
    """The inverse of `packed`; what an older spool kept is JSON already."""
    return waiting if waiting.startswith(b"{") else zlib.decompress(waiting)


def _replace(db: sqlite3.Connection, group: tuple[Record, ...]) -> None:
    one = condense(group)
    db.execute(
        "UPDATE record SET encoded = ?, heartbeat = ? WHERE sequence = ?",
        (packed(wire.encode_record(one)), CONDENSED, one.sequence),
    )
    db.executemany("DELETE FROM record WHERE sequence = ?", [(minute.sequence,) for minute in group[1:]])


def _looked_to(minutes: list[Record], found: tuple[tuple[Record, ...], ...], since: int) -> int:
    """Of the newest slot nothing is decided yet: the next go begins with the last record before it."""
    if not minutes:
        return since
    newest = slot(minutes[-1])
    older = next((one.sequence for one in reversed(minutes) if slot(one) != newest), minutes[-1].sequence)
    return next((group[0].sequence for group in found if older == group[-1].sequence), older)
