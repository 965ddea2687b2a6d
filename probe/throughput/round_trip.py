"""Pure. The round-trip times of a test's own connections, before the load and under it.

Knows nothing of sockets.
"""

from collections.abc import Sequence
from math import ceil
from statistics import fmean

from probe.throughput.observed import Observed

_LOADED_AFTER_US = 500_000  # the queue needs a moment to fill
_FEWEST_FOR = {0.95: 20, 0.99: 100}  # round-trip times: fewer have no such percentile but their greatest
_RESPONSIVE_SHARE = 0.95  # of the round-trip times count for responsiveness, the lower ones
_MS_PER_MINUTE = 60_000


def idle_rtt_ms(observed: Observed) -> float | None:
    """The least that any connection saw: the handshake's, unless something was still queued then."""
    least = [seen.last.min_rtt_us for seen in observed.seen if seen.last.min_rtt_us]
    return min(least) / 1000 if least else None


def loaded_rtts_ms(observed: Observed) -> list[float]:
    """Sorted: what the sending kernels estimated under load. They alone see the round trips of the bulk."""
    samples: list[tuple[int, int | None]] = []
    for seen in observed.seen:
        if not observed.is_download:
            samples += [(us, info.rtt_us) for us, info in seen.readings]
        elif any(one.round_trips for _, one in seen.said):
            samples += [row for _, one in seen.said for row in one.round_trips]
        else:
            samples += [(us, one.tcp.rtt_us) for us, one in seen.said]
    return sorted(rtt_us / 1000 for us, rtt_us in samples if us >= _LOADED_AFTER_US and rtt_us)


def percentile(rtts_ms: Sequence[float], share: float) -> float | None:
    """The least that is not exceeded by `share` of them; None where there are too few."""
    if len(rtts_ms) < _FEWEST_FOR[share]:
        return None
    return rtts_ms[ceil(share * len(rtts_ms)) - 1]


def responsiveness_rpm(rtts_ms: Sequence[float]) -> int | None:
    """draft-ietf-ippm-responsiveness, its term for the connections under load alone: nothing else is asked here."""
    if len(rtts_ms) < _FEWEST_FOR[_RESPONSIVE_SHARE]:
        return None
    return round(_MS_PER_MINUTE / fmean(rtts_ms[: ceil(_RESPONSIVE_SHARE * len(rtts_ms))]))
