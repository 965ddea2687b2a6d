"""Vocabulary. One promised speed on one day, laid before a rule; and what the rule concludes.

Knows nothing of how a rule decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.clause import Rule
from analysis.finding import Figure, Interval, Sentence, Verdict
from analysis.period import Period
from analysis.speed.evidence import Witness
from analysis.speed.slots import Slot
from analysis.wording import Said
from probe.body.speed_test import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`witnesses` is sorted by time and never empty. `slots` are the day; one at least has a standing where a test that
    was drawn for its slot is among the witnesses.
    """

    on: date
    period: Period
    zone: ZoneInfo
    direction: Direction
    rule: Rule
    threshold_bps: int
    witnesses: tuple[Witness, ...]
    slots: tuple[Slot, ...]
    now: datetime

    @property
    def over(self) -> bool:
        """Whether the day has ended."""
        return self.now >= self.period.end_at

    @property
    def layer(self) -> str:
        """The protocol layer of every rate."""
        return str(self.rule.parameters["layer"].value)

    @property
    def slot_s(self) -> float:
        """The length of a slot."""
        return self.slots[0].period.duration.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """A rule's own part of a finding. `threshold` holds what it used beyond the speed itself."""

    verdict: Verdict
    measured: Mapping[str, Figure]
    threshold: Mapping[str, Figure]
    sentence: Sentence
    interval: Interval | None = None


Parts = dict[str, Said | str]
