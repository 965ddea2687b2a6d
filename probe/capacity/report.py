"""Pure. A test of IP-layer capacity as the record of a speed test.

Everything that a record gives in TCP payload is carried down from IP packets: times 1448/1500 on IPv4 (timestamps in
TCP), 1428/1500 on IPv6, as if the packets had carried TCP. That is `rate_bps` (from RFC 9097's maximum, which stands as
it is in `ip_rate_bps`), `mean_bps`, `uncertainty_bps`, `bytes` and `series`. Knows nothing of sockets or clocks.
"""

from dataclasses import dataclass, replace

from probe.body.conditions import Conditions
from probe.body.speed_test import Direction, Failure, Limit, Server, SpeedTest
from probe.capacity.pdu import VERSION, Algorithm
from probe.capacity.plan import CapacityPlan
from probe.capacity.result import TCP_SHARE, Capacity, Ledger

METHOD = "udp"
_RULE = 1  # of our search and reduction; a change that moves results counts it up
_STARVED_SHARE = (
    0.01  # of the load: forgone by a sender that woke too late, or dropped by a receiver that read too late
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What this end saw besides the ledger. `starved_share`: of the load, what this machine could not send or read."""

    direction: Direction
    packet_bytes: int
    address: str
    ip_version: int
    idle_rtt_ms: float | None
    starved_share: float
    failure: Failure | None
    conditions: Conditions


def method_version(plan: CapacityPlan, packet_bytes: int) -> str:
    """Protocol, search and packet size.

    >>> method_version(CapacityPlan(url="udp://measure.example"), 1500)
    'rfc9946/20 search-b/1 packets-1500'
    """
    return f"rfc9946/{VERSION} search-{Algorithm(plan.algorithm).name.lower()}/{_RULE} packets-{packet_bytes}"


def unreached(plan: CapacityPlan, direction: Direction, packet_bytes: int, failure: Failure) -> SpeedTest:
    """A test that did not come about."""
    return SpeedTest(
        direction=direction,
        method=METHOD,
        method_version=method_version(plan, packet_bytes),
        server=Server(url=plan.url, demonstration=plan.demonstration),
        failure=failure,
    )


def report(plan: CapacityPlan, ledger: Ledger, facts: Facts) -> SpeedTest:
    """The record. A test that ended before a whole sub-interval was CUT_SHORT."""
    capacity = ledger.capacity()
    failure = facts.failure or (Failure.CUT_SHORT if capacity is None else None)
    share = TCP_SHARE[facts.ip_version]
    test = SpeedTest(
        direction=facts.direction,
        method=METHOD,
        method_version=method_version(plan, facts.packet_bytes),
        server=Server(url=plan.url, address=facts.address, demonstration=plan.demonstration),
        bytes=round(ledger.ip_bytes * share),
        duration_s=ledger.us / 1e6,
        idle_rtt_ms=facts.idle_rtt_ms,
        lost_share=ledger.lost_share,
        series=ledger.series,
        conditions=facts.conditions,
        failure=failure or Failure.CUT_SHORT,
    )
    if capacity is None or failure is not None:
        return test
    return replace(
        test,
        rate_bps=_carried(capacity.ip_bps, share),
        mean_bps=_carried(ledger.mean_ip_bps, share),
        ip_rate_bps=_carried(capacity.ip_bps, 1.0),
        uncertainty_bps=_carried(capacity.uncertainty_ip_bps, share),
        loaded_rtt_ms=capacity.loaded_rtt_ms,
        limited_by=_limit(capacity, facts.starved_share),
        failure=None,
    )


def _carried(ip_bps: float | None, share: float) -> int | None:
    return None if ip_bps is None else round(ip_bps * share)


def _limit(capacity: Capacity, starved_share: float) -> Limit:
    """A search that ended, by time or by the plan's caps, before the line was full: the sender held the rate down."""
    if starved_share > _STARVED_SHARE:
        return Limit.CPU
    return Limit.NETWORK if capacity.full else Limit.SENDER_BUFFER
