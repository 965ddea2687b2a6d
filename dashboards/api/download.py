"""Shell. Records as a table in pieces of a day of a line: CSV, Parquet or an Arrow stream, as they are read.

Memory is one such piece, however much is asked for. In CSV no text is run as a formula by whoever opens it. Knows
nothing of HTTP.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from analysis.fleet.sheet_cell import inert
from dashboards.api.problem import Fault, Problem
from dashboards.api.question import Parameter, Question
from dashboards.api.reading import View

_PERSONAL = frozenset({"raw", "server_url", "server_address", "interface", "notice_detail"})
_DAY = timedelta(days=1)
_PIECE_ROWS = 20_000


def table(view: View, question: Question) -> Iterator[bytes]:
    """The table's bytes, piece by piece. Raises Problem before the first where a column is not there to be had."""
    names = _columns(view, question)
    form = question.one.get(Parameter.FORMAT, "csv")
    write = {"csv": _csv, "parquet": _parquet, "arrow": _arrow}[form]
    return write(lambda: _tables(view, question, names), view.source.table([], *_span(question), columns=names).schema)


def _columns(view: View, question: Question) -> tuple[str, ...]:
    there = [
        name for name in view.source.table([], *_span(question)).schema.names if view.personal or name not in _PERSONAL
    ]
    wanted = question.many.get(Parameter.COLUMN, ())
    missing = [name for name in wanted if name not in there]
    if missing:
        detail = f"{missing[0][:40]!r} is no column that this token opens; there are: {', '.join(there)}"
        raise Problem(400, f"column: {detail}.", faults=[Fault("column", detail)])
    return tuple(wanted or there)


def _span(question: Question) -> tuple[datetime, datetime]:
    return question.period.start_at, question.period.end_at


def _tables(view: View, question: Question, names: Sequence[str]) -> Iterator[Any]:
    """A day of a line at a time, in order of line and time; the empty ones are left out."""
    for line in view.lines:
        start_at, last_at = _span(question)
        while start_at < last_at:
            end_at = min(start_at + _DAY, last_at)
            found = view.source.table([line], start_at, end_at, columns=names)
            if found.num_rows:
                yield found
            start_at = end_at


def _csv(tables: Callable[[], Iterator[Any]], schema: Any) -> Iterator[bytes]:
    yield _rows([schema.names])
    for one in tables():
        for batch in one.to_batches(max_chunksize=_PIECE_ROWS):
            columns = [batch.column(number).to_pylist() for number in range(batch.num_columns)]
            yield _rows([[_cell(value) for value in row] for row in zip(*columns, strict=True)])


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # RFC 4180
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """Numbers, flags and times as they are; text made inert; nothing for what was not measured."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.hex()
    return inert(value) if isinstance(value, str) else str(value)


class _Sink(io.RawIOBase):
    """Holds what a writer wrote until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _parquet(tables: Callable[[], Iterator[Any]], schema: Any) -> Iterator[bytes]:
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

    sink = _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for one in tables():
            writer.write_table(one)
            yield sink.taken()
    yield sink.taken()


def _arrow(tables: Callable[[], Iterator[Any]], schema: Any) -> Iterator[bytes]:
    import pyarrow as pa

    sink = _Sink()
    with pa.ipc.new_stream(sink, schema) as writer:
        yield sink.taken()
        for one in tables():
            writer.write_table(one)
            yield sink.taken()
    yield sink.taken()
