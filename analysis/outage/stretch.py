"""Pure. Stretches of time in whole microseconds since 1970: joined, taken from one another, measured.

Knows nothing of what happened in them.
"""

from collections.abc import Iterable

from analysis.period import Period
from probe.units import at_epoch_us, epoch_us

Stretch = tuple[int, int]  # [start, end), never empty


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sorted, those that overlap or touch made one, empty ones left out.

    >>> joined([(5, 9), (0, 2), (2, 3), (4, 4)])
    [(0, 3), (5, 9)]
    """
    together: list[Stretch] = []
    for start, end in sorted(stretches):
        if together and start <= together[-1][1]:
            together[-1] = together[-1][0], max(together[-1][1], end)
        elif start < end:
            together.append((start, end))
    return together


def without(stretches: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `stretches` outside `holes`; both sorted and apart.

    >>> without([(0, 10)], [(2, 3), (8, 12)])
    [(0, 2), (3, 8)]
    """
    left: list[Stretch] = []
    gaps = list(holes)
    first = 0
    for start, end in stretches:
        while first < len(gaps) and gaps[first][1] <= start:
            first += 1
        at = start
        for hole_start, hole_end in gaps[first:]:
            if hole_start >= end:
                break
            if at < hole_start:
                left.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            left.append((at, end))
    return left


def shared_us(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> int:
    """How long both lasted at once; each sorted and apart.

    >>> shared_us([(0, 10)], [(2, 3), (8, 12)])
    3
    """
    own = list(stretches)
    return total_us(own) - total_us(without(own, others))


def total_us(stretches: Iterable[Stretch]) -> int:
    """The sum of their lengths."""
    return sum(end - start for start, end in stretches)


def period_of(stretch: Stretch) -> Period:
    """The same as a period."""
    return Period(at_epoch_us(stretch[0]), at_epoch_us(stretch[1]))


def stretch_of(period: Period) -> Stretch:
    """The inverse of `period_of`."""
    return epoch_us(period.start_at), epoch_us(period.end_at)
