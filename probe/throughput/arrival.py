"""Pure. The receiver's count of what arrived, and the count of several connections as one.

Knows nothing of how the count was read.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_IN_ORDER = 2  # segments


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the receiver's kernel had counted at one moment of a connection.

    `received_bytes`: TCP payload delivered in order; `segments`: data segments, those out of order included, None
    where it does not tell (tcp_info: bytes_received, data_segs_in). `out_of_order`: those of them that came while an
    earlier one was missing, None where it does not tell (rcv_ooopack).
    """

    elapsed_us: int
    received_bytes: int
    segments: int | None = None
    out_of_order: int | None = None


def rising(arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
    """`arrivals` in order of time, without those that repeat a time or take a count back: a peer may send anything."""
    kept: list[Arrival] = []
    for one in sorted(arrivals, key=lambda arrival: arrival.elapsed_us):
        last = kept[-1] if kept else None
        if last is None or (
            one.elapsed_us > last.elapsed_us
            and one.received_bytes >= last.received_bytes
            and (one.segments is None) == (last.segments is None)
            and (one.segments or 0) >= (last.segments or 0)
        ):
            kept.append(one)
    return tuple(kept)


def arrived(arrivals: Sequence[Arrival], segment_bytes: int | None) -> tuple[Arrival, ...]:
    """The payload that had arrived by each moment, each byte once and in whatever order, as `received_bytes`.

    While a lost segment is awaited, the count of what is delivered in order stands still and then leaps; segments are
    counted as they come. What `segments` of `segment_bytes` each exceed the delivered bytes by is, at any moment, what
    waits for a gap, plus what came twice, plus what smaller segments lacked. Gaps close; the other two only grow. So
    the least excess from a moment on is those two alone, and is taken off (straight lines between the moments where it
    is met). A lossy line may never be without a gap to the very end: then that least excess waits as well, and would
    read as much as 1 % too low. So where the receiver tells which segments came out of order, only moments count when
    none did. `arrivals` is sorted; where segments are not counted it is returned as it is. A `segment_bytes` that is
    None, or less than the mean, is replaced by the mean.
    """
    counted = [one.segments for one in arrivals if one.segments is not None]
    if len(counted) != len(arrivals) or len(counted) < 2 or counted[-1] <= counted[0]:
        return tuple(arrivals)
    mean_bytes = -((arrivals[0].received_bytes - arrivals[-1].received_bytes) // (counted[-1] - counted[0]))
    full = [segments * max(segment_bytes or 0, mean_bytes) for segments in counted]
    excess = [whole - one.received_bytes for whole, one in zip(full, arrivals, strict=True)]
    met = _least_later(excess)
    met = [index for index in met if _without_gap(arrivals, index)] or met[:1]
    surplus = _through(met, excess, [one.elapsed_us for one in arrivals])
    return tuple(
        Arrival(one.elapsed_us, whole - over) for one, whole, over in zip(arrivals, full, surplus, strict=True)
    )


def _least_later(excess: Sequence[int]) -> list[int]:
    """The moments than which nothing later is lower."""
    met = [len(excess) - 1]
    for index in range(len(excess) - 2, -1, -1):
        if excess[index] <= excess[met[-1]]:
            met.append(index)
    met.reverse()
    return met


def _without_gap(arrivals: Sequence[Arrival], index: int) -> bool:
    """Whether no segment was missing at that moment, or nobody told: the last ones came in order.

    One alone may have been what another gap waited for.
    """
    here = arrivals[index]
    if here.out_of_order is None:
        return True
    came = (one for one in reversed(arrivals[:index]) if (here.segments or 0) - (one.segments or 0) >= _IN_ORDER)
    return next(came, arrivals[0]).out_of_order == here.out_of_order


def _through(met: Sequence[int], excess: Sequence[int], clock: Sequence[int]) -> list[int]:
    """`excess` at the moments `met`, drawn as straight lines between them and level outside."""
    curve = [excess[met[0]]] * (met[0] + 1)
    for left, right in pairwise(met):
        slope = (excess[right] - excess[left]) / (clock[right] - clock[left])
        curve += [excess[left] + round(slope * (clock[at] - clock[left])) for at in range(left + 1, right + 1)]
    return curve + [curve[-1]] * (len(excess) - len(curve))


def together(streams: Sequence[Sequence[Arrival]]) -> tuple[Arrival, ...]:
    """The sum over connections, at the moments at which the first one was read; linear in between.

    Each connection is sorted by time. Limited to the time that all of them saw; empty where that is empty.
    """
    if len(streams) == 1:
        return tuple(streams[0])
    if not all(streams):
        return ()
    start = max(stream[0].elapsed_us for stream in streams)
    end = min(stream[-1].elapsed_us for stream in streams)
    moments = [one.elapsed_us for one in streams[0] if start <= one.elapsed_us <= end]
    clocks = [[one.elapsed_us for one in stream] for stream in streams]
    return tuple(
        _sum(moment, [_at(moment, stream, clock) for stream, clock in zip(streams, clocks, strict=True)])
        for moment in moments
    )


def moved_between(counts: Sequence[Arrival], start_s: float, end_s: float) -> int | None:
    """Bytes from one second of the test's clock to a later one, linear between readings; None where it is not covered.

    `counts` is sorted by time.
    """
    start_us, end_us = round(start_s * 1_000_000), round(end_s * 1_000_000)
    if not counts or counts[0].elapsed_us > start_us or counts[-1].elapsed_us < end_us:
        return None
    clock = [one.elapsed_us for one in counts]
    return _at(end_us, counts, clock).received_bytes - _at(start_us, counts, clock).received_bytes


def _sum(moment: int, parts: Sequence[Arrival]) -> Arrival:
    segments = [part.segments for part in parts if part.segments is not None]
    return Arrival(
        moment, sum(part.received_bytes for part in parts), sum(segments) if len(segments) == len(parts) else None
    )


def _at(moment: int, stream: Sequence[Arrival], clock: Sequence[int]) -> Arrival:
    """`stream` at `moment`, which lies within it."""
    after = bisect_right(clock, moment)
    before = stream[after - 1]
    if after == len(stream):
        return before
    share = (moment - before.elapsed_us) / (stream[after].elapsed_us - before.elapsed_us)
    return Arrival(
        moment,
        before.received_bytes + round(share * (stream[after].received_bytes - before.received_bytes)),
        _between(before.segments, stream[after].segments, share),
    )


def _between(before: int | None, after: int | None, share: float) -> int | None:
    return None if before is None or after is None else before + round(share * (after - before))


def thinned(arrivals: Sequence[Arrival], most: int) -> tuple[Arrival, ...]:
    """At most `most` (at least two) of `arrivals`, evenly in their order, the first and the last among them."""
    if len(arrivals) <= most:
        return tuple(arrivals)
    step = (len(arrivals) - 1) / (most - 1)
    return tuple(arrivals[round(index * step)] for index in range(most))
