"""Pure. Many lines' speed tests as a series, straight from the store's columns.

What one line's records tell and no column holds is not here: small probes' round trips, rungs, time down. A test that
failed has no values, so that an outage is nothing. The same tests are left out as of one line (`gather`). Knows nothing
of where tables come from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from analysis.congestion.grid import Grid, means
from analysis.congestion.signal import SLOTS, Series, Signal, Track
from analysis.kernel.column import Index, Mark, Real, Whole
from analysis.kernel.frame import Frame

NEEDED = (
    "line",
    "started_at",
    "direction",
    "rate_bps",
    "ip_rate_bps",
    "idle_rtt_ms",
    "bytes",
    "server_address",
    "server_demonstration",
    "path",
    "link_type",
    "draw_origin",
    "draw_household_busy",
    "household_bytes",
)
_BESIDE_SHARE = 0.05  # of a test's bytes, as of one line
_BITS, _US_PER_MS = 32, 1000
_LEFT_OUT = {
    "path": ("loopback", "on_link"),
    "link_type": ("wifi", "tunnel"),
    "draw_origin": ("extra", "repeat", "asked"),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One table's tests. `cell` is of line and slot together; `busy` is 1, 0, or NaN where nobody looked."""

    cell: Index
    server: Index
    upload: Mark
    rate_bps: Real
    idle_ms: Real
    busy: Real


def series_of(tables: Iterable[pa.Table], lines: Sequence[str], grid: Grid) -> Series:
    """Of tables with the columns `NEEDED`; other lines' rows are passed over."""
    numbers = {line: number for number, line in enumerate(lines)}
    servers: dict[str | None, int] = {None: 0}
    parts, left = [], 0
    for table in tables:
        part, out = _part(Frame(table), numbers, servers, grid)
        parts.append(part)
        left += out
    tests = _joined(parts)
    count = len(lines) * grid.count
    shape = (len(lines), len(grid.days.days), SLOTS)
    latency = _less_server(tests, len(lines), len(servers), grid.count)
    tracks = [
        Track(signal=Signal.LATENCY, values=means(tests.cell, latency, count).reshape(shape)),
        *(
            Track(signal=signal, values=means(np.where(of, tests.cell, -1), tests.rate_bps, count).reshape(shape))
            for signal, of in ((Signal.DOWNLOAD, ~tests.upload), (Signal.UPLOAD, tests.upload))
            if of.any()
        ),
    ]
    busy = means(tests.cell, tests.busy, count).reshape(shape)
    return Series(
        lines=tuple(lines),
        days=grid.days,
        tracks=tuple(tracks),
        busy=np.where(np.isnan(busy), np.nan, busy > 0),
        used=len(tests.cell),
        left_out={"left_out": left} if left else {},
    )


def _part(frame: Frame, numbers: dict[str, int], servers: dict[str | None, int], grid: Grid) -> tuple[_Part, int]:
    """The tests of one table that count, and how many do not."""
    line = frame.each("line", lambda word: numbers.get(word or "", -1))
    at_us, _ = frame.whole("started_at")
    cell = grid.cell(at_us)
    asked = (line >= 0) & (cell >= 0) & frame.known("direction")
    used = asked & frame.known("rate_bps") & ~frame.flag("server_demonstration", value=True)
    for column, words in _LEFT_OUT.items():
        used &= ~frame.word(column, words)
    rate, has_rate = frame.whole("ip_rate_bps")
    payload, _ = frame.whole("rate_bps")
    idle, has_idle = frame.real("idle_rtt_ms")
    server = frame.each("server_address", lambda word: servers.setdefault(word, len(servers)))
    part = _Part(
        cell=(line * grid.count + cell)[used],
        server=server[used],
        upload=frame.word("direction", ("upload",))[used],
        rate_bps=np.where(has_rate, rate, payload).astype(np.float64)[used],
        idle_ms=np.where(has_idle, idle, np.nan)[used],
        busy=_busy(frame)[used],
    )
    return part, int(asked.sum() - used.sum())


def _busy(frame: Frame) -> Real:
    """As of one line: what was seen before the test, and what the router counted beside it."""
    before, rested = frame.flag("draw_household_busy", value=True), frame.flag("draw_household_busy", value=False)
    counted, has_counted = frame.whole("household_bytes")
    own, has_own = frame.whole("bytes")
    beside_known = has_counted & has_own & (own > 0)
    beside = beside_known & (counted > _BESIDE_SHARE * own)
    return np.where(before | beside, 1.0, np.where(rested | beside_known, 0.0, np.nan))


def _joined(parts: Sequence[_Part]) -> _Part:
    if not parts:
        nothing: Whole = np.zeros(0, dtype=np.int64)
        none = np.zeros(0)
        return _Part(nothing, nothing, np.zeros(0, dtype=np.bool_), none, none, none)
    return _Part(
        *(np.concatenate([getattr(one, name) for one in parts]) for name in _Part.__slots__)  # in their order
    )


def _middles(group: Index, ms: Real, count: int) -> Real:
    """The middle value of each group, the lower of two, to the microsecond; NaN where there is none."""
    known = ~np.isnan(ms)
    ordered = np.sort((group[known] << _BITS) | np.clip(ms[known] * _US_PER_MS, 0, (1 << _BITS) - 1).astype(np.int64))
    sizes = np.bincount(group[known], minlength=count)
    middle = np.cumsum(sizes) - sizes + (sizes - 1) // 2
    made = np.full(count, np.nan)
    made[sizes > 0] = (ordered[middle[sizes > 0]] & ((1 << _BITS) - 1)) / _US_PER_MS
    return made


def _less_server(tests: _Part, lines: int, servers: int, cells: int) -> Real:
    """Idle round trips, each less what is usual for its line and server, and on the line's usual level."""
    line = tests.cell // cells
    usual = _middles(line * servers + tests.server, tests.idle_ms, lines * servers)
    level = _middles(line, tests.idle_ms, lines)
    made: Real = tests.idle_ms - usual[line * servers + tests.server] + level[line]
    return made
