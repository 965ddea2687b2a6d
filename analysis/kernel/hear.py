"""Pure. What each test of a table says of each promise of its day: below, reached, too close to tell, or nothing.

Each row is heard for itself: what hangs on other tests, or on time away, comes later. Knows nothing of slots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernel import reasons
from analysis.kernel.column import Index, Mark, Small, Whole
from analysis.kernel.frame import Frame
from analysis.kernel.plan import DIRECTIONS, NO_PROMISE, Plan
from analysis.speed.day import RULES
from probe.body.draw import Origin

NOTHING, BELOW, UNSURE, REACHED = range(4)
_EXACT_BPS = 2**53  # beyond it a float is not every integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Tests, one element each: its line and direction by number in the plan, its day in the calendar.

    `standing` and `why` are by rule: what the test says, and where that is nothing the place of the first reason in
    `reasons.ORDER`. `odd`: what the columns do not tell.
    """

    line: NDArray[np.int32]
    day: NDArray[np.int16]
    way: Small
    start_us: Whole
    end_us: Whole
    of_slot: Mark
    extra: Mark
    odd: Mark
    standing: Mapping[str, Small]
    why: Mapping[str, Small]

    def __len__(self) -> int:
        return len(self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Minutes of small probes in which a question was not answered: the time around in which the line may be down."""

    line: NDArray[np.int32]
    start_us: Whole
    end_us: Whole


def hear(frame: Frame, plan: Plan) -> Heard:
    """The tests of the plan's lines and days, in the table's order; those of a time after `now` are passed over."""
    start_us, _ = frame.whole("started_at")
    grid = plan.calendar
    ours = (start_us >= grid.base_us) & (start_us < grid.end_us) & (start_us <= plan.now_us)
    numbers = {name: number for number, name in enumerate(plan.lines)}
    line = frame.each("line", lambda name: numbers.get(name or "", -1))
    rows = ours & (line >= 0) & frame.known("direction")
    tests, line, start_us = frame.only(rows), line[rows], start_us[rows]
    hour = grid.minutes(start_us) // 60
    day, way = grid.day_of_hour[hour], tests.each("direction", _way)
    origin_extra = tests.word("draw_origin", {Origin.EXTRA})
    rate = reasons.rates(tests, plan.profile)
    cell = (line * len(grid.days) + day) * len(DIRECTIONS) + way
    standing, why = _standings(tests, plan, rate, cell)
    return Heard(
        line=line.astype(np.int32),
        day=day,
        way=way.astype(np.uint8),
        start_us=start_us,
        end_us=tests.whole("ended_at")[0],
        of_slot=~origin_extra & ~tests.word("draw_origin", {Origin.REPEAT, Origin.ASKED}),
        extra=origin_extra,
        odd=_odd(tests, rate),
        standing=standing,
        why=why,
    )


def trouble(frame: Frame, plan: Plan, margin_us: int) -> Trouble:
    """Of the plan's lines. A clock that nobody vouches for puts it anywhere; `margin_us` is added on either side."""
    asked, _ = frame.whole("asked_count")
    answered, _ = frame.whole("answered_count")
    numbers = {name: number for number, name in enumerate(plan.lines)}
    line = frame.each("line", lambda name: numbers.get(name or "", -1))
    rows = (line >= 0) & (answered < asked)
    seen, line = frame.only(rows), line[rows]
    around_us = (seen.real("interval_s")[0] * 4_000_000).astype(np.int64) + margin_us  # a gap lasts three at the most
    start_us, end_us = seen.whole("started_at")[0] - around_us, seen.whole("ended_at")[0] + around_us
    grid, sure = plan.calendar, seen.flag("synchronised", value=True)
    return Trouble(
        line=line.astype(np.int32),
        start_us=np.where(sure, start_us, grid.base_us),
        end_us=np.where(sure, end_us, grid.end_us),
    )


def together(parts: Sequence[Heard]) -> Heard:
    """One after the other; at least one."""
    plain = ("line", "day", "way", "start_us", "end_us", "of_slot", "extra", "odd")
    return Heard(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in plain},
        standing=_joined([one.standing for one in parts]),
        why=_joined([one.why for one in parts]),
    )


