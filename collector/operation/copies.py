"""Pure. What a copy of a store says of itself, and which copy belongs to a time.

A file is a row of pieces, each named by its SHA-256, so that copies share what did not change. Knows nothing of where
copies lie or of what the files hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

FORMAT = 1
PIECE_BYTES = 8 * 1024 * 1024  # a file's last piece is shorter
_FOLDER = "copies"
_DIGEST = b',"sha256":"'
_NAME = "%Y%m%dT%H%M%S.%fZ"  # sorts as time


class CopyError(Exception):
    """A store cannot be copied or put back. The text says what, where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: its path below the home folder, and its pieces' digests (hex) in order."""

    path: str
    byte_count: int
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A whole store as it was at `made_at`; `newest_batch` is the last one in it."""

    format: int
    made_at: datetime
    newest_batch: int
    files: tuple[Kept, ...]


def piece_path(digest: str) -> str:
    """Where a piece lies."""
    return f"pieces/{digest[:2]}/{digest}"


def copy_path(made_at: datetime) -> str:
    """Where a copy's own description lies: what is named there is whole."""
    return f"{_FOLDER}/{made_at.astimezone(UTC).strftime(_NAME)}.json"


def encoded(copy: Copy) -> bytes:
    """JSON, with the digest of all before it as its last member."""
    told = msgspec.json.encode(copy)
    return told[:-1] + _DIGEST + sha256(told).hexdigest().encode() + b'"}'


def decoded(data: bytes) -> Copy:
    """The inverse; the first copies had no digest. Raises ValueError."""
    told, digest, its = data.rpartition(_DIGEST)
    if digest and its != sha256(told + b"}").hexdigest().encode() + b'"}':
        raise ValueError("its digest is not that of what it says")
    copy = msgspec.json.decode(data, type=Copy)
    if copy.format != FORMAT:
        raise ValueError(f"it is of form {copy.format}, and this Prova knows {FORMAT}")
    return copy


def moments(names: Iterable[str]) -> tuple[datetime, ...]:
    """When the copies among these files were made, the oldest first.

    >>> moments(["pieces/ab/ab12", "copies/20261105T030000.000000Z.json", "copies/note.txt"])
    (datetime.datetime(2026, 11, 5, 3, 0, tzinfo=datetime.timezone.utc),)
    """
    return tuple(sorted(found for name in names if (found := _moment(name)) is not None))


def chosen(made: Iterable[datetime], at: datetime | None) -> datetime | None:
    """The newest that was made at `at` or before; None where there is none."""
    return max((one for one in made if at is None or one <= at), default=None)


def _moment(name: str) -> datetime | None:
    folder, _, file = name.partition("/")
    if folder != _FOLDER:
        return None
    try:
        return datetime.strptime(file, f"{_NAME}.json").replace(tzinfo=UTC)
    except ValueError:
        return None
