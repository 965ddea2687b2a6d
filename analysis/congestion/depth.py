"""Pure. How deep it goes: one signal inside some hours and in the other hours of the same days, in its own unit.

Of one line. Knows nothing of how the hours were found.
"""

import numpy as np

from analysis.congestion.judgement import Depth
from analysis.congestion.limits import Limits
from analysis.congestion.signal import Signal
from analysis.kernel.column import Mark, Real


def depth(
    values: Real, signal: Signal, inside: Mark, days: Mark, limits: Limits, *, towards: str | None = None
) -> Depth | None:
    """Arrays by day and slot. None where nothing was measured in them, or nothing beside them."""
    within, beside = _known(values[inside & days]), _known(values[~inside & days])
    if not len(within) or not len(beside):
        return None
    low = limits.low_share if signal.is_rate else 1 - limits.low_share
    return Depth(
        signal=signal,
        towards=towards,
        median_inside=_round(np.median(within)),
        median_beside=_round(np.median(beside)),
        low_inside=_round(np.quantile(within, low)),
        low_beside=_round(np.quantile(beside, low)),
        n_inside=len(within),
    )


def _known(values: Real) -> Real:
    kept: Real = values[~np.isnan(values)]
    return kept


def _round(value: np.floating) -> float:
    return float(f"{float(value):.6g}")
