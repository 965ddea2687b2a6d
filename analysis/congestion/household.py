"""Pure. Whether the household's own traffic explains that a line is worse.

The same hours are compared where others were seen using the line and where they were seen not to. Where nobody looked,
or both never differ, it is left open: what may be the household's accuses nobody. Of one line. Knows nothing of what
counts as using.
"""

from enum import StrEnum

import numpy as np

from analysis.congestion.limits import Limits
from analysis.congestion.signal import SLOTS
from analysis.kernel.column import Mark, Real


class Household(StrEnum):
    """What its traffic has to do with it."""

    NOT_SEEN = "not_seen"  # nobody looked, or too seldom
    APART = "apart"  # the line is worse all the same where the household is at rest
    EXPLAINS = "explains"  # it is worse where the household is busy, and not where it is at rest
    OPEN = "open"  # it was busy nearly always then


def of_window(high: Mark, known: Mark, busy: Real, inside: Mark, limits: Limits) -> Household:
    """Of hours that come back. All arrays are of one line's days by day and slot."""
    looked = known & ~np.isnan(busy)
    quiet, used = looked & (busy == 0), looked & (busy == 1)
    if _enough(quiet & inside, limits):
        rest = _share(high, quiet & inside)
        if rest > limits.household_quiet_share:
            return Household.APART
        return _blamed(high, used & inside, limits)
    if not _enough(used & inside, limits):
        return Household.NOT_SEEN
    if _enough(used & ~inside, limits):
        elsewhere = _share(high, used & ~inside)
        if elsewhere >= limits.household_busy_share:
            return Household.EXPLAINS
        if elsewhere <= limits.household_quiet_share:
            return Household.APART
    return Household.OPEN


def of_stretch(high: Mark, known: Mark, busy: Real, inside: Mark, limits: Limits) -> Household:
    """Of a single stretch of time: any traffic seen in it stands against accusing the line, and on a line that its
    household makes worse at other times, too few looks do.
    """
    seen = busy[inside]
    seen = seen[~np.isnan(seen)]
    if len(seen) and float(seen.mean()) >= limits.household_busy_share:
        return Household.EXPLAINS
    if int((seen == 0).sum()) >= limits.household_looks_least:
        return Household.APART
    looked = known & ~np.isnan(busy) & ~inside
    if _blamed(high, looked & (busy == 1), limits) is Household.EXPLAINS:
        return Household.OPEN
    return Household.APART if len(seen) else Household.NOT_SEEN


def _blamed(high: Mark, used: Mark, limits: Limits) -> Household:
    if not _enough(used, limits):
        return Household.OPEN
    return Household.EXPLAINS if _share(high, used) >= limits.household_busy_share else Household.OPEN


def _enough(marked: Mark, limits: Limits) -> bool:
    days = np.flatnonzero(marked.reshape(-1, SLOTS).any(axis=1))
    return int(marked.sum()) >= limits.household_cells_least and len(days) >= limits.household_days_least


def _share(high: Mark, marked: Mark) -> float:
    return float(high[marked].mean())
