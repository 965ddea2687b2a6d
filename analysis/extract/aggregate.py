"""Pure. Lines together: every published cell with what its lines measured, weighted, and how sure that is.

A cell's rate at a quantile is the weighted quantile of its lines' own: each line counts once, however many tests it
made. Knows nothing of what may be published.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.extract.disclosure.cell import ALL, Cell, Key
from analysis.extract.hear import DIRECTIONS
from analysis.extract.line_summary import LineSummary
from analysis.extract.standing import Group as LineGroup
from analysis.extract.way_columns import WayColumns, columns
from analysis.extract.weighted import Estimate, effective_count, quantile
from analysis.finding import Verdict
from probe.body.speed_test import Direction

DIMENSIONS = ("region", "operator", "technology", "tier", "nuts3", "access")  # new ones go last: see release
_GROUPS = 2**14
_MOST_TOGETHER = 2  # dimensions that a published cell tells apart at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One cell in one direction. Estimates are None without a line that measured. `days`: by rule and verdict.

    `effective_lines`: equal lines that would say as much; 0 without any.
    """

    key: Key
    direction: Direction
    line_count: int
    test_count: int
    valid_count: int
    effective_lines: float
    median_bps: Estimate | None
    p5_bps: Estimate | None
    p95_bps: Estimate | None
    peak_share: Estimate | None  # a line's median of the busy hours, of its median
    promised_share: Estimate | None  # a line's median of what is normally available by contract
    idle_rtt_ms: Estimate | None
    loaded_rtt_ms: Estimate | None
    days: dict[str, dict[Verdict, int]]
    excluded: dict[str, int]


def keys_of(summary: LineSummary, period: str) -> tuple[Key, ...]:
    """Every cell that the line is in: alone, and by up to two dimensions at once."""
    return _keys(summary.standing.group, period)


@lru_cache(_GROUPS)  # lines are many, groups few
def _keys(group: LineGroup, period: str) -> tuple[Key, ...]:
    own = tuple(getattr(group, name) for name in DIMENSIONS)
    asked = [place for place, one in enumerate(own) if one != ALL]
    told = (which for count in range(_MOST_TOGETHER + 1) for which in combinations(asked, count))
    return tuple((period, *(one if place in which else ALL for place, one in enumerate(own))) for which in told)


def cells(summaries: Sequence[LineSummary], period: str) -> tuple[Cell, ...]:
    """What stands behind every cell, sorted by key; lines without a test are in none."""
    lines: defaultdict[Key, list[LineSummary]] = defaultdict(list)
    for one in _measured(summaries):
        for key in keys_of(one, period):
            lines[key].append(one)
    return tuple(
        Cell(
            key=key,
            line_count=len(own),
            line_days=sum(one.line_days for one in own),
            test_count=(tests := sum(one.test_count for one in own)),
            largest_share=max(one.test_count for one in own) / tests,
        )
        for key, own in sorted(lines.items())
    )


def groups(summaries: Sequence[LineSummary], weights: NDArray[np.float64], period: str) -> tuple[Group, ...]:
    """Sorted by key and direction; one weight for each summary. Lines without a test are in none."""
    members: defaultdict[Key, list[int]] = defaultdict(list)
    for number, one in enumerate(summaries):
        if one.test_count:
            for key in keys_of(one, period):
                members[key].append(number)
    ways = [columns([one.ways[place] for one in summaries]) for place in range(len(DIRECTIONS))] if summaries else []
    return tuple(_group(key, way, np.array(own), weights) for key, own in sorted(members.items()) for way in ways)


def _measured(summaries: Iterable[LineSummary]) -> Iterable[LineSummary]:
    return (one for one in summaries if one.test_count)


def _group(key: Key, all_lines: WayColumns, own: NDArray[np.intp], weights: NDArray[np.float64]) -> Group:
    ways, weight = all_lines.only(own), weights[own]

    def of(values: NDArray[np.float64], share: float = 0.5) -> Estimate | None:
        known = ~np.isnan(values)
        return quantile(values[known], weight[known], share)

    valid = ways.valid_count > 0
    return Group(
        key=key,
        direction=ways.direction,
        line_count=len(own),
        test_count=int(ways.test_count.sum()),
        valid_count=int(ways.valid_count.sum()),
        effective_lines=effective_count(weight[valid]) if valid.any() else 0.0,
        median_bps=of(ways.median_bps),
        p5_bps=of(ways.p5_bps),
        p95_bps=of(ways.p95_bps),
        peak_share=of(_of(ways.peak_median_bps, ways.median_bps)),
        promised_share=of(_of(ways.median_bps, ways.promised_bps)),
        idle_rtt_ms=of(ways.idle_rtt_ms),
        loaded_rtt_ms=of(ways.loaded_rtt_ms),
        days=ways.days(),
        excluded=ways.excluded(),
    )


def _of(values: NDArray[np.float64], wholes: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where one of them is, or the whole is nothing."""
    return values / np.where(wholes == 0, np.nan, wholes)
