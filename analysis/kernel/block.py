"""Pure. A block's tests as counts by line, day and direction, and the rules asked about them.

Knows nothing of tables, nor of which lines must be judged alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.finding import Verdict
from analysis.kernel import reasons
from analysis.kernel.column import Mark, Small, Whole
from analysis.kernel.hear import BELOW, NOTHING, REACHED, UNSURE, Heard
from analysis.kernel.lengths import lengths_minutes
from analysis.kernel.plan import DIRECTIONS, SLIDING, Plan
from analysis.kernel.slots import Counts, Rows, Stretches, Tests, counted, rows
from analysis.kernel.verdict import Decisions, place_of

_Kind = TypeVar("_Kind", np.uint8, np.int64)
_BREACHED, _MET = place_of(Verdict.BREACHED), place_of(Verdict.MET)
_INSUFFICIENT, _NOT_APPLICABLE = place_of(Verdict.INSUFFICIENT), place_of(Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Block:
    """`tests` by line, direction and time, `lane` the number of line and direction together. Arrays that are given
    back are over lanes and judged days unless told otherwise.
    """

    plan: Plan
    tests: Heard
    lane: Whole

    @property
    def lanes(self) -> int:
        """Lines times directions."""
        return len(self.plan.lines) * len(DIRECTIONS)

    def days_with(self, which: Mark) -> Whole:
        """How many of these tests."""
        days = len(self.plan.calendar.days)
        cell = self.lane[which] * days + self.tests.day[which]
        return np.bincount(cell, minlength=self.lanes * days).reshape(self.lanes, days)[:, 1:]

    def rows(self, standing: Small) -> Rows:
        """The tests that may stand for their slot's time."""
        which = self.tests.of_slot & (standing != NOTHING)
        some = standing[which]
        tests = Tests(
            lane=self.lane[which],
            start_us=self.tests.start_us[which],
            below=some == BELOW,
            reached=some == REACHED,
        )
        return rows(tests, self.plan.calendar, self.lanes, lengths_minutes(self.plan.rules[SLIDING]))

    def days(self, tests: Rows, name: str) -> Counts:
        """The slots of every judged day, for the rule of that name."""
        edges = self.plan.calendar.edges
        hours = tuple(pairwise(edges[1:]))
        return counted(tests, self._stretches(hours), self.plan.rules[name].number("confidence"), runs=True)

    def maximum(self, counts: Counts, standing: Small, decisions: Decisions) -> Small:
        """The verdicts of `speed.maximum`."""
        reached, unsure = (self.days_with(standing == one) > 0 for one in (REACHED, UNSURE))
        return decisions.maximum(counts, reached=reached, unsure=unsure)

    def minimum(self, counts: Counts, standing: Small, decisions: Decisions) -> Small:
        """The verdicts of `speed.minimum`."""
        rule = self.plan.rules["speed.minimum"]
        separation_us = rule.whole("separation_s") * 1_000_000
        return decisions.minimum(counts, self._apart(standing == BELOW, separation_us, rule.whole("tests_below")))

    def sliding(self, tests: Rows, decisions: Decisions) -> Small:
        """The verdicts of `speed.normal.rolling`: breached by any window, met by all."""
        windows = self.plan.calendar.windows
        each = len(windows[0])
        said = decisions.rolling(self.windows(tests), each).reshape(self.lanes, len(windows), each)
        verdict = np.full(said.shape[:2], _INSUFFICIENT, dtype=np.uint8)
        verdict[(said == _MET).all(axis=2)] = _MET
        verdict[(said == _BREACHED).any(axis=2)] = _BREACHED
        return verdict

    def windows(self, tests: Rows) -> Counts:
        """The slots of every window, over lanes and, day after day, windows."""
        hours = tuple(window for of_day in self.plan.calendar.windows for window in of_day)
        return counted(tests, self._stretches(hours), self.plan.rules[SLIDING].number("confidence"))

    def told(self, name: str, verdict: Small, used: Whole | None) -> Small:
        """The verdicts where the rule applies; without any test that counts nothing is decided."""
        final = verdict.copy()
        if used is not None:
            final[used == 0] = _INSUFFICIENT
        final[~self.by_lane(self.plan.applies[name])[:, 1:]] = _NOT_APPLICABLE
        return final

    def excluded(self, name: str) -> Whole:
        """Over lines, directions and reasons: the tests of judged days that do not count."""
        why = self.tests.why[name]
        applies = self.plan.applies[name][self.tests.line, self.tests.day, self.tests.way]
        out = (why != reasons.NO_REASON) & (self.tests.day > 0) & applies
        kinds = len(reasons.ORDER)
        cells = np.bincount(self.lane[out] * kinds + why[out], minlength=self.lanes * kinds)
        return cells.reshape(len(self.plan.lines), len(DIRECTIONS), kinds)

    def could_be_proven_by_extra_tests(self, counts: Counts, standing: Small, verdict: Small) -> Mark:
        """Lines with a day on which own and extra tests below are more than are to be expected of slots alone."""
        extra = self.days_with(self.tests.extra & (standing == BELOW))
        some = self.days_with(self.tests.extra & (standing != NOTHING)) > 0
        allowed = (1 - self.plan.rules["speed.normal"].number("share")) * counts.slots
        open_days = some & (verdict != _BREACHED) & (counts.below + extra >= allowed + 1)
        marked: Mark = open_days.reshape(len(self.plan.lines), -1).any(axis=1)
        return marked

    def by_lane(self, array: Mark) -> Mark:
        """An array over lines, days and directions as one over lanes and days."""
        return array.transpose(0, 2, 1).reshape(self.lanes, -1)

    def by_line(self, array: NDArray[_Kind]) -> NDArray[_Kind]:
        """An array over lanes and days as one over lines, days and directions."""
        return array.reshape(len(self.plan.lines), len(DIRECTIONS), -1).transpose(0, 2, 1)

    def _stretches(self, hours: Sequence[tuple[int, int]]) -> Stretches:
        return Stretches(grid=self.plan.calendar, lanes=self.lanes, hours=hours, now_us=self.plan.now_us)

    def _apart(self, below: Mark, separation_us: int, most: int) -> Whole:
        """How many tests below lie so far from one another, up to `most`, each as early as it can."""
        counts = self.days_with(below)
        found = np.minimum(counts, 1)
        grid = self.plan.calendar
        span_us = grid.minute_us(grid.hours) - grid.base_us + separation_us * most
        at = self.lane[below] * span_us + self.tests.start_us[below] - grid.base_us
        days = len(grid.days)
        cell = self.lane[below] * days + self.tests.day[below]
        ends = np.searchsorted(cell, np.arange(self.lanes * days), side="right").reshape(self.lanes, days)[:, 1:]
        place = ends - counts
        for _ in range(most - 1):
            further = place < ends
            after = np.searchsorted(at, at[place[further]] + separation_us)
            place[further] = after
            found[further] += after < ends[further]
        return found
