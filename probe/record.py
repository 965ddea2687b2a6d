"""Vocabulary. What a probe observed: the nouns that every other room reads.

`None` is *not measured*; zero is *measured zero*. A failed measurement is a record too. Nothing here knows a contract
or a threshold. Fields are only ever added, never removed or given a new meaning (probe/WIRE.md).
Each class refuses impossible values at construction with a ValueError that names the field.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def check_name(what: str, name: str) -> str:
    """`name` itself, if it can stand as one level of a topic and as part of a record id. Raises ValueError if not."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{what} {name!r} must be 1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit")
    return name


def _at_least_zero(**values: float | None) -> None:
    for field, value in values.items():
        if value is not None and not value >= 0:
            raise ValueError(f"{field} must not be negative, but is {value}")


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


class Limit(StrEnum):
    """What held the rate down, as the kernel's counters tell (tcp_info: busy, rwnd_limited, sndbuf_limited)."""

    NETWORK = "network"
    RECEIVER_WINDOW = "receiver_window"
    SENDER_BUFFER = "sender_buffer"
    CPU = "cpu"


class Path(StrEnum):
    """Where the measuring server stands, as the probe's own routes tell."""

    LOOPBACK = "loopback"  # this very machine
    ON_LINK = "on_link"  # reached without a router: the own network
    ROUTED = "routed"  # behind the gateway


class LinkType(StrEnum):
    """The kind of the interface that the test ran over."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    LOOPBACK = "loopback"
    TUNNEL = "tunnel"
    VIRTUAL = "virtual"  # veth, bridge: a container or a virtual machine's inside
    OTHER = "other"


class Role(StrEnum):
    """What a reachability target stands for."""

    GATEWAY = "gateway"
    SERVER = "server"
    INTERNET = "internet"


class ProbeMethod(StrEnum):
    """How a reachability probe asks."""

    ICMP = "icmp"
    UDP = "udp"
    TCP = "tcp"


class NoAnswer(StrEnum):
    """Why a reachability probe got no round-trip time."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # a router or this machine said so
    NAME_NOT_RESOLVED = "name_not_resolved"
    NOT_SENT = "not_sent"  # the probe could not ask: says nothing of the line


