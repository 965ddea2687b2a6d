"""Pure. From what both ends counted to the record's noun: which counter stands for what, and when a test has failed.

Knows nothing of sockets or threads, and of rates only that `estimate` makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median

from probe.body.conditions import Conditions
from probe.body.speed_test import Direction, Failure, Progress, Server, SpeedTest
from probe.throughput import estimate
from probe.throughput.arrival import Arrival, rising, thinned, together
from probe.throughput.estimate import Told
from probe.throughput.host import told as host
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo, header_bytes

MOST_PROGRESS = 100
_MOST_STREAM_PROGRESS = 320  # of all connections together, beside their sum: a record has to fit its batch
_LOADED_AFTER_US = 500_000  # the queue needs a moment to fill
_FEWEST_MESSAGES = 4  # below that an upload is judged by what was acknowledged
_FEWEST_FOR = {0.95: 20, 0.99: 100}  # round-trip times: fewer have no such percentile but their greatest
_RESPONSIVE_SHARE = 0.95  # of the round-trip times count for responsiveness, the lower ones
_MS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One connection. Microseconds count from the start of the load, on this end's clock.

    `readings`: this end's counters under load, the first before it; never empty. `said`: the server's messages, may be
    empty. `last`: this end's counters at the very end.
    """

    readings: tuple[tuple[int, TcpInfo], ...]
    said: tuple[tuple[int, Said], ...]
    last: TcpInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A test whose connections were opened. `seen` is never empty; `failure` is None where none was noticed.

    `version` names the protocol with its version. `congestion_control` is this end's; `whole`: whether the load went on
    for as long as was planned.
    """

    direction: Direction
    method: str
    version: str
    server: Server
    seen: tuple[Seen, ...]
    congestion_control: str
    whole: bool
    failure: Failure | None


def failed(
    *, direction: Direction, method: str, version: str, server: Server, failure: Failure, streams: int
) -> SpeedTest:
    """A test that came to no load."""
    return SpeedTest(
        direction=direction,
        method=method,
        method_version=_method_version(version),
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
        ip_bytes += moved + count * header_bytes(seen.last, ipv6=_is_ipv6(observed))
        packet_count += count
    return ip_bytes, packet_count


def speed_test(observed: Observed, conditions: Conditions) -> SpeedTest:
    """The record's noun. A test with a failure has no rates, but keeps what was counted."""
    told = tuple(_told(observed.direction, seen) for seen in observed.seen)
    found = None if observed.failure else estimate.estimate(told)
    moved_bytes = _moved_bytes(observed)
    senders = _senders(observed)
    rtts_ms = _loaded_rtts_ms(observed)
    return SpeedTest(
        direction=observed.direction,
        method=observed.method,
        method_version=_method_version(observed.version),
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
        loaded_rtt_ms=median(rtts_ms) if rtts_ms else None,
        loaded_rtt_p95_ms=_percentile(rtts_ms, 0.95),
        loaded_rtt_p99_ms=_percentile(rtts_ms, 0.99),
        responsiveness_rpm=_responsiveness_rpm(rtts_ms),
        retransmitted_share=_retransmitted_share(senders),
        limited_by=None if found is None else estimate.limited_by(senders, conditions.cpu_share),
        series=_series([one.arrivals for one in told], MOST_PROGRESS),
        stream_series=_stream_series(told),
        conditions=conditions,
        server_said=host.together([one.host for _, one in seen.said if one.host] for seen in observed.seen),
        failure=observed.failure or (_shortfall(observed, moved_bytes) if found is None else None),
    )


def _method_version(version: str) -> str:
    return f"{version} {estimate.RULE}"


def _is_ipv6(observed: Observed) -> bool:
    return observed.server.address_family == 6


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


def _on_our_clock(messages: Sequence[tuple[int, Said]]) -> tuple[Arrival, ...]:
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
    said = (one.congestion_control for seen in observed.seen for _, one in reversed(seen.said))
    return next((one for one in said if one), None)


def _ip_rate_bps(observed: Observed, rate_bps: int) -> int | None:
    """By the packet arithmetic: full packets, each with its headers."""
    last = observed.seen[0].last
    payload = last.rcv_mss if _is_download(observed) else last.snd_mss
    if not payload:
        return None
    return round(rate_bps * (payload + header_bytes(last, ipv6=_is_ipv6(observed))) / payload)


def _idle_rtt_ms(observed: Observed) -> float | None:
    """The least that any connection saw: the handshake's, unless something was still queued then."""
    least = [seen.last.min_rtt_us for seen in observed.seen if seen.last.min_rtt_us]
    return _milliseconds(min(least, default=None))


def _loaded_rtts_ms(observed: Observed) -> list[float]:
    """Sorted: what the sending kernels estimated under load. They alone see the round trips of the bulk."""
    samples: list[tuple[int, int | None]] = []
    for seen in observed.seen:
        if not _is_download(observed):
            samples += [(us, info.rtt_us) for us, info in seen.readings]
        elif any(one.round_trips for _, one in seen.said):
            samples += [row for _, one in seen.said for row in one.round_trips]
        else:
            samples += [(us, one.tcp.rtt_us) for us, one in seen.said]
    return sorted(rtt_us / 1000 for us, rtt_us in samples if us >= _LOADED_AFTER_US and rtt_us)


def _percentile(rtts_ms: Sequence[float], share: float) -> float | None:
    """The least that is not exceeded by `share` of them; None where there are too few."""
    if len(rtts_ms) < _FEWEST_FOR[share]:
        return None
    return rtts_ms[ceil(share * len(rtts_ms)) - 1]


def _responsiveness_rpm(rtts_ms: Sequence[float]) -> int | None:
    """draft-ietf-ippm-responsiveness, its term for the connections under load alone: nothing else is asked here."""
    if len(rtts_ms) < _FEWEST_FOR[_RESPONSIVE_SHARE]:
        return None
    return round(_MS_PER_MINUTE / fmean(rtts_ms[: ceil(_RESPONSIVE_SHARE * len(rtts_ms))]))


def _milliseconds(us: int | None) -> float | None:
    return None if us is None else us / 1000


def _retransmitted_share(senders: Sequence[TcpInfo]) -> float | None:
    sent = sum(one.bytes_sent or 0 for one in senders)
    if not sent or any(one.bytes_retrans is None for one in senders):
        return None
    return sum(one.bytes_retrans or 0 for one in senders) / sent


def _series(streams: Sequence[Sequence[Arrival]], most: int) -> tuple[Progress, ...]:
    counts = together(streams)
    return tuple(
        Progress(one.elapsed_us / 1000, one.received_bytes - counts[0].received_bytes) for one in thinned(counts, most)
    )


def _stream_series(told: Sequence[Told]) -> tuple[tuple[Progress, ...], ...]:
    if len(told) < 2:
        return ()
    return tuple(_series([one.arrivals], _MOST_STREAM_PROGRESS // len(told)) for one in told)


def _shortfall(observed: Observed, moved_bytes: int | None) -> Failure:
    """Why there is no rate though nothing failed outright."""
    return Failure.TIMED_OUT if observed.whole and not moved_bytes else Failure.CUT_SHORT
