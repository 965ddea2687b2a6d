"""Pure. One line's tests in the busy hours and outside them, and how steadily they reach what was promised.

Knows nothing of other lines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """`share`: of a line's busy-hour tests, those that its consistent speed is reached in, within (0, 1].

    `least_tests`: with fewer, a line has no consistent speed and no share of tests.
    """

    share: float
    least_tests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHours:
    """Of one direction; None without a test of the kind, or with too few for a share of them.

    `consistent_bps`: the highest measured rate that the given share of the busy-hour tests reach. `reached_share`: of
    all tests, those that reach what is normally available by contract.
    """

    off_peak_median_bps: float | None
    consistent_bps: float | None
    reached_share: float | None


def line_hours(
    rate_bps: NDArray[np.float64], peak: NDArray[np.bool_], normal_bps: int | None, steadiness: Steadiness
) -> LineHours:
    """Of the tests that count, in any order.

    >>> rates = np.array([90.0, 80.0, 70.0, 60.0, 50.0, 200.0])
    >>> line_hours(rates, rates < 100, 75, Steadiness(share=0.8, least_tests=5))
    LineHours(off_peak_median_bps=200.0, consistent_bps=60.0, reached_share=0.5)
    """
    busy, quiet = rate_bps[peak], rate_bps[~peak]
    known = normal_bps is not None and len(rate_bps) >= steadiness.least_tests
    return LineHours(
        off_peak_median_bps=float(np.quantile(quiet, 0.5, method="inverted_cdf")) if len(quiet) else None,
        consistent_bps=_reached_in(busy, steadiness.share) if len(busy) >= steadiness.least_tests else None,
        reached_share=float(np.mean(rate_bps >= float(normal_bps or 0))) if known else None,
    )


def _reached_in(rates: NDArray[np.float64], share: float) -> float:
    """The highest rate that at least this share of them reach."""
    return float(-np.quantile(-rates, share, method="inverted_cdf"))