def _joined(parts: Sequence[Mapping[str, Small]]) -> dict[str, Small]:
    """Rules that hear the same in every part share an array."""
    made: dict[tuple[int, ...], Small] = {}
    keys = {name: tuple(id(one[name]) for one in parts) for name in RULES}
    for name, key in keys.items():
        if key not in made:
            made[key] = np.concatenate([one[name] for one in parts])
    return {name: made[key] for name, key in keys.items()}


def _way(word: str | None) -> int:
    return next((number for number, one in enumerate(DIRECTIONS) if one == word), 0)


def _standings(tests: Frame, plan: Plan, rate: reasons.Rate, cell: Index) -> tuple[dict[str, Small], dict[str, Small]]:
    bits = reasons.blocking(tests)
    blocked = bits != 0
    needed = {name: plan.promised_bps[name].reshape(-1)[cell] for name in RULES}
    said = {name: _said(rate, needed[name], blocked) for name in RULES}
    doubtful = blocked.copy()
    for one in said.values():
        doubtful |= one == BELOW
    few, few_rate = tests.only(doubtful), rate.only(doubtful)
    of_any = reasons.of_any_speed(few, plan.profile)
    standing: dict[str, Small] = {}
    why: dict[str, Small] = {}
    known: list[tuple[Whole, str]] = []
    for name in RULES:
        twin = next((other for bps, other in known if np.array_equal(bps, needed[name])), None)
        if twin is None:
            known.append((needed[name], name))
            all_bits = of_any | _of_speed(few, few_rate, needed[name][doubtful], blocked[doubtful], plan)
            standing[name], why[name] = _left(said[name], all_bits, doubtful)
        else:
            standing[name], why[name] = standing[twin], why[twin]
    return standing, why


def _said(rate: reasons.Rate, needed_bps: Whole, blocked: Mark) -> Small:
    """Of tests that are not blocked, and for which there is a promise."""
    reached, below = rate.at_least_bps >= needed_bps, rate.at_most_bps < needed_bps
    said = np.where(reached, REACHED, np.where(below, BELOW, UNSURE)).astype(np.uint8)
    said[blocked | (needed_bps == NO_PROMISE)] = NOTHING
    return said


def _of_speed(few: Frame, rate: reasons.Rate, needed_bps: Whole, blocked: Mark, plan: Plan) -> reasons.Bits:
    """None for blocked tests: their first reason is known without."""
    bits = reasons.of_speed(few, rate, needed_bps, plan.profile)
    bits[blocked] = 0
    return bits


def _left(said: Small, bits: reasons.Bits, doubtful: Mark) -> tuple[Small, Small]:
    """Standings without the tests below that something else can have lowered, and the first reason of each left out."""
    standing = said.copy()
    why = np.full(len(said), reasons.NO_REASON, dtype=np.uint8)
    few = said[doubtful]
    out = ((few == BELOW) & (bits != 0)) | (few == NOTHING)
    few[out] = NOTHING
    standing[doubtful] = few
    why[doubtful] = np.where(out, reasons.first(bits), reasons.NO_REASON)
    return standing, why


def _odd(tests: Frame, rate: reasons.Rate) -> Mark:
    """Rows made before a column was, numbers too large for one, and times that run backwards."""
    _, whole = tests.whole("layout")
    lost = ~tests.known("rate_bps") & ~tests.known("failure")
    large = (rate.own_bps >= _EXACT_BPS) | (rate.at_least_bps >= _EXACT_BPS)
    backwards = tests.whole("ended_at")[0] < tests.whole("started_at")[0]
    odd: Mark = ~whole | lost | large | backwards
    return odd
