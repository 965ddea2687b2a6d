"""Pure. From what both ends counted to the record's noun: which counter stands for what, and when a test has failed.

Knows nothing of sockets or threads, and of rates only that `estimate` makes them.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from probe.body.conditions import Conditions
from probe.body.course import EndedBy, Prescribed
from probe.body.speed_test import Direction, Failure, Limit, Progress, Server, SpeedTest
from probe.throughput import estimate, round_trip
from probe.throughput.arrival import Arrival, moved_between, rising, thinned, together
from probe.throughput.estimate import Estimate, Told
from probe.throughput.host import told as host
from probe.throughput.observed import Observed, Seen
from probe.throughput.rate import certain
from probe.throughput.rate.layer import Layers, layers
from probe.throughput.rate.limit import Load, limited_by
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo, header_bytes

MOST_PROGRESS = 100
_MOST_STREAM_PROGRESS = 320  # of all connections together, beside their sum: a record has to fit its batch
_START_SHARE = 3
_MOSTLY_SHARE, _LONG_S = 0.4, 1.0  # of the test, or so long: a busy machine gives a short plateau now and then
_DROPPED_SHARE, _MUCH_DROPPED_SHARE = 0.04, 0.15  # retransmitted
_ALONE_BELOW_SHARE, _BELOW_SHARE = 0.022, 0.014  # of the rate: one BBR connection, several
_FEWEST_MESSAGES = 4  # below that an upload is judged by what was acknowledged


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
    packets = "segs_in" if observed.is_download else "segs_out"
    ip_bytes = packet_count = 0
    for seen in observed.seen:
        moved = _received_payload(seen) if observed.is_download else _grown(seen, "bytes_sent")
        count = _grown(seen, packets)
        if moved is None or count is None:
            return None, None
        ip_bytes += moved + count * header_bytes(seen.last, ipv6=observed.is_ipv6)
        packet_count += count
    return ip_bytes, packet_count


def _received_payload(seen: Seen) -> int | None:
    """What came over the line, with what waits out of order behind a loss: that is not in `bytes_received` yet.

    No more than the packets that came can have held. None where the kernel does not tell.
    """
    in_order, out_of_order = _grown(seen, "bytes_received"), _grown(seen, "rcv_ooopack")
    packets, packet_bytes = _grown(seen, "data_segs_in"), seen.last.rcv_mss
    if in_order is None or out_of_order is None or packets is None or packet_bytes is None:
        return in_order
    return max(in_order, min(packets * packet_bytes, in_order + out_of_order * packet_bytes))


def found(observed: Observed) -> Estimate | None:
    """The rate by what is known so far, at the confidence that as many looks leave; None where it cannot be said."""
    return estimate.estimate(_told(observed), certain.confidence(observed.looks))


def speed_test(observed: Observed, conditions: Conditions) -> SpeedTest:
    """The record's noun. A test with a failure has no rates, but keeps what was counted."""
    told = _told(observed)
    moved_bytes = _moved_bytes(observed)
    rtts_ms = round_trip.loaded_rtts_ms(observed)
    test = SpeedTest(
        direction=observed.direction,
        method=observed.method,
        method_version=_method_version(observed.version),
        server=observed.server,
        streams=len(observed.seen),
        congestion_control=_congestion_control(observed),
        bytes=moved_bytes,
        duration_s=max(seen.readings[-1][0] for seen in observed.seen) / 1_000_000,
        idle_rtt_ms=round_trip.idle_rtt_ms(observed),
        loaded_rtt_ms=median(rtts_ms) if rtts_ms else None,
        loaded_rtt_p95_ms=round_trip.percentile(rtts_ms, 0.95),
        loaded_rtt_p99_ms=round_trip.percentile(rtts_ms, 0.99),
        responsiveness_rpm=round_trip.responsiveness_rpm(rtts_ms),
        retransmitted_share=_retransmitted_share(_senders(observed)[1]),
        series=_series([one.arrivals for one in told], MOST_PROGRESS),
        stream_series=_stream_series(told),
        conditions=conditions,
        ended_by=observed.ended_by,
        server_said=host.together([one.host for _, one in seen.said if one.host] for seen in observed.seen),
        failure=observed.failure or _shortfall(observed, moved_bytes),
    )
    rate = None if observed.failure else found(observed)
    return test if rate is None else _with_rate(test, observed, told, rate)


def _with_rate(test: SpeedTest, observed: Observed, told: Sequence[Told], rate: Estimate) -> SpeedTest:
    limit = limited_by(_load(test, observed, rate))
    test = replace(test, limited_by=limit)
    steady = rate.steady and limit in {Limit.NETWORK, None} and not (rate.in_order and _drops(test))
    layer = _layers(observed, rate.rate_bps)
    return replace(
        test,
        rate_bps=rate.rate_bps,
        mean_bps=estimate.mean_bps(told),
        ip_rate_bps=None if layer is None else layer.ip_bps,
        ethernet_rate_bps=None if layer is None else layer.ethernet_bps,
        uncertainty_bps=_uncertainty_bps(test, rate, steady=steady),
        steady=steady,
        burst=rate.burst,
        ended_by=_ended_by(observed),
        prescribed=_prescribed(observed, told),
        failure=None,
    )


def _drops(test: SpeedTest) -> bool:
    return (test.retransmitted_share or 0) >= _DROPPED_SHARE


