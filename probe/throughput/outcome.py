"""Pure. From what both ends counted to the record's noun: which counter stands for what, and when a test has failed.

Knows nothing of sockets or threads, and of rates only that `estimate` makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from probe.record import Conditions, Direction, Failure, Progress, Server, SpeedTest
from probe.throughput import estimate
from probe.throughput.arrival import Arrival, rising, thinned, together
from probe.throughput.estimate import Told
from probe.throughput.ndt7.measurement import Measurement
from probe.throughput.tcp_info import TcpInfo, header_bytes

MOST_PROGRESS = 100
_LOADED_AFTER_US = 500_000  # the queue needs a moment to fill
_FEWEST_MESSAGES = 4  # below that an upload is judged by what was acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One connection. Microseconds count from the start of the load, on this end's clock.

    `readings`: this end's counters under load, the first before it; never empty. `said`: the server's messages, may be
    empty. `last`: this end's counters at the very end.
    """

    readings: tuple[tuple[int, TcpInfo], ...]
    said: tuple[tuple[int, Measurement], ...]
    last: TcpInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A test whose connections were opened. `seen` is never empty; `failure` is None where none was noticed.

    `congestion_control` is this end's; `whole`: whether the load went on for as long as was planned.
    """

    direction: Direction
    server: Server
    seen: tuple[Seen, ...]
    ipv6: bool
    congestion_control: str
    whole: bool
    failure: Failure | None


def failed(direction: Direction, server: Server, failure: Failure, streams: int) -> SpeedTest:
    """A test that came to no load."""
    return SpeedTest(
        direction=direction,
        method=estimate.METHOD,
        method_version=estimate.METHOD_VERSION,
        server=server,
        streams=streams,
        failure=failure,
    )


def own_traffic(observed: Observed) -> tuple[int | None, int | None]:
    """(bytes of IP packets, packets) that the test itself moved in its direction over this end's interface.

    (None, None) where the kernel does not tell.
    """
    payload, packets = ("bytes_received", "segs_in") if _is_download(observed) else ("bytes_sent", "segs_out")
    ip_bytes = packet_count = 0
    for seen in observed.seen:
        moved, count = _grown(seen, payload), _grown(seen, packets)
        if moved is None or count is None:
            return None, None
        ip_bytes += moved + count * header_bytes(seen.last, ipv6=observed.ipv6)
        packet_count += count
    return ip_bytes, packet_count


def speed_test(observed: Observed, conditions: Conditions) -> SpeedTest:
    """The record's noun. A test with a failure has no rates, but keeps what was counted."""
    told = tuple(_told(observed.direction, seen) for seen in observed.seen)
    found = None if observed.failure else estimate.estimate(told)
    moved_bytes = _moved_bytes(observed)
    senders = _senders(observed)
    return SpeedTest(
        direction=observed.direction,
        method=estimate.METHOD,
        method_version=estimate.METHOD_VERSION,
        server=observed.server,
        streams=len(observed.seen),
        congestion_control=_congestion_control(observed),
        rate_bps=None if found is None else found.rate_bps,
        mean_bps=None if found is None else estimate.mean_bps(told),
        ip_rate_bps=None if found is None else _ip_rate_bps(observed, found.rate_bps),
        uncertainty_bps=None if found is None else found.uncertainty_bps,
        bytes=moved_bytes,
        duration_s=max(seen.readings[-1][0] for seen in observed.seen) / 1_000_000,
        idle_rtt_ms=_idle_rtt_ms(observed),
        loaded_rtt_ms=_loaded_rtt_ms(observed),
        retransmitted_share=_retransmitted_share(senders),
        limited_by=None if found is None else estimate.limited_by(senders, conditions.cpu_share),
        series=_series(told),
        conditions=conditions,
        failure=observed.failure or (_shortfall(observed, moved_bytes) if found is None else None),
    )


def _is_download(observed: Observed) -> bool:
    return observed.direction is Direction.DOWNLOAD


