"""Pure. The third proof of a breach: the slots' own tests together with the extra ones that light sensing asked for.

Two-phase sampling: light sensing (the first phase) raises the chance of a second test in a slot where the line seemed
strained. Each slot has a moment drawn for its own test and another for an extra one, both uniform in it, whether or not
the test is then made. A test that was made and was below can only be fewer than the moments at which the line was
below, however sensing chose, whatever it saw, and however often it was wrong. So the tests below, own and extra, are no
more than a sum of independent draws, one for each moment, of a mean that the allowance bounds; its tail is thinner than
the binomial's of that mean (Hoeffding, Annals of Mathematical Statistics 27, 1956). An extra test that was not made
counts as good. Knows nothing of weights: an estimate by them has no exact error (`weights`), and decides nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

from analysis.binomial import tail_at_least
from analysis.speed.case import Case
from analysis.speed.evidence import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPhase:
    """`below_count`: slots below by their own test, and again by an extra one (`extra_below_count` of them).

    On a day that keeps its allowance `expected_most` of `moments` are to be expected, and `below_count` or more with
    `chance` at most.
    """

    below_count: int
    extra_below_count: int
    extra_count: int
    moments: int
    expected_most: float
    chance: float


def two_phase(case: Case) -> TwoPhase | None:
    """None where no extra test counts, or the day's were drawn by more than one plan."""
    extras: defaultdict[tuple[object, float], list[Standing]] = defaultdict(list)
    for witness in case.witnesses:
        if witness.extra_slot is not None:
            extras[witness.extra_slot].append(witness.standing)
    lengths_s = {slot_s for _, slot_s in extras}
    if len(lengths_s) != 1:
        return None
    planned = case.period.duration.total_seconds() / lengths_s.pop()
    own_below = sum(slot.standing is Standing.BELOW and slot.period.end_at <= case.now for slot in case.slots)
    extra_below = sum(set(standings) == {Standing.BELOW} for standings in extras.values())
    moments = len(case.slots) + ceil(planned) + 1  # a day may begin and end within a slot of the plan
    expected = (1 - case.rule.number("share")) * (len(case.slots) + planned)
    return TwoPhase(
        below_count=own_below + extra_below,
        extra_below_count=extra_below,
        extra_count=len(extras),
        moments=moments,
        expected_most=expected,
        chance=chance_at_most(own_below + extra_below, moments, expected),
    )


def chance_at_most(below: int, moments: int, expected: float) -> float:
    """Of `below` or more on a day that keeps its allowance; 1 up to one above the mean, where the bound says nothing.

    >>> round(chance_at_most(7, 49, 2.4), 4), chance_at_most(3, 49, 2.4)
    (0.0095, 1.0)
    """
    return tail_at_least(below, moments, expected / moments) if below >= expected + 1 else 1.0
