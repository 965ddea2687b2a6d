"""Shell. What became of each probe's status, and what an outside witness saw: rows of the journal, and back.

None of it is signed, and the oldest go. Knows nothing of records, nor of what silence means.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from collector.envelope import Silence, StatusSeen, Witnessed
from probe.units import at_epoch_us, epoch_us
from probe.wire import Status

MOST_CHANGES = 20_000  # of one probe: years of one that sleeps every night, a week of one that flaps every half minute
WITNESSED_DAYS = 400  # longer than any claim waits; 20 MB a year and line
_DAY_US = 86_400_000_000

CHANGES = "SELECT line, probe, status, at_us FROM status_change WHERE line = ? ORDER BY probe, id"
WITNESSED = (
    "SELECT line, started_us, ended_us, method, asked_count, answered_count FROM witnessed"
    " WHERE line = ? AND started_us >= ? AND started_us < ? ORDER BY started_us, method"
)
_Change = tuple[str, str, str, int]


def add_change(db: sqlite3.Connection, seen: StatusSeen) -> None:
    """One change more; beyond `MOST_CHANGES` of its probe the oldest go."""
    db.execute(
        "INSERT INTO status_change (probe, line, status, at_us) VALUES (?, ?, ?, ?)",
        (seen.probe, seen.line, seen.status, epoch_us(seen.at)),
    )
    db.execute(
        "DELETE FROM status_change WHERE probe = ?1 AND id <="
        " (SELECT id FROM status_change WHERE probe = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (seen.probe, MOST_CHANGES),
    )


def add_witnessed(db: sqlite3.Connection, seen: Sequence[Witnessed]) -> None:
    """More minutes; those that are `WITNESSED_DAYS` older than the newest of these go."""
    db.executemany(
        "INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                one.line,
                epoch_us(one.started_at),
                epoch_us(one.ended_at),
                one.method,
                one.asked_count,
                one.answered_count,
            )
            for one in seen
        ],
    )
    for one in seen:
        oldest_us = epoch_us(one.started_at) - WITNESSED_DAYS * _DAY_US
        db.execute("DELETE FROM witnessed WHERE line = ? AND started_us < ?", (one.line, oldest_us))


def silences(changes: Iterable[_Change], start_at: datetime, end_at: datetime) -> tuple[Silence, ...]:
    """From `CHANGES`' rows the silences that touch [start_at, end_at), whole."""
    every = (one for _, own in groupby(changes, key=lambda one: one[1]) for one in _of_one_probe(list(own)))
    return tuple(one for one in every if one.start_at < end_at and (one.end_at is None or one.end_at > start_at))


def _of_one_probe(changes: Sequence[_Change]) -> Iterator[Silence]:
    ends = [*(at_epoch_us(at_us) for *_, at_us in changes[1:]), None]
    for (line, probe, status, at_us), end_at in zip(changes, ends, strict=True):
        if status != Status.ONLINE:
            yield Silence(line=line, probe=probe, status=Status(status), start_at=at_epoch_us(at_us), end_at=end_at)


def witnessed(row: tuple[str, int, int, str, int, int]) -> Witnessed:
    """From one of `WITNESSED`' rows."""
    line, started_us, ended_us, method, asked_count, answered_count = row
    return Witnessed(
        line=line,
        started_at=at_epoch_us(started_us),
        ended_at=at_epoch_us(ended_us),
        method=method,
        asked_count=asked_count,
        answered_count=answered_count,
    )
