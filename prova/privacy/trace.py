"""Shell. Whether a name still stands in any file of the home folder, byte for byte.

What no command knows of is found so: a file that somebody put there, a copy kept beside. What is compressed is not
opened, and so Parquet not read. Knows nothing of what files are.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE_BYTES = 1024 * 1024
_LONGEST_NAME = 128
_COMPRESSED = {".parquet", ".gz", ".zst"}


def left(folder: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """The files, sorted, whose name or content has one of the names as a whole word."""
    words = [re.escape(one.encode()) for one in names]
    if not words:
        return ()
    named = re.compile(rb"(?<![A-Za-z0-9_-])(?:" + b"|".join(words) + rb")(?![A-Za-z0-9_-])")
    return tuple(sorted(path for path in _files(folder) if _has(path, folder, named)))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _has(path: Path, folder: Path, named: re.Pattern[bytes]) -> bool:
    if named.search(str(path.relative_to(folder)).encode()):
        return True
    if path.suffix in _COMPRESSED:
        return False
    kept = b""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                if named.search(kept + piece):
                    return True
                kept = piece[-_LONGEST_NAME:]
    except OSError:
        return False
    return False