def _told(direction: Direction, seen: Seen) -> Told:
    """The receiver's count: this end's own, or the server's word, or at worst what the server acknowledged."""
    if direction is Direction.DOWNLOAD:
        own = (
            Arrival(us, info.bytes_received, info.data_segs_in)
            for us, info in seen.readings
            if info.bytes_received is not None
        )
        return Told(arrivals=rising(tuple(own)), segment_bytes=seen.last.rcv_mss)
    messages = [(us, one) for us, one in seen.said if one.arrivals]
    if len(messages) >= _FEWEST_MESSAGES:
        return Told(arrivals=_on_our_clock(messages), segment_bytes=messages[-1][1].tcp.rcv_mss)
    acknowledged = (Arrival(us, info.bytes_acked) for us, info in seen.readings if info.bytes_acked is not None)
    return Told(arrivals=rising(tuple(acknowledged)), segment_bytes=None)


def _on_our_clock(messages: Sequence[tuple[int, Measurement]]) -> tuple[Arrival, ...]:
    """The server's clock starts at its own moment. The message that came quickest tells the difference best."""
    ahead_us = min(us - one.arrivals[-1].elapsed_us for us, one in messages)
    arrivals = (
        Arrival(arrival.elapsed_us + ahead_us, arrival.received_bytes, arrival.segments)
        for _, one in messages
        for arrival in one.arrivals
        if arrival.elapsed_us + ahead_us >= 0
    )
    return rising(tuple(arrivals))


def _moved_bytes(observed: Observed) -> int | None:
    """Payload that the receiver's kernel took in: counted, or acknowledged, to the very end."""
    counter = "bytes_received" if _is_download(observed) else "bytes_acked"
    parts = [_grown(seen, counter) for seen in observed.seen]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _grown(seen: Seen, counter: str) -> int | None:
    first, last = getattr(seen.readings[0][1], counter), getattr(seen.last, counter)
    return None if first is None or last is None else int(last - first)


def _senders(observed: Observed) -> tuple[TcpInfo, ...]:
    """The sending ends' counters under load; empty where the server is one and said nothing."""
    if not _is_download(observed):
        return tuple(seen.readings[-1][1] for seen in observed.seen)
    return tuple(seen.said[-1][1].tcp for seen in observed.seen if seen.said)


def _congestion_control(observed: Observed) -> str | None:
    if not _is_download(observed):
        return observed.congestion_control
    return next((one.congestion_control for seen in observed.seen for _, one in seen.said[-1:]), None)


def _ip_rate_bps(observed: Observed, rate_bps: int) -> int | None:
    """By the packet arithmetic: full packets, each with its headers."""
    last = observed.seen[0].last
    payload = last.rcv_mss if _is_download(observed) else last.snd_mss
    if not payload:
        return None
    return round(rate_bps * (payload + header_bytes(last, ipv6=observed.ipv6)) / payload)


def _idle_rtt_ms(observed: Observed) -> float | None:
    """The least that any connection saw: the handshake's, unless something was still queued then."""
    least = [seen.last.min_rtt_us for seen in observed.seen if seen.last.min_rtt_us]
    return _milliseconds(min(least, default=None))


def _loaded_rtt_ms(observed: Observed) -> float | None:
    """The median of what the sending kernel estimated: it alone sees the round trips of the bulk."""
    samples: list[int] = []
    for seen in observed.seen:
        told = seen.readings if not _is_download(observed) else tuple((us, one.tcp) for us, one in seen.said)
        samples += [info.rtt_us for us, info in told if us >= _LOADED_AFTER_US and info.rtt_us]
    return _milliseconds(round(median(samples))) if samples else None


def _milliseconds(us: int | None) -> float | None:
    return None if us is None else us / 1000


def _retransmitted_share(senders: Sequence[TcpInfo]) -> float | None:
    sent = sum(one.bytes_sent or 0 for one in senders)
    if not sent or any(one.bytes_retrans is None for one in senders):
        return None
    return sum(one.bytes_retrans or 0 for one in senders) / sent


def _series(told: Sequence[Told]) -> tuple[Progress, ...]:
    counts = together([one.arrivals for one in told])
    return tuple(
        Progress(one.elapsed_us / 1000, one.received_bytes - counts[0].received_bytes)
        for one in thinned(counts, MOST_PROGRESS)
    )


def _shortfall(observed: Observed, moved_bytes: int | None) -> Failure:
    """Why there is no rate though nothing failed outright."""
    return Failure.TIMED_OUT if observed.whole and not moved_bytes else Failure.CUT_SHORT
