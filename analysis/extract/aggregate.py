"""Pure. Lines together: every published cell with what its lines measured, weighted, and how sure that is.

A cell's rate at a quantile is the weighted quantile of its lines' own: each line counts once, however many tests it
made. Knows nothing of what may be published.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.extract.disclosure.cell import ALL, Cell, Key
from analysis.extract.hear import DIRECTIONS
from analysis.extract.line_summary import LineSummary, LineWay
from analysis.extract.weighted import Estimate, effective_count, quantile
from analysis.finding import Verdict
from probe.body.speed_test import Direction

DIMENSIONS = ("region", "operator", "technology", "tier")
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
    group = summary.standing.group
    own = tuple(getattr(group, name) for name in DIMENSIONS)
    told = (which for count in range(_MOST_TOGETHER + 1) for which in combinations(range(len(own)), count))
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
    return tuple(
        _group(key, [summaries[n].ways[place] for n in own], weights[np.array(own)])
        for key, own in sorted(members.items())
        for place in range(len(DIRECTIONS))
    )


def _measured(summaries: Iterable[LineSummary]) -> Iterable[LineSummary]:
    return (one for one in summaries if one.test_count)


def _group(key: Key, ways: Sequence[LineWay], weights: NDArray[np.float64]) -> Group:
    def of(values: Iterable[float | None], share: float = 0.5) -> Estimate | None:
        each = list(values)
        known = np.array([one is not None for one in each])
        return quantile(np.array([one for one in each if one is not None]), weights[known], share)

    valid = np.array([way.valid_count > 0 for way in ways])
    excluded: Counter[str] = Counter()
    for way in ways:
        excluded.update(way.excluded)
    return Group(
        key=key,
        direction=ways[0].direction,
        line_count=len(ways),
        test_count=sum(way.test_count for way in ways),
        valid_count=sum(way.valid_count for way in ways),
        effective_lines=effective_count(weights[valid]) if valid.any() else 0.0,
        median_bps=of(way.rate_bps.median for way in ways),
        p5_bps=of(way.rate_bps.p5 for way in ways),
        p95_bps=of(way.rate_bps.p95 for way in ways),
        peak_share=of(_of(way.peak_median_bps, way.rate_bps.median) for way in ways),
        promised_share=of(_of(way.rate_bps.median, way.promised_bps) for way in ways),
        idle_rtt_ms=of(way.idle_rtt_ms for way in ways),
        loaded_rtt_ms=of(way.loaded_rtt_ms for way in ways),
        days=_days(ways),
        excluded=dict(sorted(excluded.items())),
    )


def _of(value: float | None, whole: float | None) -> float | None:
    return None if value is None or not whole else value / whole


def _days(ways: Iterable[LineWay]) -> dict[str, dict[Verdict, int]]:
    found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for way in ways:
        for rule, verdicts in way.days.items():
            found[rule].update(verdicts)
    return {rule: dict(counts) for rule, counts in sorted(found.items())}
