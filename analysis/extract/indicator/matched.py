"""Pure. Which lines of a panel were in an earlier one too, as the same thing, and what changed of each.

Knows nothing of groups.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.extract.hear import DIRECTIONS
from analysis.extract.indicator.earlier import COMPARED, Earlier, EarlierLine, as_published
from analysis.extract.indicator.indicator import ratio
from analysis.extract.line_summary import LineSummary, LineWay


class Presence(StrEnum):
    """Of a line in two periods. MOVED: in both, but of another operator, region, technology or tier."""

    MATCHED = "matched"
    MOVED = "moved"
    JOINED = "joined"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Matched:
    """`lines`: by number in the panel, what matched lines were in each direction, in `DIRECTIONS`' order."""

    lines: Mapping[int, tuple[EarlierLine | None, ...]]
    counts: Mapping[Presence, int]


def matched(summaries: Sequence[LineSummary], before: Earlier, unit_id: Callable[[str], str]) -> Matched:
    """`summaries`: those with a test."""
    units = before.units
    counts: Counter[Presence] = Counter()
    lines: dict[int, tuple[EarlierLine | None, ...]] = {}
    names = [unit_id(one.standing.line) for one in summaries]
    for number, (one, unit) in enumerate(zip(summaries, names, strict=True)):
        ways = tuple(before.lines.get((unit, direction.value)) for direction in DIRECTIONS)
        group = as_published(tuple(getattr(one.standing.group, name) for name in COMPARED))
        if unit not in units:
            counts[Presence.JOINED] += 1
        elif all(way is None or way.group == group for way in ways):
            counts[Presence.MATCHED] += 1
            lines[number] = ways
        else:
            counts[Presence.MOVED] += 1
    counts[Presence.LEFT] = len(units.difference(names))
    return Matched(lines, {one: counts[one] for one in Presence})


CHANGES: Mapping[str, Callable[[LineWay, EarlierLine], float | None]] = {
    "maximum_share": lambda now, then: _less(
        ratio(now.rate_bps.median, now.maximum_bps), ratio(then.median_bps, then.maximum_bps)
    ),
    "normal_share": lambda now, then: _less(
        ratio(now.rate_bps.median, now.promised_bps), ratio(then.median_bps, then.normal_bps)
    ),
    "rate_share": lambda now, then: _less(ratio(now.rate_bps.median, then.median_bps), 1.0),
}


def change(found: Matched, summaries: Sequence[LineSummary], indicator: str, place: int) -> NDArray[np.float64]:
    """Of each line of the panel, in the direction at `place`; NaN where there is none to be told."""
    changes = np.full(len(summaries), np.nan)
    for number, ways in found.lines.items():
        then = ways[place]
        value = None if then is None else CHANGES[indicator](summaries[number].ways[place], then)
        changes[number] = np.nan if value is None else value
    return changes


def _less(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then
