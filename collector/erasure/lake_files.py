"""Shell. Files of the lake made anew without one line: of records, and of signed batches.

A file that holds nothing of it stays as it is; one that holds nothing else has no successor. One file at a time is in
memory. Knows nothing of which files count, and removes none.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.lake import batch_file, cut
from collector.lake.manifest import BatchFile, Segment
from collector.lake.place import LakeError, Place
from collector.lake.segment import SCHEMA, whole


@dataclass(frozen=True, slots=True)
class Anew:
    """A file that held something of the line, so many rows of it, and what takes its place; None where nothing is."""

    old: Segment | BatchFile
    gone_count: int
    made: Segment | BatchFile | None


def rows_in(place: Place, segment: Segment, line: str) -> int:
    """How many records of the line a file holds. Raises LakeError."""
    with place.reading(segment.path) as file:
        names = pq.read_table(file, columns=["line"], partitioning=None).column("line")
    return int(pc.sum(pc.equal(names, line)).as_py() or 0)


def segments_without(place: Place, segments: Collection[Segment], line: str) -> Iterator[Anew]:
    """Each file of records that held some of the line's, once its successor is on the disk. Raises LakeError."""
    for one in segments:
        table = pq.read_table(pa.BufferReader(_data(place, one)), partitioning=None)
        rest = table.filter(pc.not_equal(table.column("line"), line))
        gone_count = table.num_rows - rest.num_rows
        if not gone_count:
            continue
        made = None
        if rest.num_rows:
            made, data = cut.segment_file(one.day, one.bucket, whole(rest, SCHEMA.names))
            place.put(made.path, data)
        yield Anew(one, gone_count, made)


def batch_files_without(place: Place, files: Collection[BatchFile], probes: Collection[str]) -> Iterator[Anew]:
    """Each file of signed batches that held some of these probes', once its successor is there. Raises LakeError."""
    for one in files:
        held = list(batch_file.decoded(pa.BufferReader(_data(place, one))))
        rest = [batch for batch in held if batch.probe not in probes]
        if len(rest) == len(held):
            continue
        made = None
        if rest:
            data = batch_file.encoded(rest)
            digest = sha256(data).hexdigest()
            path = str(PurePosixPath(one.path).with_name(f"batches-{digest}.parquet"))
            made = replace(one, path=path, byte_count=len(data), sha256=digest)
            place.put(path, data)
        yield Anew(one, len(held) - len(rest), made)


def _data(place: Place, one: Segment | BatchFile) -> bytes:
    """Nothing is made out of a file that is not the one that was written."""
    data = place.get(one.path)
    if sha256(data).hexdigest() != one.sha256:
        raise LakeError(f"The lake {place.url} has a damaged file {one.path}. Restore it from a backup.")
    return data
