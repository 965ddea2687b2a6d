"""Shell. The change log's file: entries are put at its end and never changed.

Any number of processes may write: each holds the file while it reads the end and writes after it. Knows nothing of
what an entry says.
"""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from analysis.event import entry
from analysis.event.entry import Log
from analysis.event.event import Noted

_FOLDER_MODE = 0o700


def note(path: Path, noted: Noted) -> bool:
    """Puts the entry at the end, durably, unless the last of its kind and subject says the same. Raises OSError.

    What a crash left unfinished stays, as a line of its own that `entry.read` tells.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = list(_lines(file.read()))
        if lines and not lines[-1].endswith(b"\n"):
            file.write(b"\n")
            lines[-1] += b"\n"
        log = entry.read(lines)
        same = [one for one in log.entries if (one.kind, one.subject) == (noted.kind, noted.subject)]
        if same and (same[-1].state, same[-1].line) == (noted.state, noted.line):
            return False
        file.write(entry.line_of(noted, log.head))
        file.flush()
        os.fsync(file.fileno())
    return True


def forget(path: Path, names: Collection[str]) -> int:
    """Takes out every entry that has one of these names as its line, its subject or a word of its state; how many.

    What stays follows one another anew, all or nothing. Raises OSError.
    """
    if not path.exists():
        return 0
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        log = entry.read(_lines(file.read()))
        stays = [one for one in log.entries if not {one.line, one.subject, *one.state.values()} & set(names)]
        gone = len(log.entries) - len(stays)
        if gone or log.broken_at:
            _write_anew(path, stays)
    return gone


def _write_anew(path: Path, entries: Iterable[Noted]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    head = entry.FIRST
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for one in entries:
            line = entry.line_of(one, head)
            file.write(line)
            head = entry.digest(line)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def load(path: Path) -> Log:
    """All of it; empty where there is none. Raises OSError."""
    if not path.exists():
        return entry.read(())
    return entry.read(_lines(path.read_bytes()))


def _lines(content: bytes) -> Iterator[bytes]:
    *whole, last = content.split(b"\n")
    yield from (line + b"\n" for line in whole)
    if last:
        yield last
