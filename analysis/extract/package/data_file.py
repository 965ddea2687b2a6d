"""Pure. A table as CSV (RFC 4180, UTF-8) and as Parquet, the same values in both.

Knows nothing of other files.
"""

import csv
import io
from datetime import date
from decimal import Decimal

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from analysis.extract.table import Table, Value
from analysis.fleet.sheet_cell import inert

_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "money": pa.decimal128(14, 2),
}


def as_csv(table: Table) -> bytes:
    """With a header; empty cells for None, dates as in ISO 8601, a point before decimals."""
    sink = io.BytesIO()  # a tenth of the memory that a string of such a length takes meanwhile
    text = io.TextIOWrapper(sink, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    names = [column.name for column in table.kind.columns]
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in table.rows)
    return sink.getvalue()


def as_parquet(table: Table) -> bytes:
    """With zstd; the same bytes for the same rows and version of the library."""
    columns = table.kind.columns
    schema = pa.schema(
        [pa.field(one.name, _TYPES[one.type], nullable=one.name not in table.kind.key) for one in columns]
    )
    arrays = [pa.array([_typed(row[one.name], one.type) for row in table.rows], _TYPES[one.type]) for one in columns]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue())


def _cell(value: Value) -> str | int | float | Decimal:
    """Text that a spreadsheet might run is made inert; whole numbers that are floats lose their point."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return inert(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _typed(value: Value, kind: str) -> Value:
    if isinstance(value, str):
        return inert(value)
    return float(value) if kind == "number" and isinstance(value, int) else value
