"""Pure. From what a latency1 server counted, and what its client heard, to the record's noun.

The server's times hold what the client took to send each datagram back; the client knows that, and it is taken off.
Knows nothing of sockets or clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from probe.body.speed_test import RoundTrips
from probe.throughput import round_trip
from probe.throughput.latency1 import packet

_NS_PER_US = 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """One datagram at the client: the kernel's nanosecond, and how long its echo took to leave."""

    arrived_ns: int
    held_ns: int


def reduce(
    rtts_us: Sequence[int | None], heard: Mapping[int, Heard], *, since_ns: int, until_ns: int
) -> RoundTrips | None:
    """What there is of [since, until): of the sequences from the first to the last that were heard then.

    None where none was. What was lost before that first or after that last one is not counted, for nobody knows when
    it was sent.
    """
    within = [number for number, one in heard.items() if since_ns <= one.arrived_ns < until_ns]
    span = range(min(within, default=0), min(max(within, default=-1) + 1, len(rtts_us)))
    if not span:
        return None
    times_ms = sorted(
        max(1, rtt_us - (heard[number].held_ns // _NS_PER_US if number in heard else 0)) / 1000
        for number in span
        if (rtt_us := rtts_us[number]) is not None
    )
    return RoundTrips(
        method=packet.VERSION,
        sent_count=len(span),
        lost_count=len(span) - len(times_ms),
        median_ms=median(times_ms) if times_ms else None,
        p95_ms=round_trip.percentile(times_ms, 0.95),
        p99_ms=round_trip.percentile(times_ms, 0.99),
        rpm=round_trip.responsiveness_rpm(times_ms),
    )
