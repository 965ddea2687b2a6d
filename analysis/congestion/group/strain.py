"""Pure. How much each line is above its own quiet hours at each hour of each day, in its own thresholds.

Small enough to be kept for every line: what lines of a group have in common is seen in it. Knows nothing of groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.congestion.looked import Looked
from analysis.congestion.signal import SLOTS
from analysis.kernel.column import Mark, Real

HOURS = 24
_LOWEST, _HIGHEST = -1.0, 2.0  # one terrible value is not worth three bad ones
Short = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Strain:
    """By line, day and hour: the mean, 0 where unknown; and where it is known."""

    value: Short
    known: Mark

    def of(self, lines: Sequence[int]) -> "Strain":
        """Some lines."""
        picked = np.asarray(lines, dtype=np.intp)
        return Strain(self.value[picked], self.known[picked])


def by_slot(looked: Sequence[Looked]) -> Real:
    """By line, day and quarter of an hour, the mean of the signals that are known; NaN where none is."""
    total: Real | None = None
    count: Real | None = None
    for one in looked:
        if one.track.towards is not None:
            continue
        level = one.level
        scaled = np.clip(np.nan_to_num(level.excess / level.threshold[:, None, None]), _LOWEST, _HIGHEST)
        mine = np.where(level.known, scaled, 0.0)
        total = mine if total is None else total + mine
        count = level.known.astype(np.float64) if count is None else count + level.known
    assert total is not None
    assert count is not None
    made: Real = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return made


def by_hour(slots: Real) -> Strain:
    """The same by hour."""
    shape = (*slots.shape[:2], HOURS, SLOTS // HOURS)
    known = (~np.isnan(slots)).reshape(shape).sum(axis=-1)
    total = np.nan_to_num(slots).reshape(shape).sum(axis=-1)
    value = np.divide(total, known, out=np.zeros(total.shape), where=known > 0)
    return Strain(value.astype(np.float32), known > 0)


def joined(parts: Sequence[Strain]) -> Strain:
    """Lines of several blocks, in their order."""
    return Strain(np.concatenate([one.value for one in parts]), np.concatenate([one.known for one in parts]))
