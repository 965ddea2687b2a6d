"""Pure. The share of time that something lasted, from tests drawn with known chances that were not all alike.

A test drawn at a moment of which `tests_per_hour` were to be expected stands for the inverse of that in hours. The
weighted share is Hájek's ratio (J. Hájek, Comment on an essay by D. Basu, 1971) of two such sums (D. G. Horvitz and
D. J. Thompson, "A Generalization of Sampling Without Replacement From a Finite Universe", JASA 47, 1952): where more
tests were drawn while the line seemed strained, the plain share of tests below is too high, and this one is not.
Knows nothing of speeds, thresholds or days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Drawn:
    """One test: whether it was of the kind, and how many tests an hour of such moments was to get (above zero)."""

    counts: bool
    tests_per_hour: float

    def __post_init__(self) -> None:
        if not self.tests_per_hour > 0:
            raise ValueError(f"tests_per_hour must be positive, but is {self.tests_per_hour}")


@dataclass(frozen=True, slots=True)
class Estimate:
    """`error` is the standard error by linearisation, None of fewer than two tests. `effective` (Kish): so many tests
    of equal weight would tell as much.
    """

    share: float
    error: float | None
    effective: float


def weighted_share(drawn: Sequence[Drawn]) -> Estimate | None:
    """The share of time; None without tests. Tests of slots that were missed for another cause are not made up for."""
    if not drawn:
        return None
    weights = [1 / one.tests_per_hour for one in drawn]
    total = sum(weights)
    share = sum(weight for weight, one in zip(weights, drawn, strict=True) if one.counts) / total
    squares = sum((weight * (one.counts - share)) ** 2 for weight, one in zip(weights, drawn, strict=True))
    count = len(drawn)
    error = sqrt(squares * count / (count - 1)) / total if count > 1 else None
    return Estimate(share=share, error=error, effective=total**2 / sum(weight**2 for weight in weights))
