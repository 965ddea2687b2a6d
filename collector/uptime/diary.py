"""Shell. A collector's beats in a small database beside its journal, and back.

On the journal's disk on purpose: where that takes no change, the collector is not at work. Knows nothing of brokers.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from collector.uptime.account import TOLERANCE, Span
from probe.units import at_epoch_us, epoch_us

FILE = "uptime.sqlite3"  # beside the journal
_KEPT = timedelta(days=1100)  # three years, as long as a claim for lost time may be raised anywhere
_BUSY_S = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS span (
  id INTEGER PRIMARY KEY,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  stepped INTEGER NOT NULL
) STRICT
"""


@dataclass(slots=True)
class Diary:
    """The beats of one collector process, for one thread at a time."""

    path: Path
    _row: int | None = field(default=None)
    _last: tuple[datetime, float] | None = field(default=None)

    def beat(self, at: datetime, monotonic_s: float) -> None:
        """At work now. Raises sqlite3.Error, OSError where the disk takes no change: then it is not."""
        follows = self._last is not None and _went_on(self._last, at, monotonic_s)
        steps = self._last is not None and not follows and _is_short(self._last, monotonic_s)
        with _opened(self.path) as db, db:
            if self._row is not None and follows:
                db.execute("UPDATE span SET end_us = ? WHERE id = ?", (epoch_us(at), self._row))
            else:
                self._row = db.execute(
                    "INSERT INTO span (start_us, end_us, stepped) VALUES (?, ?, ?)", (epoch_us(at), epoch_us(at), steps)
                ).lastrowid
                db.execute("DELETE FROM span WHERE end_us < ?", (epoch_us(at - _KEPT),))
        self._last = (at, monotonic_s)

    def pause(self) -> None:
        """Not at work: the next beat begins another span."""
        self._row = self._last = None


def spans(path: Path) -> tuple[Span, ...]:
    """Every span there is, in order of writing; none where no collector ever beat. Raises sqlite3.Error."""
    if not path.exists():
        return ()
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'span'").fetchone():
            return ()
        rows = db.execute("SELECT start_us, end_us, stepped FROM span ORDER BY id").fetchall()
    return tuple(Span(at_epoch_us(start_us), at_epoch_us(end_us), bool(stepped)) for start_us, end_us, stepped in rows)


def _went_on(last: tuple[datetime, float], at: datetime, monotonic_s: float) -> bool:
    """Whether the wall clock moved as time did, and not for too long."""
    moved, passed = (at - last[0]).total_seconds(), monotonic_s - last[1]
    return abs(moved - passed) <= TOLERANCE.total_seconds() and 0 <= moved <= 2 * TOLERANCE.total_seconds()


def _is_short(last: tuple[datetime, float], monotonic_s: float) -> bool:
    return monotonic_s - last[1] <= TOLERANCE.total_seconds()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(path, timeout=_BUSY_S)) as db:
        db.execute(_TABLE)
        yield db
