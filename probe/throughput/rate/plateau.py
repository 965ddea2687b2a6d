"""Pure. Where many windows agree: the narrowest band of rates that holds enough of them.

Windows in which nothing arrived agree too, but are no rate: they count among all windows, never in a band. Knows
nothing of which plateau is the line's.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from probe.throughput.arrival import Arrival
from probe.throughput.rate.window import Window, seconds

FLAT = 0.02  # a width that only a line gives
_BANDS = (0.005, 0.02, 0.05, 0.1)
_BAND_SEGMENTS = 2  # a window holds whole segments: no band can be finer
_FEWEST = 3  # windows; fewer agree by chance


@dataclass(frozen=True, slots=True)
class Plateau:
    """`windows` in order of time, their rates within `width` (a share of the lowest), which is at `low_bps`.

    `flat`: no wider than `FLAT`, or than what the segments of a window allow.
    """

    windows: tuple[Window, ...]
    low_bps: float
    width: float
    flat: bool

    @property
    def high_bps(self) -> float:
        """The highest rate that the band takes."""
        return self.low_bps * (1 + self.width)


def plateau(
    among: Sequence[Window], counts: Sequence[Arrival], segment_bytes: int, *, share: float, widest: float = 1.0
) -> Plateau | None:
    """The fullest band of the narrowest width at which one holds `share` of the windows; None where none does."""
    rates = sorted(window.bps for window in among if window.bps > 0)
    if not rates:
        return None
    median = rates[len(rates) // 2]
    segments = median * seconds(counts[among[0].start], counts[among[0].end]) / 8 / segment_bytes
    finest = _BAND_SEGMENTS / segments
    for width in (max(band, finest) for band in _BANDS if band <= max(widest, finest)):
        held = [bisect_right(rates, rate * (1 + width)) - index for index, rate in enumerate(rates)]
        most = max(held)
        if most >= max(_FEWEST, share * len(among)):
            low = rates[held.index(most)]
            chosen = tuple(window for window in among if low <= window.bps <= low * (1 + width))
            return Plateau(chosen, low, width, width <= max(FLAT, finest))
    return None
