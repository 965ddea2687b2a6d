"""Vocabulary. One direction of one speed test, as observed.

A failed test is an observation too: it has a `failure` and no rates. Knows nothing of what was promised.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from probe.body.amount import at_least_zero
from probe.body.conditions import Conditions
from probe.body.course import Burst, EndedBy, Prescribed
from probe.body.draw import Draw


class Direction(StrEnum):
    """Seen from the customer: download is towards the line."""

    DOWNLOAD = "download"
    UPLOAD = "upload"


class Failure(StrEnum):
    """Why a measurement gave no result: what could not be asked, never what it might have said."""

    NAME_NOT_RESOLVED = "name_not_resolved"
    NO_ROUTE = "no_route"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    TLS = "tls"
    SERVER_REFUSED = "server_refused"  # the server answered and said no (busy, wrong path, no such protocol)
    PROTOCOL = "protocol"  # the server said something the protocol does not allow
    CUT_SHORT = "cut_short"  # the connection ended before enough was measured
    ABORTED = "aborted"  # the person or the probe stopped it
    NOT_TOLD = "not_told"  # another tool's log says that it failed, and not why; no probe of ours says so


class Limit(StrEnum):
    """What held the rate down, as the kernel's counters tell (tcp_info: busy, rwnd_limited, sndbuf_limited)."""

    NETWORK = "network"
    RECEIVER_WINDOW = "receiver_window"
    SENDER_BUFFER = "sender_buffer"
    CPU = "cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The other end of a speed test. `address` is the server's, as connected to; None where no connection was made.

    `tls_version` and `tls_cipher` as OpenSSL names what was agreed; None in clear text and where nothing was.
    """

    url: str
    address: str | None = None
    tls: bool = False
    demonstration: bool = False  # started by Prova itself on this machine: shows how it works, proves nothing
    address_family: int | None = None  # 4 or 6
    tls_version: str | None = None
    tls_cipher: str | None = None

    def __post_init__(self) -> None:
        if self.address_family not in {None, 4, 6}:
            raise ValueError(f"address_family must be 4 or 6, but is {self.address_family}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSaid:
    """What the other end said of itself during the test; None where it did not say. Nobody but itself vouches for it.

    `name` as its operator gave it; `instance` a random word that it keeps; `connection` its own name of the first
    connection, and `own_address` its end of that as it sees it (M-Lab's UUID and Server). `tests_count`: the most tests
    that it served at once, this one inside. The shares are over the test's time, as `Conditions` has them.
    `other_bytes`: on its interface, in the test's direction, beyond the test's own; `link_bps`: of that interface.
    """

    name: str | None = None
    instance: str | None = None
    software: str | None = None
    connection: str | None = None
    own_address: str | None = None
    tests_count: int | None = None
    cpu_share: float | None = None
    process_cpu_share: float | None = None
    cpu_pressure_share: float | None = None
    other_bytes: int | None = None
    link_bps: int | None = None

    def __post_init__(self) -> None:
        at_least_zero(
            tests_count=self.tests_count,
            cpu_share=self.cpu_share,
            process_cpu_share=self.process_cpu_share,
            cpu_pressure_share=self.cpu_pressure_share,
            other_bytes=self.other_bytes,
            link_bps=self.link_bps,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrips:
    """Small datagrams there and back, a stream of its own that loads nothing; `method` names how, as in "latency1".

    `lost_count` of the `sent_count` did not come back. The percentiles are None where there were too few. `rpm`: 60,000
    over the mean of the lower 95 % of the times in ms; round trips a minute, but none of those that
    draft-ietf-ippm-responsiveness adds up, which are TCP's, TLS's and HTTP's.
    """

    method: str
    sent_count: int
    lost_count: int
    median_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    rpm: int | None = None

    def __post_init__(self) -> None:
        at_least_zero(sent_count=self.sent_count, lost_count=self.lost_count, rpm=self.rpm)
        at_least_zero(median_ms=self.median_ms, p95_ms=self.p95_ms, p99_ms=self.p99_ms)
        if self.lost_count > self.sent_count:
            raise ValueError(f"lost_count {self.lost_count} is more than the {self.sent_count} sent")


@dataclass(frozen=True, slots=True)
class Progress:
    """The receiver's count at one moment of a test: bytes of TCP payload since the first byte was due."""

    elapsed_ms: float
    received_bytes: int

    def __post_init__(self) -> None:
        at_least_zero(elapsed_ms=self.elapsed_ms, received_bytes=self.received_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTest:
    """One direction of one speed test. All rates in bit/s, at the receiver.

    `rate_bps`: steady rate of TCP payload, the start-up removed (`method_version` names the rule).
    `mean_bps`: the whole test's mean of TCP payload, start-up inside, as ndt7 itself reports it.
    `ip_rate_bps`: `rate_bps` carried up to IP packets: times packet size over payload per packet (1500/1448 on IPv4).
    `ethernet_rate_bps`: the same on an Ethernet port, 38 bytes a packet more: header 14, check sequence 4, preamble 8,
    gap 12 (IEEE 802.3, no VLAN tag).
    `uncertainty_bps`: half-width of the 95 % interval of `rate_bps`, from this test alone.
    `steady`: whether the rate is one that the test kept up; None where its method does not say.
    `burst`: None where none was seen; one that lasts as long as the test cannot be.
    `bytes`: TCP payload received; also counted when the test failed midway.
    `lost_share`: of the packets sent, those that never came; only methods that send datagrams see it.
    `series`: sorted by time, may be empty; of several connections the sum, `stream_series` each alone (empty for one).
    `loaded_rtt_ms` is the median of the round-trip times under load, beside it two plain percentiles, None where there
    were too few. `responsiveness_rpm`: round trips per minute under load, of which only the load's own connections are
    known: 60,000 over the mean of the lower 95 % of their round-trip times in ms (draft-ietf-ippm-responsiveness, its
    term for those connections alone). `idle_round_trips`, `loaded_round_trips`: just before the load, and beside it;
    None where the server offers none. A failed test has `failure` and no rates.
    `draw`: how the test came to be made, None where a person made it.
    """

    direction: Direction
    method: str
    method_version: str
    server: Server
    streams: int = 1
    congestion_control: str | None = None
    rate_bps: int | None = None
    mean_bps: int | None = None
    ip_rate_bps: int | None = None
    uncertainty_bps: int | None = None
    bytes: int | None = None
    duration_s: float | None = None
    idle_rtt_ms: float | None = None
    loaded_rtt_ms: float | None = None
    retransmitted_share: float | None = None
    lost_share: float | None = None
    limited_by: Limit | None = None
    series: tuple[Progress, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    failure: Failure | None = None
    stream_series: tuple[tuple[Progress, ...], ...] = ()
    loaded_rtt_p95_ms: float | None = None
    loaded_rtt_p99_ms: float | None = None
    responsiveness_rpm: int | None = None
    server_said: ServerSaid | None = None
    idle_round_trips: RoundTrips | None = None
    loaded_round_trips: RoundTrips | None = None
    draw: Draw | None = None
    ethernet_rate_bps: int | None = None
    steady: bool | None = None
    burst: Burst | None = None
    ended_by: EndedBy | None = None
    prescribed: Prescribed | None = None

    def __post_init__(self) -> None:
        at_least_zero(
            rate_bps=self.rate_bps,
            mean_bps=self.mean_bps,
            ip_rate_bps=self.ip_rate_bps,
            uncertainty_bps=self.uncertainty_bps,
            bytes=self.bytes,
            duration_s=self.duration_s,
            idle_rtt_ms=self.idle_rtt_ms,
            loaded_rtt_ms=self.loaded_rtt_ms,
            retransmitted_share=self.retransmitted_share,
            lost_share=self.lost_share,
            loaded_rtt_p95_ms=self.loaded_rtt_p95_ms,
            loaded_rtt_p99_ms=self.loaded_rtt_p99_ms,
            responsiveness_rpm=self.responsiveness_rpm,
            ethernet_rate_bps=self.ethernet_rate_bps,
        )
        if self.failure is not None and self.rate_bps is not None:
            raise ValueError("a failed test has no rate_bps")
        if self.failure is None and self.rate_bps is None:
            raise ValueError("a test without a failure needs a rate_bps")
