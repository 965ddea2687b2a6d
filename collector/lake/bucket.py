"""Shell. The lake's files a bucket at a time: one table a file, as it lies, for readers of many whole lines.

No table is sorted beyond its file and none is held once handed out, so that memory is a file's and not the bucket's.
What counts is told by the caller. Knows nothing of SQL.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.lake.column import COLUMNS, ColumnType
from collector.lake.manifest import Segment
from collector.lake.place import Place
from collector.lake.segment import SCHEMA

_TEXT = frozenset(column.name for column in COLUMNS if column.type is ColumnType.TEXT)
_BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Rows of `lines` that started in [start_at, end_at) and came with the batches up to `newest`; these columns."""

    lines: frozenset[str]
    start_at: datetime
    end_at: datetime
    newest: int
    names: tuple[str, ...]


def parts(place: Place, files: Sequence[Segment], wanted: Wanted) -> Iterator[pa.Table]:
    """A table of each file, every page against its checksum, text as a dictionary. Raises LakeError."""
    for one in files:
        with place.reading(one.path) as file:
            yield chosen(_read(file, wanted), wanted)


def chosen(table: pa.Table, wanted: Wanted) -> pa.Table:
    """The rows and columns wanted of a table that has the key's columns; the table itself where that is all."""
    line = table.column("line")
    line = line if pa.types.is_dictionary(line.type) else line.dictionary_encode()
    words = {word for chunk in line.chunks for word in chunk.dictionary.to_pylist()}
    if not words <= wanted.lines:
        table = table.filter(pc.is_in(table.column("line").cast(pa.string()), pa.array(sorted(wanted.lines))))
    started, span = table.column("started_at"), SCHEMA.field("started_at").type
    limits = pc.min_max(started).as_py()
    if table.num_rows and not wanted.start_at <= limits["min"] <= limits["max"] < wanted.end_at:
        rows = pc.greater_equal(started, pa.scalar(wanted.start_at, span))
        table = table.filter(pc.and_(rows, pc.less(started, pa.scalar(wanted.end_at, span))))
    return table.select(list(wanted.names))


def _read(file: pa.NativeFile, wanted: Wanted) -> pa.Table:
    told = pq.read_metadata(file)
    held = told.schema.to_arrow_schema().names
    late = _newest(told, held.index(_BATCH)) > wanted.newest
    names = dict.fromkeys((*wanted.names, "line", "started_at", *([_BATCH] if late else [])))
    read = [name for name in names if name in held]
    text = [name for name in read if name in _TEXT]
    parquet = pq.ParquetFile(file, metadata=told, read_dictionary=text, page_checksum_verification=True)
    groups = _groups(told, held.index("line"), wanted.lines)
    found = parquet.read(columns=read) if groups is None else parquet.read_row_groups(groups, columns=read)
    if late:
        found = found.filter(pc.less_equal(found.column(_BATCH), wanted.newest))
    for name in names:
        if name not in held:
            found = found.append_column(SCHEMA.field(name), pa.nulls(found.num_rows, SCHEMA.field(name).type))
    return found


def _newest(told: pq.FileMetaData, place: int) -> int:
    """The newest batch in the file, as its own statistics tell."""
    groups = (told.row_group(number).column(place).statistics for number in range(told.num_row_groups))
    return max((group.max for group in groups if group is not None), default=0)


def _groups(told: pq.FileMetaData, place: int, lines: frozenset[str]) -> list[int] | None:
    """The row groups that may hold some of the lines, as the file's own statistics tell; None for all of them."""
    first, last = min(lines, default=""), max(lines, default="")
    found = []
    for number in range(told.num_row_groups):
        held = told.row_group(number).column(place).statistics
        if held is None or not held.has_min_max or (held.min <= last and first <= held.max):
            found.append(number)
    return None if len(found) == told.num_row_groups else found
