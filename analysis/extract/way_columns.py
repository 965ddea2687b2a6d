"""Pure. One direction of many lines as arrays, one element a line: what groups of lines are added up from.

Knows nothing of groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.extract.hear import REASONS
from analysis.extract.line_summary import LineWay
from analysis.finding import Verdict
from analysis.kernel.line_json import LETTER
from probe.body.speed_test import Direction

_REAL = np.float64


@dataclass(frozen=True, slots=True, kw_only=True)
class WayColumns:
    """What was not measured is NaN. `day_counts`: over lines, `rules` and the verdicts; -1 where a rule did not judge
    the line. `excluded_counts`: over lines and `REASONS`.
    """

    direction: Direction
    rules: tuple[str, ...]
    test_count: NDArray[np.int64]
    valid_count: NDArray[np.int64]
    median_bps: NDArray[np.float64]
    p5_bps: NDArray[np.float64]
    p95_bps: NDArray[np.float64]
    peak_median_bps: NDArray[np.float64]
    promised_bps: NDArray[np.float64]
    idle_rtt_ms: NDArray[np.float64]
    loaded_rtt_ms: NDArray[np.float64]
    day_counts: NDArray[np.int32]
    excluded_counts: NDArray[np.int32]

    def only(self, lines: NDArray[np.intp]) -> "WayColumns":
        """Of these lines, by number."""
        kept = {name: getattr(self, name)[lines] for name in self.__slots__ if name not in {"direction", "rules"}}
        return WayColumns(direction=self.direction, rules=self.rules, **kept)

    def days(self) -> dict[str, dict[Verdict, int]]:
        """By rule, of those that judged any of the lines, and verdict: of all lines together."""
        judged: list[bool] = np.asarray((self.day_counts >= 0).any(axis=(0, 2))).tolist()
        sums = np.maximum(self.day_counts, 0).sum(axis=0, dtype=np.int64).tolist()
        return {
            rule: dict(zip(LETTER, own, strict=True))
            for rule, own, some in zip(self.rules, sums, judged, strict=True)
            if some
        }

    def excluded(self) -> dict[str, int]:
        """By reason, of those that there are, sorted."""
        sums = self.excluded_counts.sum(axis=0, dtype=np.int64).tolist()
        return {reason: count for reason, count in sorted(zip(REASONS, sums, strict=True)) if count}


def columns(ways: Sequence[LineWay]) -> WayColumns:
    """Of at least one line, all in one direction."""
    rules = tuple(sorted({rule for way in ways for rule in way.verdicts}))
    place = {reason: number for number, reason in enumerate(REASONS)}
    excluded = np.zeros((len(ways), len(REASONS)), dtype=np.int32)
    days = np.full((len(ways), len(rules), len(LETTER)), -1, dtype=np.int32)
    for number, way in enumerate(ways):
        for reason, count in way.excluded.items():
            excluded[number, place[reason]] = count
        for rule, letters in way.verdicts.items():
            days[number, rules.index(rule)] = [letters.count(letter) for letter in LETTER.values()]
    return WayColumns(
        direction=ways[0].direction,
        rules=rules,
        test_count=np.array([way.test_count for way in ways], dtype=np.int64),
        valid_count=np.array([way.valid_count for way in ways], dtype=np.int64),
        median_bps=_known(way.rate_bps.median for way in ways),
        p5_bps=_known(way.rate_bps.p5 for way in ways),
        p95_bps=_known(way.rate_bps.p95 for way in ways),
        peak_median_bps=_known(way.peak_median_bps for way in ways),
        promised_bps=_known(way.promised_bps for way in ways),
        idle_rtt_ms=_known(way.idle_rtt_ms for way in ways),
        loaded_rtt_ms=_known(way.loaded_rtt_ms for way in ways),
        day_counts=days,
        excluded_counts=excluded,
    )


def _known(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=_REAL)
