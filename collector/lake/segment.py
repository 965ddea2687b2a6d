"""Pure. Sealed records as Parquet: rows to Arrow tables, tables to a file's bytes and back.

The same rows give the same bytes, so that a file can be named by its digest. Knows nothing of where files lie.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.lake.column import COLUMNS, KEY, ColumnType

_ROWS_AT_ONCE = 10_000  # of a row group: what is read for one line, at least
_TYPES = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.FLAG: pa.bool_(),
    ColumnType.TIME: pa.timestamp("us", tz="UTC"),
    ColumnType.BYTES: pa.binary(),
}
_ENCODINGS = {
    ColumnType.INTEGER: "DELTA_BINARY_PACKED",
    ColumnType.TIME: "DELTA_BINARY_PACKED",
    ColumnType.NUMBER: "BYTE_STREAM_SPLIT",
}
_INT64 = range(-(2**63), 2**63)
Filter: TypeAlias = pc.Expression
SCHEMA = pa.schema([pa.field(column.name, _TYPES[column.type]) for column in COLUMNS])


def table_of(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows of `collector.lake.flat.row` as one table."""
    columns = zip(*rows, strict=True) if rows else (() for _ in COLUMNS)
    arrays = [_array(values, column.type) for values, column in zip(columns, COLUMNS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def in_order(tables: Iterable[pa.Table]) -> pa.Table:
    """One table of them all, sorted by `KEY`, which each must have."""
    table = pa.concat_tables(tables).combine_chunks()
    return table.take(pc.sort_indices(table, sort_keys=[(name, "ascending") for name in KEY]))


def encoded(table: pa.Table) -> bytes:
    """A sorted table as a file's bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=_ROWS_AT_ONCE,
        compression="zstd",
        compression_level=6,
        use_dictionary=[column.name for column in COLUMNS if column.type is ColumnType.TEXT],
        column_encoding={column.name: _ENCODINGS[column.type] for column in COLUMNS if column.type in _ENCODINGS},
        write_page_index=True,
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def whole(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The named columns, in that order; one that this file was made without is null throughout."""
    arrays = [
        table.column(name) if name in table.column_names else pa.nulls(table.num_rows, SCHEMA.field(name).type)
        for name in names
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema([SCHEMA.field(name) for name in names]))


def read(file: pa.NativeFile, names: Sequence[str], rows: Filter) -> pa.Table:
    """Those columns and rows of a file, every page against its checksum. Raises OSError, pyarrow.ArrowException."""
    held = set(pq.read_schema(file).names)
    found = pq.read_table(
        file,
        columns=[name for name in names if name in held],
        filters=rows,
        partitioning=None,
        page_checksum_verification=True,
    )
    return whole(found, names)


def chosen(lines: Sequence[str], start_at: datetime, end_at: datetime, *, last_batch: int) -> Filter:
    """The rows of the lines that started in [start_at, end_at) and came with the batches up to the last."""
    started = pc.field("started_at")
    span = SCHEMA.field("started_at").type
    return (
        pc.field("line").isin(pa.array(sorted(set(lines)), pa.string()))
        & (started >= pa.scalar(start_at, span))
        & (started < pa.scalar(end_at, span))
        & (pc.field("batch") <= last_batch)
    )


def _array(values: Iterable[Any], type_: ColumnType) -> pa.Array:
    """A number that its column cannot hold is null: the record's own bytes have it."""
    held = list(values)
    if type_ is ColumnType.INTEGER:
        held = [one if one is None or one in _INT64 else None for one in held]
    elif type_ is ColumnType.NUMBER:
        held = [_number(one) for one in held]
    elif type_ is ColumnType.TIME:
        return pa.array(held, pa.int64()).cast(_TYPES[type_])
    return pa.array(held, _TYPES[type_])


def _number(value: float | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None
