"""Vocabulary. One line's period in numbers: what it was, what it measured, what was found of its days, its service.

Knows nothing of other lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.extract.indicator.line_hours import LineHours
from analysis.extract.service.line_service import LineService
from analysis.extract.standing import Standing
from analysis.finding import Verdict
from analysis.kernel.line_json import LETTER
from probe.body.speed_test import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Quantiles of one line's own tests, type 1 (a value that was measured); None without any."""

    p5: float | None
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWay:
    """One direction. Rates are of IP packets, from planned tests that nothing disturbed (`valid_count`).

    `excluded`: the others by their first reason; `unplanned` are those that were repeated, extra, or asked for by a
    person. `peak_median_bps`: of tests in the busy hours, None without any. `promised_bps` is what is
    normally available by contract, `maximum_bps` its maximum. `verdicts`: by rule, a letter of
    `kernel.line_json` for each day that counts.
    """

    direction: Direction
    test_count: int
    valid_count: int
    excluded: Mapping[str, int]
    rate_bps: Spread
    peak_median_bps: float | None
    hours: LineHours
    idle_rtt_ms: float | None
    loaded_rtt_ms: float | None
    promised_bps: int | None
    maximum_bps: int | None
    verdicts: Mapping[str, str]

    @property
    def days(self) -> dict[str, dict[Verdict, int]]:
        """By rule and verdict, how many."""
        return {
            rule: {verdict: days.count(letter) for verdict, letter in LETTER.items()}
            for rule, days in self.verdicts.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSummary:
    """A line of the panel; both directions. `line_days`: the civil days that count."""

    standing: Standing
    line_days: int
    ways: tuple[LineWay, ...]
    service: LineService

    @property
    def test_count(self) -> int:
        """Of both directions."""
        return sum(one.test_count for one in self.ways)
