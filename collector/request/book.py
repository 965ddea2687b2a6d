"""Shell. The log of requests as a file: written before anything is done, and never written over.

What was said stands beside the entries and goes when the person is erased; the entries stay and still follow one
another. Knows nothing of what a request asks for.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from collector.erasure.name_mark import Marker, Named, marker
from collector.home import CollectorHome
from collector.journal import JournalError
from collector.request import entry, standing
from collector.request.entry import FIRST, Entry, EntryError, Event, Kind, Purpose
from collector.request.standing import Request
from probe import keyfile

_BUSY_S = 10.0
_MOST_CHARS = 2_000
_HEADER_BYTES = 100  # of a SQLite file; its counter of changes, which every commit moves (sqlite.org/fileformat2.html)
_CHANGES = slice(24, 28)
_TABLES = """
CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, told TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS detail (number INTEGER PRIMARY KEY, line TEXT NOT NULL, told TEXT NOT NULL) STRICT
"""


class RequestError(JournalError):
    """The log of requests cannot be used, or refuses. The text says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new request about a line. `said` is what people wrote, by a word for what it is; may be empty."""

    kind: Kind
    line: str
    received_on: date
    due_on: date
    purposes: tuple[Purpose, ...] = ()
    until_on: date | None = None


class Book:
    """The log below `home`, made where there is none, readable by its owner alone. For one thread at a time, but
    `requests` and `subject`, which any may ask.
    """

    def __init__(self, home: CollectorHome) -> None:
        self._home = home
        self._read_of: tuple[int, bytes] | None = None
        self._known: tuple[Request, ...] = ()
        self._mark: Marker | None = None

    def subject(self, line: str) -> str:
        """The mark by which entries name a line."""
        if self._mark is None:
            self._mark = marker(keyfile.load_or_make(self._home.key))
        return self._mark(Named.LINE, line)

    def requests(self) -> tuple[Request, ...]:
        """Every request, in the order received; none where there is no log. Raises RequestError.

        Read and verified again only where the file is another than it was.
        """
        try:
            with self._home.requests.open("rb") as file:
                now = (os.fstat(file.fileno()).st_ino, file.read(_HEADER_BYTES)[_CHANGES])
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise RequestError(
                f"{self._home.requests} cannot be read ({error.strerror}). Let this user read it."
            ) from error
        if now != self._read_of:
            self._known = self._read() if now[1] else ()  # empty: killed before anything was in it
            self._read_of = now
        return self._known

    def said(self, request: Request) -> tuple[Mapping[str, Any], ...]:
        """What was said of a request, in order, with the line it is about; empty where that was erased."""
        with self._open() as db:
            marks = ", ".join("?" * len(request.numbers))
            query = f"SELECT line, told FROM detail WHERE number IN ({marks}) ORDER BY number"  # noqa: S608  marks
            rows = db.execute(query, request.numbers).fetchall()
        return tuple({"line": line, **msgspec.json.decode(told)["said"]} for line, told in rows)

    def receive(self, asked: Asked, said: Mapping[str, str], *, at: datetime) -> Request:
        """Writes down a new request, durably. Raises RequestError."""
        with self._open() as db:
            known = self._entries(db)
            number = 1 + len({one.request for one in known})
            made = Entry(
                number=0,
                request=f"{asked.received_on:%Y}-{number:04d}",
                kind=asked.kind,
                event=Event.RECEIVED,
                subject=self.subject(asked.line),
                at=at,
                received_on=asked.received_on,
                due_on=asked.due_on,
                purposes=asked.purposes,
                until_on=asked.until_on,
            )
            return self._add(db, made, asked.line, said)

    def follow(
        self,
        request: Request,
        event: Event,
        *,
        line: str,
        said: Mapping[str, str],
        at: datetime,
        due_on: date | None = None,
    ) -> Request:
        """What became of it. `line` "": nothing is kept of what was said. Raises RequestError."""
        with self._open() as db:
            own = [one for one in self._entries(db) if one.request == request.id]
            made = replace(own[-1], event=event, at=at, due_on=due_on or own[-1].due_on)
            return self._add(db, made, line, said)

    def forget(self, line: str) -> int:
        """Takes away what was said of a line, from the disk too; how many entries that was of."""
        if not self._home.requests.exists():
            return 0
        with self._open() as db:
            db.execute("PRAGMA secure_delete = ON")
            gone = db.execute("DELETE FROM detail WHERE line = ?", (line,)).rowcount
            db.commit()
            db.execute("VACUUM")
        return gone

    def _read(self) -> tuple[Request, ...]:
        """Writes nothing: whoever asks need not be who may answer."""
        path = self._home.requests
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
                return standing.requests(self._entries(db))
        except sqlite3.Error as error:
            raise RequestError(
                f"{path} cannot be read ({error}). Look after its rights and its disk, or restore a backup."
            ) from error

    def _add(self, db: sqlite3.Connection, made: Entry, line: str, said: Mapping[str, str]) -> Request:
        if any(len(one) > _MOST_CHARS for one in said.values()):
            raise RequestError(f"A reason has at most {_MOST_CHARS} characters. Write it shorter.")
        last = db.execute("SELECT number, told FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        number = 1 if last is None else last[0] + 1
        detail = None
        if line:
            # The salt keeps short words from being guessed by their digest once they are erased.
            detail = msgspec.json.encode({"salt": secrets.token_hex(16), "line": line, "said": dict(said)})
            db.execute("INSERT INTO detail VALUES (?, ?, ?)", (number, line, detail.decode()))
        told = replace(
            made,
            number=number,
            previous_sha256=FIRST if last is None else entry.digest(last[1]),
            detail_sha256=None if detail is None else hashlib.sha256(detail).hexdigest(),
        )
        key = keyfile.load_or_make(self._home.key)
        db.execute("INSERT INTO entry VALUES (?, ?)", (number, entry.sealed(told, key=key)))
        return next(one for one in standing.requests(self._entries(db)) if one.id == made.request)

    def _entries(self, db: sqlite3.Connection) -> tuple[Entry, ...]:
        """Raises RequestError where they do not hold together, or what was said is not what was."""
        told = [row[0] for row in db.execute("SELECT told FROM entry ORDER BY number")]
        try:
            found = entry.opened(told, key=keyfile.load_or_make(self._home.key))
        except EntryError as error:
            raise RequestError(f"{self._home.requests} does not hold: {error}. Restore it from a backup.") from error
        for number, said in db.execute("SELECT number, told FROM detail"):
            if (
                not 0 < number <= len(found)
                or hashlib.sha256(said.encode()).hexdigest() != found[number - 1].detail_sha256
            ):
                raise RequestError(
                    f"{self._home.requests} does not hold: what was said in entry {number} was changed. Restore it"
                    " from a backup."
                )
        return found

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when it ends."""
        path = self._home.requests
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(path, timeout=_BUSY_S)) as db, db:
                db.execute("PRAGMA synchronous = FULL")
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                db.execute("BEGIN IMMEDIATE")
                yield db
        except (OSError, sqlite3.Error) as error:
            raise RequestError(
                f"{path} cannot be used ({error}). Look after its rights and its disk, or restore a backup."
            ) from error
