"""Pure. Records one by one under pseudonyms, out of the store's columns: tests, and minutes of small questions.

As tables of raw data have them (unit, start, target, what came of it), with why a test does not count beside it: what
was left out stays visible. Knows nothing of files, and nothing of how a pseudonym is made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from analysis.clause import Profile
from analysis.extract.clockwork import Clockwork
from analysis.extract.dictionary import kinds
from analysis.extract.hear import NEEDED as HEARD
from analysis.extract.hear import REASONS, hear, place
from analysis.extract.standing import Standing
from analysis.extract.table import TableKind
from analysis.fleet.sheet_cell import inert
from analysis.kernel.frame import Frame

TABLES = ("speed_tests", "reachability")
NEEDED = (
    *HEARD,
    "kind",
    "method",
    "streams",
    "server_url",
    "lost_share",
    "minutes",
    "interval_s",
    "target_count",
    "asked_count",
    "answered_count",
)
TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("s", tz="UTC"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Lines of one zone and profile: when their days are and what they are called. `unit_ids` in the lines' order."""

    standings: Sequence[Standing]
    unit_ids: Sequence[str]
    target_id: Callable[[str], str]
    clock: Clockwork
    days: Sequence[date]
    profile: Profile


def rows(table: pa.Table, panel: Panel, told: dict[str, NDArray[np.int64]]) -> dict[str, pa.Table]:
    """Of each of `TABLES` the rows that this part of the store adds, in its order.

    `told`: by table how many rows each line has so far, in the standings' order; counted up.
    """
    frame = Frame(table)
    line, own = place(frame, panel.standings, panel.clock, panel.days)
    tests, looks = own & frame.known("direction"), own & frame.known("asked_count")
    why = hear(table, panel.standings, panel.clock, panel.days, panel.profile).why
    return {
        "speed_tests": _table("speed_tests", frame.only(tests), line[tests], panel, told, _test_columns(why, panel)),
        "reachability": _table("reachability", frame.only(looks), line[looks], panel, told, {}),
    }


_Made = dict[str, Callable[[Frame], pa.Array]]


def _test_columns(why: NDArray[np.uint8], panel: Panel) -> _Made:
    def is_peak(frame: Frame) -> pa.Array:
        start_us, _ = frame.whole("started_at")
        return pa.array(panel.clock.is_peak(start_us).astype(np.int64))

    def target(frame: Frame) -> pa.Array:
        return _worded(frame.table.column("server_url"), panel.target_id)

    reasons = pa.array([*REASONS, *(None for _ in range(256 - len(REASONS)))], pa.string())
    return {"is_peak": is_peak, "target_id": target, "excluded": lambda _: reasons.take(pa.array(why))}


def _table(
    name: str,
    frame: Frame,
    line: NDArray[np.intp],
    panel: Panel,
    told: dict[str, NDArray[np.int64]],
    made: _Made,
) -> pa.Table:
    kind = kinds()[name]
    start_us, _ = frame.whole("started_at")
    days = np.array(panel.days, dtype="datetime64[D]")
    own: dict[str, pa.Array] = {
        "unit_id": pa.array(panel.unit_ids, pa.string()).take(pa.array(line)),
        "number": pa.array(_numbers(line, told[name])),
        "started_at": pa.array(start_us // 1_000_000, pa.timestamp("s", tz="UTC")),
        "day": pa.array(days[panel.clock.day(start_us)]),
        **{column: make(frame) for column, make in made.items()},
    }
    arrays = [own[one.name] if one.name in own else _taken(frame, one.name, one.type) for one in kind.columns]
    return pa.Table.from_arrays(arrays, schema=schema(kind))


def schema(kind: TableKind) -> pa.Schema:
    """Of a table of records, as Parquet keeps it."""
    return pa.schema([pa.field(one.name, TYPES[one.type], nullable=one.name not in kind.key) for one in kind.columns])


def _numbers(line: NDArray[np.intp], so_far: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each row its number among its line's, from 1; counts `so_far` up."""
    order = np.argsort(line, kind="stable")
    ordered = line[order]
    first = np.searchsorted(ordered, ordered, side="left")
    numbers = np.empty(len(line), dtype=np.int64)
    numbers[order] = np.arange(len(line)) - first + 1 + so_far[ordered]
    np.add.at(so_far, line, 1)
    return numbers


def _taken(frame: Frame, name: str, kind: str) -> pa.Array:
    column = frame.table.column(name)
    return _worded(column, inert) if kind == "string" else column.cast(TYPES[kind]).combine_chunks()


def _worded(column: pa.ChunkedArray, of: Callable[[str], str]) -> pa.Array:
    """A text for each text, worked out once for each different one."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    words = column.unify_dictionaries().combine_chunks()
    each = [None if one is None else of(one) for one in words.dictionary.to_pylist()]
    return pc.take(pa.array(each, pa.string()), words.indices)
