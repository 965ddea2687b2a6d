"""Vocabulary. One line's verdicts over many days, without wording or witnesses: what a reader of many lines gets.

Knows nothing of how any was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from analysis.finding import Verdict
from probe.body.speed_test import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdicts:
    """One rule and direction, a verdict for each day. `n_used` and `n_excluded`: tests of all the days, the others by
    reason; None for rules whose days share tests.
    """

    rule: str
    direction: Direction
    days: tuple[Verdict, ...]
    n_used: int | None
    n_excluded: Mapping[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVerdicts:
    """`days` follow one another. `alone`: judged by itself, from its records, and not among others as arrays."""

    line: str
    zone: ZoneInfo
    profile: str
    days: tuple[date, ...]
    alone: bool
    rules: tuple[RuleVerdicts, ...]