def _uncertainty_bps(test: SpeedTest, rate: Estimate, *, steady: bool) -> int | None:
    """The estimate's own, unless something else kept the rate down: then the line gives as much, and nobody knows more.

    A line that drops much has a queue shorter than what senders send at once; they were seen to keep below it by less
    than the two shares (docs/decisions/0009).
    """
    own = test.limited_by not in {Limit.NETWORK, None}
    if own or (not steady and (rate.steady or _drops(test))):
        return max(rate.uncertainty_bps or 0, rate.rate_bps)
    if rate.uncertainty_bps is None:
        return None
    much = (test.retransmitted_share or 0) >= _MUCH_DROPPED_SHARE
    below_share = _ALONE_BELOW_SHARE if test.streams == 1 and _drops(test) else _BELOW_SHARE if much else 0
    return max(rate.uncertainty_bps, round(rate.rate_bps * below_share))


def _load(test: SpeedTest, observed: Observed, rate: Estimate) -> Load:
    first, last = _senders(observed)
    return Load(
        flat=rate.steady and rate.kept_up_s >= min(_LONG_S, _MOSTLY_SHARE * (test.duration_s or 0)),
        first=first,
        last=last,
        idle_rtt_ms=test.idle_rtt_ms,
        loaded_rtt_ms=test.loaded_rtt_ms,
        retransmitted_share=test.retransmitted_share,
        cpu_share=test.conditions.cpu_share,
    )


def _ended_by(observed: Observed) -> EndedBy:
    if observed.ended_by is not None:
        return observed.ended_by
    return EndedBy.FULL_LENGTH if observed.whole else EndedBy.SERVER


def _prescribed(observed: Observed, told: Sequence[Told]) -> Prescribed | None:
    wanted = observed.prescription
    if wanted is None:
        return None
    counts = together([one.arrivals for one in told])
    moved = moved_between(counts, wanted.lead_in_s, wanted.lead_in_s + wanted.measured_s)
    return Prescribed(
        profile=wanted.profile,
        edition=wanted.edition,
        lead_in_s=wanted.lead_in_s,
        measured_s=wanted.measured_s,
        bps=None if moved is None else round(moved * 8 / wanted.measured_s),
    )


def _method_version(version: str) -> str:
    return f"{version} {estimate.RULE}"


def _told(observed: Observed) -> tuple[Told, ...]:
    return tuple(_told_of(observed.direction, seen) for seen in observed.seen)


def _told_of(direction: Direction, seen: Seen) -> Told:
    """The receiver's count: this end's own, or the server's word, or at worst what the server acknowledged."""
    if direction is Direction.DOWNLOAD:
        own = (
            Arrival(us, info.bytes_received, info.data_segs_in, info.rcv_ooopack)
            for us, info in seen.readings
            if info.bytes_received is not None
        )
        return Told(arrivals=rising(tuple(own)), segment_bytes=seen.last.rcv_mss)
    messages = [(us, one) for us, one in seen.said if one.arrivals]
    said = _on_our_clock(messages) if len(messages) >= _FEWEST_MESSAGES else ()
    if said and said[-1].elapsed_us - said[0].elapsed_us >= estimate.SHORTEST_S * 1_000_000:
        return Told(arrivals=said, segment_bytes=messages[-1][1].tcp.rcv_mss)
    acknowledged = (Arrival(us, info.bytes_acked) for us, info in seen.readings if info.bytes_acked is not None)
    return Told(arrivals=rising(tuple(acknowledged)), segment_bytes=None)


def _on_our_clock(messages: Sequence[tuple[int, Said]]) -> tuple[Arrival, ...]:
    """The server's clock starts at its own moment. The message that came quickest tells the difference best."""
    ahead_us = min(us - one.arrivals[-1].elapsed_us for us, one in messages)
    arrivals = (
        replace(arrival, elapsed_us=arrival.elapsed_us + ahead_us)
        for _, one in messages
        for arrival in one.arrivals
        if arrival.elapsed_us + ahead_us >= 0
    )
    return rising(tuple(arrivals))


def _moved_bytes(observed: Observed) -> int | None:
    """Payload that the receiver's kernel took in: counted, or acknowledged, to the very end."""
    counter = "bytes_received" if observed.is_download else "bytes_acked"
    parts = [_grown(seen, counter) for seen in observed.seen]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _grown(seen: Seen, counter: str) -> int | None:
    first, last = getattr(seen.readings[0][1], counter), getattr(seen.last, counter)
    return None if first is None or last is None else int(last - first)


def _senders(observed: Observed) -> tuple[tuple[TcpInfo, ...], tuple[TcpInfo, ...]]:
    """The sending ends' counters when a third of the load was over, and at its end; empty where none said any.

    The first third is the start's: what a sender waited for then says nothing of the steady rate.
    """
    rows = [
        tuple((us, one.tcp) for us, one in seen.said) if observed.is_download else seen.readings
        for seen in observed.seen
    ]
    known = [row for row in rows if row]
    early = (next((info for us, info in row if us * _START_SHARE >= row[-1][0]), row[-1][1]) for row in known)
    first = tuple(info for info, row in zip(early, known, strict=True) if len(row) > 1)
    return first, tuple(row[-1][1] for row in known)


def _congestion_control(observed: Observed) -> str | None:
    if not observed.is_download:
        return observed.congestion_control
    said = (one.congestion_control for seen in observed.seen for _, one in reversed(seen.said))
    return next((one for one in said if one), None)


def _layers(observed: Observed, rate_bps: int) -> Layers | None:
    last = observed.seen[0].last
    payload_bytes = last.rcv_mss if observed.is_download else last.snd_mss
    return layers(rate_bps, payload_bytes, last, ipv6=observed.is_ipv6)


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
