"""Shell. The newest batch that a commit confirmed, beside the journal: a lost end of its log shows against it.

SQLite gives up the last commit of a damaged write-ahead log in silence, as it has to for a machine that stopped in the
middle of one. What is written here is written after the commit is on the disk, and waits for none itself: it can be
older than the journal, never ahead of it, unless the journal lost something. Knows nothing of what batches hold.
"""

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(rb"(\d{1,19}) ([0-9a-f]{64}) ([0-9a-f]{8})\n")


@dataclass(frozen=True, slots=True)
class Newest:
    """A batch of the log: its number from 1, and its digest."""

    batch: int
    sha256: str


class Tip:
    """The file, made if there is none."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, newest: Newest) -> None:
        """What no disk takes is no loss: it says less then. Numbers only grow, so the line never gets shorter."""
        told = f"{newest.batch} {newest.sha256} "
        try:
            os.pwrite(self._descriptor, f"{told}{zlib.crc32(told.encode()):08x}\n".encode(), 0)
        except OSError:
            return

    def close(self) -> None:
        """Ends its use, once or again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def told(path: Path) -> Newest | None:
    """What is written there; None where nothing is, or nothing whole."""
    try:
        found = _LINE.fullmatch(path.read_bytes())
    except OSError:
        return None
    if found is None or int(found[3], 16) != zlib.crc32(found[1] + b" " + found[2] + b" "):
        return None
    return Newest(int(found[1]), found[2].decode())


def set_aside(path: Path) -> None:
    """Keeps what is written there, which tells of a loss, from what comes. Raises OSError."""
    newest = told(path)
    if newest is not None:
        path.replace(path.with_name(f"{path.name}.lost-{newest.batch}-{newest.sha256[:8]}"))


def every(path: Path) -> Iterator[tuple[Path, Newest]]:
    """What is written there, and what was set aside before."""
    for one in (path, *sorted(path.parent.glob(f"{path.name}.lost-*"))):
        newest = told(one)
        if newest is not None:
            yield one, newest
