"""Pure. Whether SQLite's write-ahead log holds commits that SQLite gives up, since a frame before them is damaged.

From the first frame on whose checksum does not hold, SQLite reads nothing, and says nothing: that is right for the last
commit of a machine that stopped in the middle of it, and wrong for damage. Each commit was on the disk before the next
began, so two of them behind a bad frame are no accident of stopping. Form: https://sqlite.org/fileformat2.html#walformat.
Knows nothing of what pages hold.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_MAGIC = 0x377F0682  # its last bit: checksums are taken of big-endian words
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class GivenUp:
    """From `offset` (bytes) on the log is not read, and `commit_count` commits of its own stand behind that."""

    offset: int
    commit_count: int


@dataclass(frozen=True, slots=True)
class _Frame:
    offset: int
    commits: bool
    own: bool  # of this log, not left over from one before it in the same file
    summed: bytes
    checksum: tuple[int, int]


def given_up(log: bytes) -> GivenUp | None:
    """None where SQLite reads all that there is, or nothing that it does not read is a commit."""
    if len(log) < _HEADER_BYTES + _FRAME_HEADER_BYTES:
        return None
    big = bool(log[3] & 1)
    held = _checksum(log[:24], (0, 0), big)
    sound = struct.unpack_from(">2I", log, 24) == held and struct.unpack_from(">I", log)[0] & ~1 == _MAGIC
    salts = log[16:24] if sound else log[_HEADER_BYTES + 8 : _HEADER_BYTES + 16]
    bad_from = None if sound else 0
    commits = 0
    for frame in _frames(log, salts):
        if bad_from is None and frame.own:
            held = _checksum(frame.summed, held, big)
        if bad_from is None and (not frame.own or frame.checksum != held):
            bad_from = frame.offset
        if bad_from is not None:
            commits += frame.own and frame.commits
    return None if bad_from is None or not commits else GivenUp(bad_from, commits)


def _frames(log: bytes, salts: bytes) -> Iterator[_Frame]:
    (page_bytes,) = struct.unpack_from(">I", log, 8)
    if not 512 <= page_bytes <= 65536:
        page_bytes = 4096  # the header is damaged; SQLite's own default
    for at in range(_HEADER_BYTES, len(log) - _FRAME_HEADER_BYTES - page_bytes + 1, _FRAME_HEADER_BYTES + page_bytes):
        body = at + _FRAME_HEADER_BYTES
        yield _Frame(
            offset=at,
            commits=log[at + 4 : at + 8] != bytes(4),
            own=log[at + 8 : at + 16] == salts,
            summed=log[at : at + 8] + log[body : body + page_bytes],
            checksum=struct.unpack_from(">2I", log, at + 16),
        )


def _checksum(data: bytes, before: tuple[int, int], big: bool) -> tuple[int, int]:  # noqa: FBT001  a byte order
    first, second = before
    words = struct.unpack(f"{'>' if big else '<'}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _WORD
        second = (second + odd + first) & _WORD
    return first, second
