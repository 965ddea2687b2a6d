"""Pure. Which civil day and which busy hour each instant of a period lies in, in one zone, for many instants at once.

Knows nothing of tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analysis.period import local_day
from probe.units import epoch_us

_HOUR_US = 3_600_000_000
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Of days that follow one another. `peak` is by hour since the first day began."""

    edges_us: NDArray[np.int64]
    peak: NDArray[np.bool_]

    def day(self, at_us: NDArray[np.int64]) -> NDArray[np.intp]:
        """The number of the day; -1 before the first, the number of days after the last."""
        return np.searchsorted(self.edges_us, at_us, side="right") - 1

    def is_peak(self, at_us: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether an instant lies in the busy hours. Only for instants within the days."""
        busy: NDArray[np.bool_] = self.peak[(at_us - self.edges_us[0]) // _HOUR_US]
        return busy


def clockwork(days: Sequence[date], zone: ZoneInfo, peak_hours: Sequence[int]) -> Clockwork:
    """`peak_hours` are local hours of Monday to Friday, as in (19, 20, 21, 22) for 19:00 to 23:00."""
    periods = [local_day(on, zone) for on in days]
    edges = [*(one.start_at for one in periods), periods[-1].end_at]
    count = -(-int((edges[-1] - edges[0]) / timedelta(hours=1)) // 1)
    starts = (edges[0].astimezone(UTC) + timedelta(hours=n) for n in range(count))
    local = [at.astimezone(zone) for at in starts]
    busy = [at.weekday() < _SATURDAY and at.hour in peak_hours for at in local]
    return Clockwork(np.array([epoch_us(at) for at in edges], dtype=np.int64), np.array(busy, dtype=np.bool_))
