"""Pure. Quantiles and means of lines that count unequally, and how sure they are.

The quantile at `share` is the least value at which the weights up to it come to at least that share of all (the inverse
of the distribution function, type 1 of Hyndman and Fan, The American Statistician 50, 1996): always a value that was
seen. Its interval is Woodruff's (Journal of the American Statistical Association 47, 1952): the interval of the share,
turned back into values, with Kish's effective number of lines. Knows nothing of speeds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054  # of a two-sided interval of 95 %


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval. An end is None where the lines are too few to bound it."""

    value: float
    low: float | None
    high: float | None


def quantile(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> Estimate | None:
    """None without values. `weights` are positive; `share` lies within (0, 1).

    >>> quantile(np.arange(1.0, 102.0), np.ones(101), 0.5)
    Estimate(value=51.0, low=41.0, high=61.0)
    """
    if not len(values):
        return None
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    reached = np.cumsum(weights) / weights.sum()
    half = _Z * float(np.sqrt(share * (1 - share) / effective_count(weights)))
    return Estimate(_at(values, reached, share), *_ends(values, reached, share - half, share + half))


def mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> Estimate | None:
    """None without values; without an interval where fewer than two equal values would say as much.

    The interval is from the spread between lines with Kish's effective number of them: what weights cost is in it.

    >>> mean(np.array([10.0, 20.0, 30.0]), np.array([1.0, 1.0, 2.0])).value
    22.5
    """
    if not len(values):
        return None
    centre = float(np.average(values, weights=weights))
    count = effective_count(weights)
    if count <= 1:
        return Estimate(centre, None, None)
    variance = float(np.average((values - centre) ** 2, weights=weights)) * count / (count - 1)
    half = _Z * float(np.sqrt(variance / count))
    return Estimate(centre, centre - half, centre + half)


def effective_count(weights: NDArray[np.float64]) -> float:
    """The number of equal lines that would say as much (Kish, Survey Sampling, 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _ends(
    values: NDArray[np.float64], reached: NDArray[np.float64], low: float, high: float
) -> tuple[float | None, float | None]:
    return (
        _at(values, reached, low) if low > 0 else None,
        _at(values, reached, high) if high < 1 else None,
    )


def _at(values: NDArray[np.float64], reached: NDArray[np.float64], share: float) -> float:
    place = int(np.searchsorted(reached, share - 1e-12))
    return float(values[min(place, len(values) - 1)])
