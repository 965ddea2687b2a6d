"""Pure. How much of a day: exact limits of a share of slots, carried to the whole day.

Slots without a test stand at their worst. Knows nothing of verdicts.
"""

from analysis import binomial
from analysis.speed.case import Case
from analysis.speed.evidence import Standing


def day_at_least(count: int, tested: int, slots: int, confidence: float) -> float:
    """The share of the day is at least this: `count` of `tested` slots were of a kind, of the others perhaps none.

    >>> round(day_at_least(24, 24, 24, 0.95), 4), round(day_at_least(12, 12, 24, 0.95), 4)
    (0.8827, 0.3895)
    """
    return binomial.lower_limit(count, tested, confidence) * tested / slots


def day_at_most(count: int, tested: int, slots: int, confidence: float) -> float:
    """The share of the day is at most this: `count` of `tested` slots were of a kind, of the others perhaps all.

    >>> round(day_at_most(0, 24, 24, 0.95), 4), round(day_at_most(0, 23, 24, 0.95), 4)
    (0.1173, 0.1587)
    """
    return binomial.upper_limit(count, tested, confidence) * tested / slots + (slots - tested) / slots


def day_below(case: Case) -> tuple[float, float]:
    """The share of the day below the promised speed: at least, at most, each with the rule's confidence.

    A slot without a test counts as good for the first and as bad for the second. So does a slot that has not ended:
    what is proven of the running day cannot be undone by its rest.
    """
    confidence = case.rule.share("confidence")
    ended = [slot.standing for slot in case.slots if slot.period.end_at <= case.now]
    to_come = len(case.slots) - len(ended)
    tested = [standing for standing in ended if standing is not None]
    below = sum(standing is Standing.BELOW for standing in tested)
    not_reached = sum(standing is not Standing.REACHED for standing in tested)
    return (
        day_at_least(below, len(tested) + to_come, len(case.slots), confidence),
        day_at_most(not_reached, len(tested), len(case.slots), confidence),
    )
