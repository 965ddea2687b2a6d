"""Pure. How much of a day: exact limits of a share of slots, carried to the whole day.

Slots without a test stand at their worst. Knows nothing of verdicts.
"""

from analysis import binomial


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
