"""Pure. Which slots a stretch of time is cut into: `analysis.speed.slots`'s choice, looked up for many stretches.

Knows nothing of speeds.
"""

from functools import lru_cache

import numpy as np

from analysis.clause import Rule
from analysis.kernel.column import Real
from analysis.speed.share import day_at_most

_MINUTE_S = 60


def lengths_s(rule: Rule) -> tuple[int, ...]:
    """The lengths of slots that a rule may take, the longest first."""
    value = rule.parameters["slot_lengths_s"].value
    assert isinstance(value, tuple)
    return tuple(sorted(value, reverse=True))


def lengths_minutes(rule: Rule) -> tuple[int, ...]:
    """The same in minutes, where each is a whole number of them."""
    return tuple(length_s // _MINUTE_S for length_s in lengths_s(rule))


@lru_cache(4096)
def unseen(slots: int, confidence: float) -> Real:
    """By how many of `slots` were tested: the share of the time that something may have lasted which no test saw."""
    return np.array([day_at_most(0, tested, slots, confidence) for tested in range(slots + 1)])
