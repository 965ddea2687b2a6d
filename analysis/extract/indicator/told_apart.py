"""Pure. Which of several differences can be told from none, together: Holm's step-down procedure.

S. Holm, Scandinavian Journal of Statistics 6, 1979: the chance that any difference told is none stays below the error
that is allowed for all of them. Every difference is held against its own normal interval at the level of its step.
Knows nothing of what differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Difference:
    """`standard_error` is not negative."""

    value: float
    standard_error: float

    @property
    def chance(self) -> float:
        """Of one as large where there is none (two-sided); 1 for no difference at all."""
        if not self.value:
            return 1.0
        return erfc(abs(self.value) / self.standard_error / sqrt(2)) if self.standard_error else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`low`, `high`: the interval at `level`, which is that of the difference's step. `apart`: it is told from none."""

    low: float
    high: float
    level: float
    apart: bool


def told_apart(differences: Sequence[Difference], error: float) -> tuple[Told, ...]:
    """One for each, in their order. `error`: for all together, within (0, 1).

    >>> [one.apart for one in told_apart([Difference(1.0, 0.1), Difference(0.2, 0.1), Difference(0.1, 0.1)], 0.05)]
    [True, False, False]
    """
    found: dict[int, Told] = {}
    still = True
    order = sorted(range(len(differences)), key=lambda number: (differences[number].chance, number))
    for step, number in enumerate(order):
        one, own = differences[number], error / (len(differences) - step)
        still = still and one.chance < own
        half = NormalDist().inv_cdf(1 - own / 2) * one.standard_error
        found[number] = Told(low=one.value - half, high=one.value + half, level=1 - own, apart=still)
    return tuple(found[number] for number in range(len(differences)))
