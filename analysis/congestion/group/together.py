"""Pure. Whether lines of one group are worse on the same days and at the same hours, beyond what each does by itself.

What a line does at the same hour of every day is taken off first, and so is what the lines of other groups do at the
same time: a whole country's evening is no group's own. Then each line's days are shuffled, weekdays among weekdays and
weekend days among themselves, many times over; what is left of the agreement is chance, however each line's days are
like. Knows nothing of which lines are one group.
"""

from collections.abc import Sequence

import numpy as np

from analysis.congestion.group.strain import Strain
from analysis.kernel.column import Index, Mark, Real

_AT_ONCE = 4_000_000  # numbers in memory
_ROUNDING = 1e-6  # what is so near counts as reached, on the safe side


def own(strain: Strain, classes: Sequence[tuple[int, ...]]) -> Real:
    """By line, day and hour: the strain less the line's mean at that hour of its class of days; 0 where unknown."""
    made = np.zeros(strain.value.shape)
    for days in classes:
        picked = list(days)
        known = strain.known[:, picked]
        count = known.sum(axis=1)
        usual = np.divide(
            np.where(known, strain.value[:, picked], 0.0).sum(axis=1), count, out=np.zeros(count.shape), where=count > 0
        )
        made[:, picked] = np.where(known, strain.value[:, picked] - usual[:, None], 0.0)
    return made


def less_others(mine: Real, known: Mark, others_mean: Real | None) -> Real:
    """Less what goes with `others_mean`, by day and hour, of each line as much as it does; None: there are none to ask.

    Taking it off lines that do not go with it would make them alike.
    """
    if others_mean is None:
        return mine
    theirs = np.where(known, others_mean, 0.0)
    size = (theirs * theirs).sum(axis=(1, 2))
    with_them = np.divide((mine * theirs).sum(axis=(1, 2)), size, out=np.zeros(len(mine)), where=size > 0)
    made: Real = mine - np.maximum(with_them, 0.0)[:, None, None] * theirs
    return made


def chance_of_group(mine: Real, orders: Index) -> float:
    """How often shuffled days agree as much. `orders`: by set and place, the days in another order; where there are
    more lines than places, so many of them speak for all.
    """
    if len(mine) > orders.shape[1]:
        mine = mine[np.linspace(0, len(mine) - 1, orders.shape[1]).astype(np.intp)]
    mine = mine.astype(np.float32)
    seen = _agreement(mine[None])[0]
    lines, days, hours = mine.shape
    reached, step = 1, max(1, _AT_ONCE // max(1, mine.size))
    for first in range(0, len(orders), step):
        some = orders[first : first + step, :lines, :days]
        shuffled = mine[np.arange(lines)[None, :, None], some]
        reached += int((_agreement(shuffled.reshape(len(some), lines, days, hours)) >= seen * (1 - _ROUNDING)).sum())
    return reached / (len(orders) + 1)


def chances_of_lines(mine: Real, orders: Index) -> Real:
    """By line: how often its days in another order agree as much with the other lines' days as they are."""
    together = mine.sum(axis=0)
    made = np.empty(len(mine))
    for line, one in enumerate(mine):
        products = one @ (together - one).T  # by its own day and the others' day
        days = np.arange(products.shape[1])
        shuffled = products[orders[:, line % orders.shape[1], : len(days)], days].sum(axis=1)
        made[line] = (1 + (shuffled >= np.trace(products) - 1e-9).sum()) / (len(orders) + 1)
    return made


def _agreement(mine: Real) -> Real:
    """By set: the square of what all lines add up to."""
    summed = mine.sum(axis=1, dtype=np.float64)
    made: Real = (summed * summed).sum(axis=(1, 2))
    return made
