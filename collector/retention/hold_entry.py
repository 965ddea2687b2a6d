"""Pure. An entry in the file of claim holds, one JSON object to a line, each naming the digest of the line before it.

What was changed in between therefore shows. Knows nothing of where the file lies.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

import msgspec

from collector.retention.claim import ClaimHold, Released

MOST_BYTES = 64 * 1024 * 1024  # of a file: some hundred thousand holds
_START = "0" * 64


class EntryError(ValueError):
    """An entry does not hold. The text says which and why."""


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    previous_sha256: str
    placed: ClaimHold | None = None
    released: Released | None = None


def encoded(entries: Iterable[ClaimHold | Released]) -> bytes:
    """The whole file of these entries."""
    data, previous = b"", _START
    for one in entries:
        line = following(one, previous)
        data += line
        previous = digest(line)
    return data


def following(entry: ClaimHold | Released, previous_sha256: str | None) -> bytes:
    """One entry as a line, after the line of that digest; None where it is the first."""
    previous = previous_sha256 or _START
    told = _Line(previous, placed=entry) if isinstance(entry, ClaimHold) else _Line(previous, released=entry)
    return msgspec.json.encode(told) + b"\n"


def digest(line: bytes) -> str:
    """By which the next line names it."""
    return sha256(line).hexdigest()


def decoded(data: bytes) -> Iterator[ClaimHold | Released]:
    """The entries in order. Raises EntryError at the first that does not hold.

    A last line without its end was never confirmed to anybody, and is none.
    """
    if len(data) > MOST_BYTES:
        raise EntryError(f"it is larger than {MOST_BYTES} bytes")
    previous = _START
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        if not line.endswith(b"\n"):
            return
        try:
            told = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise EntryError(f"line {number} is no entry ({error})") from error
        if told.previous_sha256 != previous:
            raise EntryError(f"line {number} does not follow the line before it")
        entry = told.placed or told.released
        if entry is None:
            raise EntryError(f"line {number} says nothing")
        yield entry
        previous = digest(line)
