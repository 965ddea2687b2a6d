"""Pure. Single stretches of time in which a line is worse than its quiet hours, outside of what comes back.

Change points in time, each with the values between which it lies: a stretch holds what is high on end, and goes on over
what nobody measured for so long as a stretch must last at least. Of one line. Knows nothing of why.
"""

from dataclasses import dataclass

import numpy as np

from analysis.congestion.limits import Limits
from analysis.congestion.window import SLOT_S
from analysis.kernel.column import Mark, Real


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Cells [start, end) of the days on end, all known ones high but single ones. `depth`: the median excess."""

    start: int
    end: int
    depth: float


def stretches(high: Mark, known: Mark, excess: Real, beside: Mark, limits: Limits) -> tuple[Stretch, ...]:
    """In order. All arrays are of one line, by cell; `beside`: where something that comes back already tells it."""
    wanted = high & ~beside
    gap = limits.episode_least_s // SLOT_S
    found: list[tuple[int, int]] = []
    for cell in np.flatnonzero(wanted).tolist():
        if found and _goes_on(found[-1][1], cell, known, wanted, gap):
            found[-1] = (found[-1][0], cell + 1)
        else:
            found.append((cell, cell + 1))
    return tuple(
        Stretch(start=start, end=end, depth=float(np.median(excess[start:end][wanted[start:end]])))
        for start, end in found
        if (end - start) * SLOT_S >= limits.episode_least_s
        and wanted[start:end].sum() >= limits.episode_cells_least
        and 2 * wanted[start:end].sum() > known[start:end].sum()
    )


def _goes_on(end: int, cell: int, known: Mark, wanted: Mark, gap: int) -> bool:
    """Whether nothing between speaks against one stretch: unknown time for so long at most, or one low value."""
    between = known[end:cell] & ~wanted[end:cell]
    return cell - end <= gap and int(between.sum()) <= 1
