"""Shell. What is to be sent, durably: a message is here before it is sent and waits until its receiver said yes.

Any process may look; one sends. Knows nothing of what a message says.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboards.hook.message import Message
from probe.units import at_epoch_us, epoch_us

_BUSY_S = 10.0
_KEPT_DAYS = 90  # of what was sent or given up: so long a judgement may come to the same finding again
_DAY_US = 86_400_000_000
_TABLES = """
CREATE TABLE IF NOT EXISTS message (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hook TEXT NOT NULL, body BLOB NOT NULL, made_us INTEGER NOT NULL,
  due_us INTEGER, attempts INTEGER NOT NULL DEFAULT 0, sent_us INTEGER, said TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS message_due ON message (hook, due_us);
CREATE TABLE IF NOT EXISTS closed (hook TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT
"""


class OutboxError(Exception):
    """The outbox cannot be used. The text says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that is due, after so many attempts."""

    message: Message
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One hook's messages. `given_up_count`: nothing more is tried. `last_said`: of the newest failure, if any."""

    waiting_count: int
    sent_count: int
    given_up_count: int
    closed_at: datetime | None
    last_said: str


class Outbox:
    """The outbox at `path`, made where there is none, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with self._open() as db:
            for statement in _TABLES.split(";"):
                db.execute(statement)

    def put(self, messages: Sequence[Message], *, at: datetime) -> int:
        """Keeps those that were never here, due at once; how many these were."""
        now_us = epoch_us(at)
        with self._open() as db:
            before = db.total_changes
            db.executemany(
                "INSERT OR IGNORE INTO message (id, hook, body, made_us, due_us) VALUES (?, ?, ?, ?, ?)",
                [(one.id, one.hook, one.body, now_us, now_us) for one in messages],
            )
            put = db.total_changes - before
            db.execute("DELETE FROM message WHERE due_us IS NULL AND made_us < ?", (now_us - _KEPT_DAYS * _DAY_US,))
        return put

    def due(self, hook: str, *, at: datetime, most: int) -> tuple[Waiting, ...]:
        """A hook's messages that are due, the oldest first; none of one that is closed."""
        with self._open() as db:
            rows = db.execute(
                "SELECT id, body, attempts FROM message WHERE hook = ?1 AND due_us <= ?2"
                " AND hook NOT IN (SELECT hook FROM closed) ORDER BY number LIMIT ?3",
                (hook, epoch_us(at), most),
            ).fetchall()
        return tuple(
            Waiting(message=Message(id=id_, hook=hook, body=body), attempts=attempts) for id_, body, attempts in rows
        )

    def sent(self, id_: str, *, at: datetime) -> None:
        """Its receiver said yes."""
        with self._open() as db:
            db.execute(
                "UPDATE message SET due_us = NULL, sent_us = ?, attempts = attempts + 1 WHERE id = ?",
                (epoch_us(at), id_),
            )

    def failed(self, id_: str, *, said: str, due_at: datetime | None) -> None:
        """It did not; to be sent again at `due_at`, or never more."""
        due_us = None if due_at is None else epoch_us(due_at)
        with self._open() as db:
            db.execute(
                "UPDATE message SET due_us = ?, attempts = attempts + 1, said = ? WHERE id = ?", (due_us, said, id_)
            )

    def close_hook(self, hook: str, *, at: datetime) -> None:
        """Its receiver wants nothing more (410); what waits goes on waiting."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO closed VALUES (?, ?)", (hook, epoch_us(at)))

    def reopen(self, hook: str, *, at: datetime) -> None:
        """It is tried again, and so is what was given up."""
        with self._open() as db:
            db.execute("DELETE FROM closed WHERE hook = ?", (hook,))
            db.execute(
                "UPDATE message SET due_us = ?, attempts = 0 WHERE hook = ? AND sent_us IS NULL", (epoch_us(at), hook)
            )

    def forget_line(self, line: str) -> int:
        """Removes every message about the line, sent or not, from the disk too; how many."""
        with self._open() as db:
            db.execute("PRAGMA secure_delete = ON")
            gone = db.execute(
                "DELETE FROM message WHERE json_extract(CAST(body AS TEXT), '$.data.line') = ?", (line,)
            ).rowcount
        with self._translated(), closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as db:
            db.execute("VACUUM")
        return gone

    def next_due_at(self, hooks: Sequence[str]) -> datetime | None:
        """When the next message of these hooks is due; None where none waits."""
        with self._open() as db:
            rows = db.execute(
                "SELECT hook, min(due_us) FROM message WHERE due_us IS NOT NULL"
                " AND hook NOT IN (SELECT hook FROM closed) GROUP BY hook"
            ).fetchall()
        found = [due_us for hook, due_us in rows if hook in hooks]
        return at_epoch_us(min(found)) if found else None

    def state(self, hook: str) -> State:
        """How it stands with one hook."""
        with self._open() as db:
            waiting, sent, given_up = db.execute(
                "SELECT count(due_us), count(sent_us), count(*) - count(due_us) - count(sent_us) FROM message"
                " WHERE hook = ?",
                (hook,),
            ).fetchone()
            said = db.execute(
                "SELECT said FROM message WHERE hook = ? AND said <> '' ORDER BY number DESC LIMIT 1", (hook,)
            ).fetchone()
            closed = db.execute("SELECT at_us FROM closed WHERE hook = ?", (hook,)).fetchone()
        return State(
            waiting_count=waiting,
            sent_count=sent,
            given_up_count=given_up,
            closed_at=None if closed is None else at_epoch_us(closed[0]),
            last_said="" if said is None else said[0],
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when it ends."""
        with self._translated(), closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as db:
            db.execute("PRAGMA synchronous = FULL")
            with db:
                yield db

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise OutboxError(
                f"{self._path} cannot be used ({error}). Look after its rights and its disk, or restore a backup."
            ) from error
