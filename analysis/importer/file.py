"""Shell. A file as lines of text: bounded in size and in line, unpacked, decoded, whatever it holds.

Each reading begins anew and keeps one line at a time. Nothing in the file is run, and no path in it is followed. Knows
nothing of formats.
"""

import codecs
import gzip
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from analysis.importer.told import Line, UnreadableError, Why

MOST_BYTES = 4 * 1024**3  # of a file, and of what is unpacked from one
MOST_LINE = 1_000_000  # characters; a document of a nested JSON is a few thousand
_MOST_RATIO = 200  # unpacked over packed: text packs to a twentieth, a bomb to a thousandth
_RATIO_FROM = 16 * 1024**2  # below it a ratio says nothing
_BLOCK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ARCHIVES = {
    b"PK\x03\x04": "a ZIP",
    b"\xfd7zXZ\x00": "packed with xz",
    b"BZh": "packed with bzip2",
    b"PAR1": "a Parquet",
}


@dataclass(frozen=True, slots=True)
class File:
    """A regular file at `path`, as it was when it was opened first: what its writer adds meanwhile is not read.

    The digest is of its own bytes, packed or not.
    """

    path: Path
    sha256: str
    encoding: str
    packed: bool
    byte_count: int

    def lines(self) -> Iterator[Line]:
        """Its lines from the first. Raises UnreadableError where it cannot be read to its end."""
        with _opened(self.path) as file:
            decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
            yield from _lines(decoder.decode(block, final=not block) for block in _with_end(self._blocks(file)))

    def _blocks(self, file: BinaryIO) -> Iterator[bytes]:
        return _unpacked(file) if self.packed else _first(file, self.byte_count)


def opened(path: Path) -> File:
    """The file, read through once. Raises UnreadableError."""
    with _opened(path) as file:
        digest, count = sha256(), 0
        while block := file.read(_BLOCK):
            digest.update(block)
            count += len(block)
            if count > MOST_BYTES:
                raise UnreadableError(f"{path} is over {MOST_BYTES:,} bytes long. Cut it into smaller files.")
        file.seek(0)
        head = file.read(8)
    for mark, name in _ARCHIVES.items():
        if head.startswith(mark):
            raise UnreadableError(f"{path} is {name} file. Unpack or export it to text first.")
    packed = head.startswith(_GZIP)
    encoding = _encoding(path, lambda file: _unpacked(file) if packed else _first(file, count))
    return File(path, digest.hexdigest(), encoding, packed, count)


def _opened(path: Path) -> BinaryIO:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise UnreadableError(f"{path} is no file. Name one.")
        return path.open("rb")
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}. Name a file that can.") from error
    except ValueError as error:
        raise UnreadableError(f"{str(path)!r} is no file's name. Name one.") from error


def _first(file: BinaryIO, byte_count: int) -> Iterator[bytes]:
    while byte_count and (block := file.read(min(_BLOCK, byte_count))):
        byte_count -= len(block)
        yield block


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    unpacked = 0
    try:
        with gzip.GzipFile(fileobj=file) as inner:
            while block := inner.read(_BLOCK):
                unpacked += len(block)
                _check_unpacked(file, unpacked)
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableError(f"{file.name} is damaged: {error}. Fetch it again.") from error


def _check_unpacked(file: BinaryIO, unpacked: int) -> None:
    if unpacked > MOST_BYTES or (unpacked > _RATIO_FROM and unpacked > _MOST_RATIO * max(file.tell(), 1)):
        raise UnreadableError(
            f"{file.name} unpacks to over {unpacked:,} bytes, which no log of tests does. Unpack it yourself if you"
            " trust it."
        )


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield from blocks
    yield b""


def _encoding(path: Path, blocks: Callable[[BinaryIO], Iterator[bytes]]) -> str:
    """By its mark, else UTF-8 where all of it is, else Windows-1252, in which every byte is some character."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    with _opened(path) as file:
        for block in blocks(file):
            if first:
                first = False
                for mark, name in _MARKS:
                    if block.startswith(mark):
                        return name
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return "cp1252"
    return "utf-8"


def _lines(texts: Iterator[str]) -> Iterator[Line]:
    place, kept, skipping = 0, "", False
    for text in texts:
        parts = (kept + text).replace("\r\n", "\n").split("\n")
        kept = parts.pop()
        for part in parts:
            place += 1
            yield Line(place, "", Why.TOO_LONG) if skipping or len(part) > MOST_LINE else _line(place, part)
            skipping = False
        if len(kept) > MOST_LINE:
            kept, skipping = "", True
    if kept or skipping:
        yield Line(place + 1, "", Why.TOO_LONG) if skipping else _line(place + 1, kept)


def _line(place: int, text: str) -> Line:
    if "\0" not in text:
        return Line(place, text.rstrip("\r"))
    text = text.replace("\0", "").strip()
    return Line(place, text) if text else Line(place, "", Why.NUL_PADDING)


def name_of(path: Path) -> str:
    """A file's name as it is kept and shown: without its folder, without what would steer a terminal."""
    return "".join(one if one.isprintable() else "?" for one in path.name)[:200]
