"""Vocabulary. What speed rules conclude of many lines: verdicts and counts as arrays.

Knows nothing of how it was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analysis.kernel.column import Mark, Small, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Arrays over lines, judged days and directions, by rule.

    `verdict`: places in `verdict.VERDICTS`. `used`: tests that count. `slots_tested` and `slots_below`: of the slots
    that ended, for rules of a civil day. `excluded`: over lines, directions and `reasons.ORDER`, of all judged days.
    `alone`: lines of which the arrays do not tell all; nothing else of them counts.
    """

    lines: tuple[str, ...]
    days: tuple[date, ...]
    alone: Mark
    verdict: Mapping[str, Small]
    used: Mapping[str, Whole]
    slots_tested: Mapping[str, Whole]
    slots_below: Mapping[str, Whole]
    excluded: Mapping[str, Whole]
