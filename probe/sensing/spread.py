"""Pure. What is left of the bottleneck in how the packets of a short train are spread.

A burst is stretched by the slowest link that it crosses, and stretched further by what queues there with it (packet
dispersion: Dovrolis, Ramanathan and Moore, "What do packet dispersion techniques measure?", INFOCOM 2001). One number
of a few packets is rough: it is compared with that of other minutes, never taken for a speed. Knows nothing of
sockets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.units import rate_bps

WINDOW_BYTES = 32_768  # some twenty packets


@dataclass(frozen=True, slots=True)
class Read:
    """What one read of the socket found: when, on the monotonic clock, and how much came in all until then."""

    at_ns: int
    total_bytes: int


def narrowest(reads: Sequence[Read], window_bytes: int = WINDOW_BYTES) -> int | None:
    """The greatest rate over any stretch of `window_bytes`, in bit/s; None where fewer came, or all at one instant.

    From one read to a later one: what the first of them brought came before the stretch.
    """
    best: int | None = None
    first = 0
    for last in range(1, len(reads)):
        while first + 1 < last and reads[last].total_bytes - reads[first + 1].total_bytes >= window_bytes:
            first += 1
        moved_bytes = reads[last].total_bytes - reads[first].total_bytes
        elapsed_s = (reads[last].at_ns - reads[first].at_ns) / 1e9
        if moved_bytes >= window_bytes and elapsed_s > 0:
            rate = rate_bps(moved_bytes, elapsed_s)
            best = rate if best is None else max(best, rate)
    return best
