"""Pure. The rate of every short window of a count, and what several windows tell together.

Knows nothing of which windows are worth having.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.throughput.arrival import Arrival


@dataclass(frozen=True, slots=True)
class Window:
    """From one reading of the count to a later one: their indices, and bit/s between them."""

    start: int
    end: int
    bps: float


def seconds(start: Arrival, end: Arrival) -> float:
    """From one reading to a later one."""
    return (end.elapsed_us - start.elapsed_us) / 1_000_000


def windows(counts: Sequence[Arrival], window_s: float) -> list[Window]:
    """From every reading, the window to the first one that is `window_s` later."""
    found: list[Window] = []
    end = 0
    for start, first in enumerate(counts):
        while end < len(counts) and seconds(first, counts[end]) < window_s:
            end += 1
        if end == len(counts):
            break
        last = counts[end]
        bps = (last.received_bytes - first.received_bytes) * 8 / seconds(first, last)
        found.append(Window(start, end, bps))
    return found


def covered(counts: Sequence[Arrival], chosen: Sequence[Window]) -> tuple[float, float]:
    """(bit/s over the time that `chosen` cover, that time in seconds); where they overlap it counts once."""
    covered_s, moved_bytes, reached = 0.0, 0, 0
    for window in chosen:
        start = max(window.start, reached)
        if window.end > start:
            covered_s += seconds(counts[start], counts[window.end])
            moved_bytes += counts[window.end].received_bytes - counts[start].received_bytes
            reached = window.end
    return moved_bytes * 8 / covered_s, covered_s


def apart(chosen: Sequence[Window]) -> list[float]:
    """The rates of as many of `chosen` as do not overlap."""
    rates, reached = [], 0
    for window in chosen:
        if window.start >= reached:
            rates.append(window.bps)
            reached = window.end
    return rates


def quantile(chosen: Sequence[Window], share: float) -> float:
    """The rate that `share` of `chosen` do not exceed. Raises IndexError where there are none."""
    rates = sorted(window.bps for window in chosen)
    return rates[min(len(rates) - 1, int(share * len(rates)))]
