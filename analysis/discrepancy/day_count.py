"""Pure. Each day of a period in numbers: how many slots were significantly below, in which hours, and whether that is
proof for the day alone.

Knows nothing of other days, nor of what many of them amount to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.clause import Rule
from analysis.speed.evidence import Evidence, Standing, gather
from analysis.speed.share import day_at_least
from analysis.speed.slots import Slot, cut
from analysis.speed.window import Tests


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One local day that is over and had terms. A day without tests has none `tested`.

    `not_reached_count` are slots below or too close to tell. `hours` says of every local hour with a test whether at
    least half of its tested slots were below. `is_bad`: that the day was below for more than allowed is proven.
    """

    on: date
    level_bps: int
    slot_s: float
    slots: int
    tested: int = 0
    below_count: int = 0
    not_reached_count: int = 0
    is_bad: bool = False
    hours: Mapping[int, bool] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=lambda: Evidence(witnesses=(), excluded={}))

    @property
    def below_share(self) -> float | None:
        """None without tests."""
        return self.below_count / self.tested if self.tested else None


def count(tests: Tests, level_bps: int, rule: Rule) -> DayCount:
    """The day of `tests`, held against `level_bps`."""
    lengths_s = rule.parameters["slot_lengths_s"].value
    assert isinstance(lengths_s, tuple)
    evidence = gather(tests.of, level_bps, tests.profile, tests.down, beside=tests.beside)
    drawn = [one for one in evidence.witnesses if one.of_slot]
    slots = cut(tests.period, drawn, lengths_s, rule.number("confidence"))
    standings = [slot.standing for slot in slots if slot.standing is not None]
    below = standings.count(Standing.BELOW)
    at_least = day_at_least(below, len(standings), len(slots), rule.number("day_confidence"))
    return DayCount(
        on=tests.on,
        level_bps=level_bps,
        slot_s=slots[0].period.duration.total_seconds(),
        slots=len(slots),
        tested=len(standings),
        below_count=below,
        not_reached_count=len(standings) - standings.count(Standing.REACHED),
        is_bad=at_least > rule.number("allowed_share"),
        hours=_hours(tests, slots),
        evidence=evidence,
    )


def _hours(tests: Tests, slots: Sequence[Slot]) -> dict[int, bool]:
    found: defaultdict[int, list[bool]] = defaultdict(list)
    for slot in slots:
        if slot.standing is not None:
            hour = slot.period.start_at.astimezone(tests.zone).hour
            found[hour].append(slot.standing is Standing.BELOW)
    return {hour: 2 * sum(below) >= len(below) for hour, below in sorted(found.items())}
