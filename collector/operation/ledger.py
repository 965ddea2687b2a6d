"""Shell. A register that only grows: one entry a line, each with the digest of the line before it, each on the disk.

Used for incidents and for exercises of restoring. A chain shows a change to whoever knows a later digest: the audit log
is told each. Knows nothing of what entries mean.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

BEGINNING = "0" * 64  # before the first entry there is none
_MOST_BYTES = 64 * 1024  # of one entry


class LedgerError(Exception):
    """The register cannot be read or written, or is not what was written. The text says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in its place; `sha256` is its line's own digest (hex)."""

    number: int
    at: datetime
    told: Mapping[str, Any]
    sha256: str


def read(path: Path) -> tuple[Entry, ...]:
    """Every entry, oldest first; none where there is no register. Raises LedgerError where the chain does not hold."""
    try:
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({error.strerror}). Look after its rights and its disk.") from error
    found: list[Entry] = []
    for number, raw in enumerate(_whole(lines), start=1):
        found.append(_entry(path, number, raw, found[-1].sha256 if found else BEGINNING))
    return tuple(found)


def append(path: Path, told: Mapping[str, Any], *, at: datetime, after: Sequence[Entry]) -> Entry:
    """Adds an entry, durably, after those that were read. Raises LedgerError; then nothing was added that counts."""
    try:
        with _alone(path) as descriptor:
            there = read(path)
            if [one.sha256 for one in there] != [one.sha256 for one in after]:
                raise LedgerError(f"Another process wrote to {path} meanwhile. Try again.")
            previous = there[-1].sha256 if there else BEGINNING
            line = {"n": len(there) + 1, "at": at.isoformat(), "previous": previous, "told": told}
            raw = json.dumps(line, separators=(",", ":"), sort_keys=True).encode() + b"\n"
            if len(raw) > _MOST_BYTES:
                raise LedgerError(f"An entry of {len(raw)} bytes is over {_MOST_BYTES}. Say it shorter.")
            _cut_torn(descriptor)
            os.write(descriptor, raw)
            os.fsync(descriptor)
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be written ({error.strerror}). Look after its rights and its disk."
        ) from error
    return _entry(path, len(there) + 1, raw, previous)


def _whole(lines: Sequence[bytes]) -> Sequence[bytes]:
    """Without the half of a line that a power cut left: it never counted."""
    return lines[:-1] if lines and not lines[-1].endswith(b"\n") else lines


def _entry(path: Path, number: int, raw: bytes, previous: str) -> Entry:
    try:
        line = json.loads(raw)
        if (line["n"], line["previous"]) == (number, previous) and isinstance(line["told"], dict):
            return Entry(number, datetime.fromisoformat(line["at"]), line["told"], hashlib.sha256(raw).hexdigest())
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise LedgerError(
        f"Line {number} of {path} does not follow the one before it: one of the two was changed or removed. Put the"
        " file back from a copy, and look for who did it."
    )


def _cut_torn(descriptor: int) -> None:
    """What a power cut left half goes before anything follows it."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    tail = os.pread(descriptor, min(size, _MOST_BYTES), max(0, size - _MOST_BYTES))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, size - len(tail) + tail.rfind(b"\n") + 1)


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """The file, made if there is none, while no other process writes. Raises LedgerError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        if is_new:
            _settle(path.parent)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LedgerError(f"Another process writes to {path}. Try again.") from None
        yield descriptor
    finally:
        os.close(descriptor)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
