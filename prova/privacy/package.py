"""Shell. A folder or a ZIP that is filled file by file, and is there whole or not at all.

Each file is written as it comes, so that memory does not grow with it. Knows nothing of what files hold.
"""

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from prova.exit import CommandError

_PIECE_BYTES = 1024 * 1024


class Package(Protocol):
    """Where files go."""

    def file(self, name: str) -> "IO[bytes]":
        """A new file, to be written and closed before the next."""


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def file(self, name: str) -> IO[bytes]:
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Zip:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def file(self, name: str) -> IO[bytes]:
        return self._file.open(name, "w", force_zip64=True)


@contextmanager
def made(path: Path) -> Iterator[Package]:
    """A ZIP where the name ends with .zip, else a folder. Raises CommandError where something is there already."""
    if path.exists() and (not path.is_dir() or any(path.iterdir()) or path.suffix == ".zip"):
        raise CommandError(f"{path} is there already. Name another with --output.")
    fresh = path.with_name(f"{path.name}.new")
    _remove(fresh)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if path.suffix == ".zip":
            with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                    yield _Zip(archive)
                file.flush()
                os.fsync(file.fileno())
        else:
            fresh.mkdir(mode=0o700)
            yield _Folder(fresh)
        fresh.rename(path)  # onto nothing, or onto an empty folder
    finally:
        _remove(fresh)


def copied(package: Package, name: str, source: Path) -> None:
    """A file of this machine, piece by piece. Raises OSError."""
    with source.open("rb") as read, package.file(name) as file:
        shutil.copyfileobj(read, file, _PIECE_BYTES)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
