"""Pure. A line that is fast for the first megabytes and slower afterwards: what it kept up, and what came before.

Shapers with a bucket of tokens do that. A competitor that begins midway looks alike, but the plateau that it leaves is
not flat: it has to be narrow here. Knows nothing of why.
"""

from collections.abc import Sequence

from probe.body.course import Burst
from probe.throughput.arrival import Arrival
from probe.throughput.rate.plateau import Plateau, plateau
from probe.throughput.rate.window import Window, seconds

_LEAST_RATIO = 1.15  # of a burst's rate to the sustained one; less is a sender's overshoot
_FALLEN = 1.05
_CREEP_S = 0.03  # of the sustained rate, or a twentieth of the lead
_LEAST_EXCESS_S = 0.06  # of the sustained rate, that came ahead of it; less is a queue's or a radio's unevenness
_LEAST_SUSTAINED_S = 0.4
_LEAST_FALLEN_S = 0.25
_NARROW = 0.005
_STEADY_SHARE = 0.3  # of the windows behind the burst


def behind(among: Sequence[Window], counts: Sequence[Arrival], found: Plateau) -> list[Window]:
    """The windows after the last of `found`, where all of them are lower by a twentieth and more; else none."""
    later = [window for window in among if window.start >= found.windows[-1].end]
    if not later or _span_s(later, counts) < _LEAST_FALLEN_S:
        return []
    return [] if any(window.bps * _FALLEN >= found.low_bps for window in later) else later


def sustained(later: Sequence[Window], counts: Sequence[Arrival], segment_bytes: int, found: Plateau) -> Plateau | None:
    """The plateau among the windows `behind` the higher one, `found`, if it lasted to the end; None for none."""
    if _span_s(later, counts) < _LEAST_SUSTAINED_S:
        return None
    lower = plateau(later, counts, segment_bytes, share=_STEADY_SHARE, widest=_NARROW)
    if lower is None or lower.windows[-1].end < later[-1].start:
        return None
    return lower if lower.high_bps * _LEAST_RATIO < found.low_bps else None


def _span_s(those: Sequence[Window], counts: Sequence[Arrival]) -> float:
    return seconds(counts[those[0].start], counts[those[-1].end])


def burst(counts: Sequence[Arrival], rate_bps: float) -> tuple[Burst, int] | None:
    """What passed above the sustained rate at the start, and the index of the reading at which that was over.

    It ends where the count was as good as furthest ahead of `rate_bps` since the first byte.
    """
    start = next((index for index, one in enumerate(counts) if one.received_bytes > counts[0].received_bytes), 0)
    start = max(0, start - 1)
    first = counts[start]
    ahead = [one.received_bytes - first.received_bytes - rate_bps / 8 * seconds(first, one) for one in counts[start:]]
    most = max(ahead)
    if most < rate_bps / 8 * _LEAST_EXCESS_S:
        return None
    # The rate is never quite right, so that the lead creeps on: the burst was over when the lead was nearly there.
    end = start + next(
        index for index, lead in enumerate(ahead) if lead >= most - min(rate_bps / 8 * _CREEP_S, most / 20)
    )
    # What lies below the sustained rate at its beginning is the ramp, and no part of its rate.
    lowest = start + min(range(end - start + 1), key=ahead.__getitem__)
    moved, took_s = counts[end].received_bytes - counts[lowest].received_bytes, seconds(counts[lowest], counts[end])
    bps = moved * 8 / took_s
    if bps < _LEAST_RATIO * rate_bps:
        return None
    whole = counts[end].received_bytes - first.received_bytes
    return Burst(bps=round(bps), bytes=whole, duration_s=round(seconds(first, counts[end]), 3)), end
