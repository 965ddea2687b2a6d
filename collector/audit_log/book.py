"""Shell. The audit log's files: one folder, lines added at the end of the newest, each durable before it counts.

Any number of processes may write, one at a time. The size is bounded: the oldest file goes, and an entry tells so
first. Knows nothing of clocks, nor of what an act means.
"""

import fcntl
import os
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from collector.audit_log import chain
from collector.audit_log.act import Act, Entry
from collector.audit_log.chain import Checked, Head, Line

FILE_BYTES = 1 << 20  # a file begins after so many
MOST_FILES = 64  # some 200,000 entries
_TAIL_BYTES = 1 << 16  # several lines: of the longest, each of 900 letters is written with twelve characters
_MOST_HEAD_BYTES = 200
_WAIT_S = 10.0
_HEAD = re.compile(r"([1-9][0-9]{0,11}) ([0-9a-f]{64})\n?")
LOCK = "audit.lock"
_OWN = "service:audit"


class AuditLogError(Exception):
    """The audit log cannot be written or read. The text says where and how to mend it."""


def append(folder: Path, entry: Entry) -> Head:
    """Adds the entry, durably, and gives the log's new head. Raises AuditLogError; then nothing was added that counts.

    Where the log does not go as far as its head tells, an entry that says so comes first.
    """
    try:
        with alone(folder):
            after = _mended(folder, entry.at)
            return _add(folder, entry, after)
    except OSError as error:
        raise AuditLogError(
            f"The audit log in {folder} cannot be written ({error.strerror}). Look after its rights and its disk; what"
            " it should have told was not done."
        ) from error


def check(folder: Path, against: Sequence[Head] = ()) -> Checked:
    """The whole log, and what of it does not hold; empty where there is none. Raises AuditLogError."""
    try:
        if not folder.exists():
            return chain.check((), None, against)
        with alone(folder):
            raw = [line for path in _files(folder) for line in path.read_bytes().splitlines(keepends=True)]
            return chain.check(raw, _head(folder), against)
    except OSError as error:
        raise AuditLogError(
            f"The audit log in {folder} cannot be read ({error.strerror}). Look after its rights."
        ) from error


def forget(folder: Path, names: Collection[str]) -> int:
    """Takes what tells of these names out of every entry; how many those were. The chain goes on holding.

    Each file is written anew, all or nothing. Raises AuditLogError.
    """
    gone = 0
    try:
        if not folder.exists():
            return 0
        with alone(folder):
            for path in _files(folder):
                before = path.read_bytes().splitlines(keepends=True)
                after = [chain.without(line, names) for line in before]
                changed = sum(one != other for one, other in zip(before, after, strict=True))
                if changed:
                    _write_anew(path, b"".join(after))
                gone += changed
            _settle(folder)
    except OSError as error:
        raise AuditLogError(
            f"The audit log in {folder} cannot be written ({error.strerror}). Look after its rights and its disk."
        ) from error
    return gone


def _write_anew(path: Path, raw: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, raw)
    fresh.replace(path)


def _mended(folder: Path, at: datetime) -> Head | None:
    """Where to go on, after the tail was looked at: a line that a crash left half is ended, a cut log is told of."""
    files = _files(folder)
    tail = _tail(files)
    if tail and not tail[-1].endswith(b"\n"):
        _write(files[-1], b"\n")
        tail = _tail(files)
    lines = [line for one in tail if (line := chain.read(one)) is not None]
    told, end = _head(folder), lines[-1].head if lines else None
    if chain.is_whole(told, lines):
        return end
    return _add(folder, Entry(at=at, who=_OWN, act=Act.LOG_BROKEN, on=chain.broken(told, end)), end)


def _add(folder: Path, entry: Entry, after: Head | None) -> Head:
    files = _files(folder)
    if len(files) >= MOST_FILES and files[-1].stat().st_size >= FILE_BYTES:
        after = _shorten(folder, files, entry.at, after)
        files = _files(folder)
    return _put(folder, files, entry, after)


def _shorten(folder: Path, files: Sequence[Path], at: datetime, after: Head | None) -> Head:
    """The oldest file goes, once an entry that names its newest line is on the disk."""
    gone = [line.head for raw in _tail(files[:1]) if (line := chain.read(raw)) is not None]
    told = Entry(at=at, who=_OWN, act=Act.LOG_SHORTENED, on=chain.shortened(gone[-1] if gone else None))
    head = _put(folder, files, told, after)
    files[0].unlink()
    _settle(folder)
    return head


def _put(folder: Path, files: Sequence[Path], entry: Entry, after: Head | None) -> Head:
    raw = chain.line_of(entry, after)
    line = chain.read(raw)
    assert line is not None
    fits = files and files[-1].stat().st_size < FILE_BYTES
    _write(files[-1] if fits else folder / f"{line.number:012d}.jsonl", raw)
    if not fits:
        _settle(folder)
    _write_head(folder, line)
    return line.head


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.jsonl"))


def _tail(files: Sequence[Path]) -> list[bytes]:
    """The newest lines: of the last file, and of the one before it where that is all there is."""
    found: list[bytes] = []
    for path in reversed(files[-2:]):
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(0, size - _TAIL_BYTES)
            file.seek(start)
            lines = file.read().splitlines(keepends=True)
        found = (lines[1:] if start else lines) + found
    return found


def _head(folder: Path) -> Head | None:
    """None where there is none, or what is there is none."""
    try:
        with (folder / "head").open("rb") as file:
            return head_of(file.read(_MOST_HEAD_BYTES).decode("ascii"))
    except (FileNotFoundError, ValueError):
        return None


def head_of(text: str) -> Head:
    """A head as it is written: number, space, digest. Raises ValueError."""
    found = _HEAD.fullmatch(text)
    if found is None:
        raise ValueError("this is no head of an audit log")
    return Head(int(found[1]), found[2])


def _write_head(folder: Path, line: Line) -> None:
    fresh = folder / "head.new"
    fresh.unlink(missing_ok=True)
    _write(fresh, f"{line.number} {line.sha256}\n".encode())
    fresh.replace(folder / "head")


def _write(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """What was made or removed in it is so on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While no other process writes, as whoever copies the files needs. Raises AuditLogError after a while."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "w") as held:
        deadline = time.monotonic() + _WAIT_S
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise AuditLogError(
                        f"Another process holds the audit log in {folder} for {_WAIT_S:g} s. End it, then try again."
                    ) from None
                time.sleep(0.01)
            else:
                break
        yield
