"""Shell. Where a lake's files lie: a folder of this machine or a bucket of object storage, behind one interface.

A file appears whole or not at all, and is on the disk when `put` returns. Knows nothing of what files hold.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from pyarrow import fs

from collector.store import StoreError

_CONNECT_WITHIN_S = 5
_ANSWER_WITHIN_S = 60
_TRIES = 4
_OPTIONS = {"endpoint_override", "scheme", "region"}
_UNFINISHED = ".new"


class LakeError(StoreError):
    """The lake cannot be used. The text says what and how to mend it."""


class LakeUnreachableError(LakeError):
    """The lake's storage does not answer, or refuses."""


class NoSuchFileError(LakeError):
    """A file that should be in the lake is not."""


@dataclass(frozen=True, slots=True)
class Place:
    """An open lake: paths below `root` of a file system. `folder` is None unless it is a folder of this machine."""

    url: str
    files: fs.FileSystem
    root: str
    folder: Path | None

    def put(self, path: str, data: bytes) -> None:
        """Writes a file, whole, and reads it back from where it lies. Raises LakeError."""
        with self._translated(path):
            if self.folder is None:
                with self.files.open_output_stream(f"{self.root}/{path}") as stream:
                    stream.write(data)
            else:
                _write(self.folder / path, data)
        if hashlib.sha256(self.get(path)).digest() != hashlib.sha256(data).digest():
            raise LakeError(f"The lake {self.url} gave back {path} changed. Look after its disk.")

    def get(self, path: str) -> bytes:
        """A file's bytes. Raises NoSuchFileError, LakeError."""
        with self.reading(path) as file:
            return bytes(file.read())

    @contextmanager
    def reading(self, path: str) -> Iterator[pa.NativeFile]:
        """A file, open to be read at any place. Raises NoSuchFileError, LakeError."""
        with self._translated(path), self.files.open_input_file(f"{self.root}/{path}") as file:
            yield file

    def names(self) -> tuple[str, ...]:
        """The path of every file, sorted; those that were not finished are left out. Raises LakeError."""
        with self._translated(""):
            found = self.files.get_file_info(fs.FileSelector(self.root, recursive=True, allow_not_found=True))
        paths = (one.path.removeprefix(f"{self.root}/") for one in found if one.type is fs.FileType.File)
        return tuple(sorted(path for path in paths if not path.endswith(_UNFINISHED)))

    def remove(self, path: str) -> None:
        """Removes a file if it is there. Raises LakeError."""
        try:
            with self._translated(path):
                self.files.delete_file(f"{self.root}/{path}")
        except NoSuchFileError:
            return

    @contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise NoSuchFileError(f"The lake {self.url} has no {path}. Restore it from a backup.") from error
        except pa.ArrowInvalid as error:
            raise LakeError(
                f"The lake {self.url} has a damaged file {path} ({error}). Restore it from a backup."
            ) from error
        except OSError as error:
            kind = LakeError if self.folder else LakeUnreachableError
            raise kind(
                f"The lake {self.url} cannot be used at {path or 'its root'} ({error}). Look after its rights and its"
                " disk, or its address and the credentials in the environment."
            ) from error


def opened(url: str, *, beside: Path) -> Place:
    """The lake at `url`: a path, relative to the folder `beside`, or `file://` or `s3://bucket/prefix`.

    An s3 address may say `?endpoint_override=HOST:PORT&scheme=http&region=R`, and never a secret: credentials come from
    the environment or the files of AWS's own tools. Raises LakeError.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        folder = beside / (unquote(parts.path) if parts.scheme else url)
        return Place(url, fs.LocalFileSystem(), str(folder), folder)
    if parts.scheme != "s3" or not parts.hostname or parts.username or parts.password:
        raise LakeError(
            f"{url!r} names no lake. Write a folder, file:///folder or s3://bucket/prefix, without any credentials."
        )
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(set(options) - _OPTIONS):
        raise LakeError(f"{unknown[0]} is no option of a lake's address. There are {', '.join(sorted(_OPTIONS))}.")
    try:
        files = fs.S3FileSystem(
            **options,
            connect_timeout=_CONNECT_WITHIN_S,
            request_timeout=_ANSWER_WITHIN_S,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_TRIES),
        )
    except (OSError, ValueError) as error:
        raise LakeError(f"The lake {url} cannot be opened ({error}). Mend its address.") from error
    return Place(url, files, f"{parts.hostname}{parts.path}".rstrip("/"), None)


def _write(path: Path, data: bytes) -> None:
    """All or nothing, through to the disk: the file, its name, and the folders that had to be made for it."""
    _make(path.parent)
    fresh = path.with_name(f"{path.name}{_UNFINISHED}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # so that it is read back from the disk
    fresh.rename(path)
    _sync(path.parent)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