class NoticeKind(StrEnum):
    """What a probe says of itself."""

    STARTED = "started"
    STOPPED = "stopped"
    TEST_SKIPPED = "test_skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One instant on both clocks.

    Wall time compares machines; monotonic time gives durations and only compares within one `boot_id`.
    `synchronised` is what the kernel said of the wall clock (adjtimex), None where it cannot be asked;
    `error_ms` the kernel's bound of the wall clock's error, None where not synchronised or not known.
    """

    at: datetime
    monotonic_ns: int
    boot_id: str
    synchronised: bool | None = None
    error_ms: float | None = None

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError(f"at must be in UTC, but is {self.at.isoformat()}")
        _at_least_zero(monotonic_ns=self.monotonic_ns, error_ms=self.error_ms)


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
class Source:
    """Where some of a test's conditions were read, and when.

    `of`: their names, separated by spaces. `at`: the moments of reading, in order; two where a difference was taken.
    """

    of: str
    origin: str
    at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What surrounded a speed test. Every field is None where it could not be read, or was not asked for.

    `reverse_bytes`: on that interface against the test's direction, its own acknowledgements inside. `household_bytes`:
    what the router counted at the line, in the test's direction, beyond the test's own packets; None also where its
    counter is in doubt. `cpu_pressure_share`, `memory_pressure_share`: of the test's time, when something waited for a
    core or for memory. `ceiling_bps`: what this machine was shown to measure this way, TCP payload (probe.calibration).
    """

    path: Path | None = None
    interface: str | None = None
    link_type: LinkType | None = None
    link_bps: int | None = None  # negotiated, at layer 1
    full_duplex: bool | None = None
    mtu_bytes: int | None = None  # of that interface
    signal_dbm: float | None = None  # Wi-Fi
    other_bytes: int | None = None  # on that interface during the test, in this direction, beyond the test's own
    reverse_bytes: int | None = None
    household_bytes: int | None = None
    neighbours_count: int | None = None  # devices that this machine has spoken to on that network, the router apart
    cpu_share: float | None = None  # of the busiest core during the test
    process_cpu_share: float | None = None  # this process's own, in cores: 1 is one core, all the time
    cpu_pressure_share: float | None = None
    memory_pressure_share: float | None = None
    ceiling_bps: int | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        _at_least_zero(
            link_bps=self.link_bps,
            mtu_bytes=self.mtu_bytes,
            other_bytes=self.other_bytes,
            reverse_bytes=self.reverse_bytes,
            household_bytes=self.household_bytes,
            neighbours_count=self.neighbours_count,
            cpu_share=self.cpu_share,
            process_cpu_share=self.process_cpu_share,
            cpu_pressure_share=self.cpu_pressure_share,
            memory_pressure_share=self.memory_pressure_share,
            ceiling_bps=self.ceiling_bps,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """The receiver's count at one moment of a test: bytes of TCP payload since the first byte was due."""

    elapsed_ms: float
    received_bytes: int

    def __post_init__(self) -> None:
        _at_least_zero(elapsed_ms=self.elapsed_ms, received_bytes=self.received_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTest:
    """One direction of one speed test. All rates in bit/s, at the receiver.

    `rate_bps`: steady rate of TCP payload, the start-up removed (`method_version` names the rule).
    `mean_bps`: the whole test's mean of TCP payload, start-up inside, as ndt7 itself reports it.
    `ip_rate_bps`: `rate_bps` carried up to IP packets: times packet size over payload per packet (1500/1448 on IPv4).
    `uncertainty_bps`: half-width of the 95 % interval of `rate_bps`, from this test alone.
    `bytes`: TCP payload received; also counted when the test failed midway.
    `lost_share`: of the packets sent, those that never came; only methods that send datagrams see it.
    `series`: sorted by time, may be empty; of several connections the sum, `stream_series` each alone (empty for one).
    `loaded_rtt_ms` is the median of the round-trip times under load, beside it two plain percentiles, None where there
    were too few. `responsiveness_rpm`: round trips per minute under load, of which only the load's own connections are
    known: 60,000 over the mean of the lower 95 % of their round-trip times in ms (draft-ietf-ippm-responsiveness, its
    term for those connections alone). A failed test has `failure` and no rates.
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
    conditions: Conditions = Conditions()
    failure: Failure | None = None
    stream_series: tuple[tuple[Progress, ...], ...] = ()
    loaded_rtt_p95_ms: float | None = None
    loaded_rtt_p99_ms: float | None = None
    responsiveness_rpm: int | None = None

    def __post_init__(self) -> None:
        _at_least_zero(
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
        )
        if self.failure is not None and self.rate_bps is not None:
            raise ValueError("a failed test has no rate_bps")
        if self.failure is None and self.rate_bps is None:
            raise ValueError("a test without a failure needs a rate_bps")


@dataclass(frozen=True, slots=True)
class Sample:
    """One reachability probe: when it was sent, after the record's start, and what came back.

    Exactly one of `rtt_ms` and `no_answer` is set.
    """

    offset_ms: int
    rtt_ms: float | None
    no_answer: NoAnswer | None = None

    def __post_init__(self) -> None:
        if self.offset_ms < 0 or (self.rtt_ms is not None and not self.rtt_ms >= 0):  # a day has 50,000: asked quickly
            _at_least_zero(offset_ms=self.offset_ms, rtt_ms=self.rtt_ms)
        if (self.rtt_ms is None) == (self.no_answer is None):
            raise ValueError("a sample has either rtt_ms or no_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMinute:
    """What one target answered in one minute. `samples` sorted by `offset_ms`, may be empty.

    `loopback` is true where the target is this very machine, which says nothing of the line.
    """

    target: str
    role: Role
    method: ProbeMethod
    loopback: bool
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """One minute of small probes to every target, one per target every `interval_s`. Targets may be none."""

    interval_s: float
    targets: tuple[TargetMinute, ...]

    def __post_init__(self) -> None:
        if not self.interval_s > 0:
            raise ValueError(f"interval_s must be positive, but is {self.interval_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the probe says of itself, so that silence can be told from a line that is down."""

    kind: NoticeKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A body of a kind that this version does not know. The signed bytes keep it for one that does."""

    kind: str


Body = SpeedTest | Reachability | Notice | Unrecognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One observation of one line by one probe over [started.at, ended.at).

    `sequence` counts up by one per probe and never restarts. `id` is the record's name everywhere.
    """

    line: str
    probe: str
    sequence: int
    started: Stamp
    ended: Stamp
    software: str
    body: Body

    def __post_init__(self) -> None:
        check_name("line", self.line)
        check_name("probe", self.probe)
        if self.sequence < 1:
            raise ValueError(f"sequence counts from 1, but is {self.sequence}")

    @property
    def id(self) -> str:
        """`probe/sequence`, unique over all probes of a collector."""
        return f"{self.probe}/{self.sequence}"
