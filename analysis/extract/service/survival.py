"""Pure. How long it takes, where some had not ended when last seen: quantiles of the Kaplan-Meier estimator.

Kaplan and Meier, Journal of the American Statistical Association 53, 1958. The quantile at `share` is the least time by
which at least that share had ended, by the estimate: always a time that was seen. Knows nothing of what ended.
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats

_NOISE = 1e-12


def ended_by(spent_s: Sequence[int], ended: Sequence[bool], share: float) -> int | None:
    """None where the estimate does not come down that far, and without anything that ended.

    >>> ended_by([3600, 7200, 9000, 9000], [True, True, False, True], 0.5)
    7200
    """
    if not any(ended):
        return None
    times = np.asarray(spent_s, dtype=np.float64)
    censored = ~np.asarray(ended, dtype=np.bool_)
    curve = stats.ecdf(stats.CensoredData.right_censored(times, censored)).sf
    reached = np.flatnonzero(curve.probabilities <= 1 - share + _NOISE)
    return int(curve.quantiles[reached[0]]) if len(reached) else None
