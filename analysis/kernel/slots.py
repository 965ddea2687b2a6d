"""Pure. Days and windows of many lines cut into slots, and how many slots were tested, below, or not reached.

The same slots as `analysis.speed.slots` cuts: the length by the times of the tests alone, a slot below only if every
test in it was. All lines at once: the tests stand in one row, line after line, and a running count of where slots begin
tells of any stretch how many slots of it were tested. Knows nothing of limits or verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.kernel.calendar import HOUR_MINUTES, MINUTE_US, Calendar
from analysis.kernel.column import Index, Mark, Small, Whole
from analysis.kernel.lengths import unseen

Count = NDArray[np.int32]
Minute = NDArray[np.uint32] | NDArray[np.uint64]
_Kind = TypeVar("_Kind", np.int32, np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Those that may stand for their slot's time, by lane (a line's direction) and time."""

    lane: Whole
    start_us: Whole
    below: Mark
    reached: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The same with running counts, each one longer than the tests.

    `minute`: since the first lane's first day began, as if each lane's days followed those of the lane before.
    `by_hour`: how many tests before each hour so counted. `begun`: how many slots of each length began before a test.
    """

    minute: Minute
    by_hour: Index
    lengths: tuple[int, ...]
    begun: tuple[Count, ...]
    below: Count
    reached: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """For every lane the same stretches of time, in hours of the calendar: [lane, stretch] in every count."""

    grid: Calendar
    lanes: int
    hours: Sequence[tuple[int, int]]
    now_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of each lane and stretch: slots in all, tested; and of those that have ended: tested, below, not reached.

    `run`: of consecutive tested slots below, the longest; 0 where it was not asked for. `minutes`: of a slot.
    """

    slots: Whole
    minutes: Whole
    tested: Whole
    ended: Whole
    ended_tested: Whole
    below: Whole
    unreached: Whole
    run: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Some:
    """Stretches that are cut into slots of one length: their tests [low, high), where they begin, how many slots each
    has, and how many of them have ended.
    """

    low: Index
    high: Index
    minute: Whole
    slots: Whole
    ended: Whole


def rows(tests: Tests, grid: Calendar, lanes: int, lengths: tuple[int, ...]) -> Rows:
    """Of the tests that may stand for their slot's time."""
    span = grid.hours * HOUR_MINUTES
    exact = tests.lane * span + grid.minutes(tests.start_us)
    minute = exact.astype(np.uint64) if span * lanes > np.iinfo(np.uint32).max else exact.astype(np.uint32)
    hours = np.bincount((minute // HOUR_MINUTES).astype(np.intp), minlength=lanes * grid.hours)
    return Rows(
        minute=minute,
        by_hour=_before(hours, np.intp),
        lengths=lengths,
        begun=tuple(_before(_begins(minute // minute.dtype.type(length)), np.int32) for length in lengths),
        below=_before(tests.below, np.int32),
        reached=_before(tests.reached, np.int32),
    )


def counted(tests: Rows, stretches: Stretches, confidence: float, *, runs: bool = False) -> Counts:
    """The slots of every lane and stretch. `runs`: of stretches that follow one another, the longest run below too."""
    hours = np.array(stretches.hours, dtype=np.int64).reshape(-1, 2)
    first = np.arange(stretches.lanes, dtype=np.int64)[:, None] * stretches.grid.hours
    low, high = tests.by_hour[first + hours[:, 0]], tests.by_hour[first + hours[:, 1]]
    span = np.diff(hours, axis=1)[:, 0] * HOUR_MINUTES
    passed = (stretches.now_us - stretches.grid.base_us) // MINUTE_US - hours[:, 0] * HOUR_MINUTES
    chosen = _chosen(tests, low, high, span, confidence)
    found = {one.name: np.zeros(chosen.shape, dtype=np.int64) for one in fields(Counts)}
    for number in np.unique(chosen):
        here, minutes = chosen == number, tests.lengths[number]
        slots = np.broadcast_to(span // minutes, here.shape)[here]
        some = _Some(
            low=low[here],
            high=high[here],
            minute=((first + hours[:, 0]) * HOUR_MINUTES)[here],
            slots=slots,
            ended=np.clip(np.broadcast_to(passed // minutes, here.shape)[here], 0, slots),
        )
        for name, values in _of_length(tests, int(number), some, runs=runs).items():
            found[name][here] = values
    return Counts(**found)


def _chosen(tests: Rows, low: Index, high: Index, span: Whole, confidence: float) -> Small:
    """The number of the length that leaves least unseen; of equal ones the longest."""
    best = np.full(low.shape, np.inf)
    chosen = np.zeros(low.shape, dtype=np.uint8)
    for number, minutes in enumerate(tests.lengths):
        tested = tests.begun[number][high] - tests.begun[number][low]
        for length in np.unique(span[span % minutes == 0]):
            columns = np.flatnonzero(span == length)
            left = unseen(int(length) // minutes, confidence)[tested[:, columns]]
            better = left < best[:, columns]
            best[:, columns] = np.where(better, left, best[:, columns])
            chosen[:, columns] = np.where(better, number, chosen[:, columns])
    return chosen


def _of_length(tests: Rows, number: int, some: _Some, *, runs: bool) -> dict[str, Whole]:
    begun, minutes = tests.begun[number], tests.lengths[number]
    bounds = np.append(np.flatnonzero(begun[1:] != begun[:-1]), len(tests.minute))
    sizes = np.diff(bounds)
    is_below = np.diff(tests.below[bounds]) == sizes
    below, reached = _before(is_below, np.int32), _before(np.diff(tests.reached[bounds]) == sizes, np.int32)
    first, last = begun[some.low], begun[_ended(tests, minutes, some)]
    tested = last - first
    return {
        "slots": some.slots,
        "minutes": np.full_like(some.slots, minutes),
        "tested": begun[some.high] - first,
        "ended": some.ended,
        "ended_tested": tested,
        "below": below[last] - below[first],
        "unreached": tested - (reached[last] - reached[first]),
        "run": _runs(is_below, first, last) if runs else np.zeros_like(tested),
    }


def _ended(tests: Rows, minutes: int, some: _Some) -> Index:
    """The first test beyond the slots that have ended."""
    after = some.high.copy()
    running = some.ended < some.slots
    edge = (some.minute + some.ended * minutes)[running].astype(tests.minute.dtype)
    after[running] = np.clip(np.searchsorted(tests.minute, edge), some.low[running], some.high[running])
    return after


def _runs(is_below: Mark, first: Count, last: Count) -> Whole:
    """Of each stretch of tested slots [first, last), in order: the longest run of slots below."""
    longest = np.zeros(len(first), dtype=np.int64)
    slots = np.flatnonzero(is_below)
    of = np.searchsorted(first, slots, side="right") - 1
    inside = (of >= 0) & (slots < last[np.maximum(of, 0)])
    slots, of = slots[inside], of[inside]
    if len(slots):
        apart = np.append(True, (np.diff(slots) != 1) | (np.diff(of) != 0))
        lengths = np.bincount(np.cumsum(apart) - 1)
        np.maximum.at(longest, of[apart], lengths)
    return longest


def _begins(slot: Minute) -> Mark:
    """Where a slot begins, of tests by their slots."""
    begins = np.ones(len(slot), dtype=np.bool_)
    np.not_equal(slot[1:], slot[:-1], out=begins[1:])
    return begins


def _before(values: "Index | Mark", kind: type[_Kind]) -> NDArray[_Kind]:
    """The running count before each, and of all."""
    counts = np.zeros(len(values) + 1, dtype=kind)
    np.cumsum(values, dtype=kind, out=counts[1:])
    return counts
