"""Every byte of every file below some folders, held against what is known of a person: plain, encoded, and unpacked."""

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

_SHINGLE = 24
_LEAST_ENCODED = 9  # of fewer bytes Base64 at another offset leaves too few that are certain


@dataclass(frozen=True, slots=True)
class Person:
    """`words` are looked for as they are and encoded; of `texts`, any 24 bytes that `others` do not have."""

    words: tuple[bytes, ...]
    texts: tuple[bytes, ...]
    others: tuple[bytes, ...]

    def traces(self, folders: Iterable[Path]) -> list[str]:
        """Where something was found, and what; empty where nothing is."""
        needles = {form for word in self.words for form in _forms(word)}
        shingles = _shingles(self.texts) - _shingles(self.others)
        assert needles
        assert len(shingles) > 1000  # else this search would prove little
        starts = np.array(sorted({int.from_bytes(one[:8], "little") for one in shingles}), dtype="<u8")
        found = []
        for folder in folders:
            for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                for place, data in (("name", str(path.relative_to(folder)).encode()), *_layers(path)):
                    found += [f"{path} ({place}): {one!r}" for one in needles if one in data]
                    found += [f"{path} ({place}): {one!r}" for one in _shared(data, starts, shingles)]
        return found


def _forms(word: bytes) -> Iterator[bytes]:
    yield from (word, word.hex().encode(), word.hex().upper().encode(), word.decode("latin-1").encode("utf-16-le"))
    if len(word) >= _LEAST_ENCODED:
        for offset in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                whole = encode(b"\0" * offset + word)
                yield whole[(0, 2, 3)[offset] : len(whole) - 4]


def _shingles(texts: Iterable[bytes]) -> set[bytes]:
    return {one[at : at + _SHINGLE] for one in texts for at in range(len(one) - _SHINGLE + 1)}


def _shared(data: bytes, starts: Any, shingles: set[bytes]) -> list[bytes]:
    """The shingles that stand in the data; the first eight bytes of each are looked for at every offset at once."""
    found = []
    for offset in range(8):
        size = (len(data) - offset) // 8 * 8
        if size > 0:
            here = np.flatnonzero(np.isin(np.frombuffer(data, "<u8", size // 8, offset), starts))
            wholes = (data[at : at + _SHINGLE] for at in (here * 8 + offset).tolist())
            found += [one for one in wholes if one in shingles]
    return found[:3]


def _layers(path: Path) -> Iterator[tuple[str, bytes]]:
    data = path.read_bytes()
    yield "as it is", data
    yield from _unpacked(data, "")


def _unpacked(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    if data[:4] == b"PAR1":
        yield f"{where}parquet", _parquet(data)
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                inner = archive.read(name)
                yield f"{where}{name}", name.encode() + inner
                yield from _unpacked(inner, f"{where}{name}: ")
    elif data[:2] == b"\x1f\x8b":
        yield f"{where}gzip", gzip.decompress(data)
    elif data[:1] == b"\x78":
        try:
            yield f"{where}zlib", zlib.decompress(data)
        except zlib.error:
            return


def _parquet(data: bytes) -> bytes:
    table = pq.read_table(pa.BufferReader(data))
    parts: list[bytes] = []
    for column in table.columns:
        values = column.to_pylist()
        parts += [one if isinstance(one, bytes) else str(one).encode() for one in values]
    return b"\n".join(parts)
