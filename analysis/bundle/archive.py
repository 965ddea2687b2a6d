"""Pure. Files as one ZIP, and back: one form only, so that not a byte of it can change unseen.

Nothing is compressed by the ZIP (large files are gzip by themselves, and signed for as they are), names are flat and
sorted, times are fixed: the same files make the same bytes, and other bytes are refused. Knows nothing of what is in
the files.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MOST_FILES = 100
_MOST_BYTES = 2 << 30
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RIGHTS = 0o100644 << 16
_UNIX = 3
_LEVEL = 6


class ArchiveError(ValueError):
    """This is no bundle as it was written. The text says why."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as one ZIP. Raises ValueError where a name is not flat."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a file in a bundle")
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _RIGHTS
            entry.create_system = _UNIX
            archive.writestr(entry, files[name])
    return whole.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files in a ZIP that `pack` made. Raises ArchiveError for any other bytes."""
    if len(data) > _MOST_BYTES:
        raise ArchiveError(f"{len(data)} bytes are more than a bundle may have")
    try:
        files = _read(data)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
        raise ArchiveError(f"this is not a ZIP that can be read: {error}") from error
    if pack(files) != data:
        raise ArchiveError(
            "the ZIP is not in the form in which bundles are written: something was changed around the files"
        )
    return files


def compressed(data: bytes) -> bytes:
    """`data` as gzip (RFC 1952), without a time or a name."""
    return gzip.compress(data, _LEVEL, mtime=0)


def expanded(data: bytes, *, most_bytes: int) -> bytes:
    """The inverse; never more than `most_bytes`. Raises ArchiveError."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            whole = stream.read(most_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"this is no gzip file: {error}") from error
    if len(whole) > most_bytes:
        raise ArchiveError(f"it expands to more than {most_bytes} bytes")
    return whole


def _read(data: bytes) -> dict[str, bytes]:
    """Raises what `zipfile` raises, and ValueError for a form that `pack` does not write."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_FILES or sum(one.file_size for one in entries) > len(data):
            raise ValueError("it says that it holds more than it can")
        files: dict[str, bytes] = {}
        for one in entries:
            if not _NAME.fullmatch(one.filename) or one.compress_type != zipfile.ZIP_STORED or one.filename in files:
                raise ValueError(f"{one.filename[:80]!r} is no file of a bundle, or not as bundles hold it")
            files[one.filename] = archive.read(one)
    return files
