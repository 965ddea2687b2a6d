"""Shell. The file of claim holds: who held what and why, and who let it go; on the disk before anybody is told.

A file that does not hold together is an error: nothing is deleted on its word. Knows nothing of what is deleted.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from collector.home import CollectorHome
from collector.retention import hold_entry
from collector.retention.claim import ClaimHold, Released, standing

_MOST_CHARS = 500


class HoldError(Exception):
    """A hold cannot be read, placed or released. The text says where and how to mend it."""


def holds(home: CollectorHome) -> tuple[ClaimHold, ...]:
    """Every hold that stands, the oldest first; none where there is no file. Raises HoldError."""
    return standing(entries(home))


def entries(home: CollectorHome) -> tuple[ClaimHold | Released, ...]:
    """All that was placed and released, in order. Raises HoldError."""
    try:
        with home.holds.open("rb") as file:
            return _known(home, file.read(hold_entry.MOST_BYTES + 1))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise HoldError(f"{home.holds} cannot be read: {error.strerror}. Let this user read it.") from error


def place(home: CollectorHome, hold: ClaimHold) -> ClaimHold:
    """Keeps it under the next number, whatever its own, and gives it with that. Raises HoldError."""
    if hold.to_at is not None and hold.to_at <= hold.from_at:
        raise HoldError("A hold ends after it begins. Give a later --to, or none.")
    _in_one_line(hold.reason, hold.placed_by)
    with _open(home) as (file, data):
        made = replace(hold, number=1 + max((one.number for one in _known(home, data)), default=0))
        _add(file, data, made)
    return made


def release(home: CollectorHome, told: Released) -> ClaimHold:
    """Ends the hold of that number and gives it. Raises HoldError where none of that number stands."""
    _in_one_line(told.reason, told.released_by)
    with _open(home) as (file, data):
        found = [one for one in standing(_known(home, data)) if one.number == told.number]
        if not found:
            raise HoldError(f"No hold {told.number} stands. `prova privacy hold` without options shows those that do.")
        _add(file, data, told)
    return found[0]


def forget(home: CollectorHome, line: str) -> None:
    """Removes every entry of a line of which none stands, for good. Raises HoldError where one stands."""
    if not home.holds.exists():
        return
    with _open(home) as (_, data):
        known = _known(home, data)
        if any(one.line == line for one in standing(known)):
            raise HoldError(f"A hold of the line {line} stands. Release it first with `prova privacy release`.")
        numbers = {one.number for one in known if isinstance(one, ClaimHold) and one.line == line}
        new = home.holds.with_suffix(".new")
        with _made(new) as file:
            file.truncate()
            _put(file, hold_entry.encoded(one for one in known if one.number not in numbers))
        new.replace(home.holds)


@contextmanager
def _open(home: CollectorHome) -> Iterator[tuple[BinaryIO, bytes]]:
    """The file, one's own for so long, made where there is none; and its bytes."""
    try:
        home.holds.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with home.hold_lock.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # held for one short write
            with _made(home.holds) as file:
                yield file, file.read(hold_entry.MOST_BYTES + 1)
    except OSError as error:
        raise HoldError(f"{home.holds} cannot be written: {error.strerror}. Let this user write it.") from error


def _made(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")


def _known(home: CollectorHome, data: bytes) -> tuple[ClaimHold | Released, ...]:
    try:
        return tuple(hold_entry.decoded(data))
    except hold_entry.EntryError as error:
        raise HoldError(
            f"{home.holds} does not hold together: {error}. Nothing is deleted until it is restored from a backup."
        ) from error


def _add(file: BinaryIO, data: bytes, entry: ClaimHold | Released) -> None:
    """After the last whole line; what a kill left of another is cut off."""
    whole = data[: data.rfind(b"\n") + 1]
    last = whole.splitlines(keepends=True)[-1:]
    file.seek(len(whole))
    file.truncate()
    _put(file, hold_entry.following(entry, hold_entry.digest(last[0]) if last else None))


def _put(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _in_one_line(*texts: str) -> None:
    if not all(one.strip() and one.isprintable() and len(one) <= _MOST_CHARS for one in texts):
        raise HoldError(f"Say in one line of at most {_MOST_CHARS} characters why, and who says so.")
