"""Vocabulary. Who answered small probes, and who did not. Knows nothing of what silence means."""

from dataclasses import dataclass
from enum import StrEnum

from probe.body.amount import at_least_zero


class Role(StrEnum):
    """What a reachability target stands for."""

    GATEWAY = "gateway"
    SERVER = "server"
    INTERNET = "internet"
    FIRST_HOP = "first_hop"  # the provider's, nearest to the line
    RESOLVER = "resolver"  # asked for a name, as this machine would ask
    NAME_SERVER = "name_server"  # authoritative for a zone, asked for that zone


class ProbeMethod(StrEnum):
    """How a reachability probe asks."""

    ICMP = "icmp"
    UDP = "udp"
    TCP = "tcp"
    DNS = "dns"  # one question over UDP (RFC 1035)


class NoAnswer(StrEnum):
    """Why a reachability probe got no round-trip time."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # a router or this machine said so
    NAME_NOT_RESOLVED = "name_not_resolved"
    DNS_FAILED = "dns_failed"  # the server answered, and gave no name (SERVFAIL, REFUSED ...)
    NOT_SENT = "not_sent"  # the probe could not ask: says nothing of the line


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
            at_least_zero(offset_ms=self.offset_ms, rtt_ms=self.rtt_ms)
        if (self.rtt_ms is None) == (self.no_answer is None):
            raise ValueError("a sample has either rtt_ms or no_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMinute:
    """What one target answered in one minute. `samples` sorted by `offset_ms`, may be empty.

    `loopback` is true where the target is this very machine, which says nothing of the line. `address`: the one asked,
    None where none was known. `network`: a label of the network it stands in; targets of one label fall together.
    """

    target: str
    role: Role
    method: ProbeMethod
    loopback: bool
    samples: tuple[Sample, ...]
    address: str | None = None
    address_family: int | None = None  # 4 or 6
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The round-trip times of one target, all of which answered: how many, and order statistics (nearest rank)."""

    count: int
    least_ms: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    most_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Condensed:
    """Of a record that stands for several minutes in which every question was answered.

    `sequences`: the numbers that it stands for, as (first, last) ranges in order, its own number among them; the others
    have no record. `interval_s` is what the minutes had. `answers`: all that were got, in the order of the targets.
    """

    minutes: int
    sequences: tuple[tuple[int, int], ...]
    interval_s: float
    answers: tuple[Answers, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """One minute of small probes to every target, one per target every `interval_s`. Targets may be none.

    Where `condensed` is set it is several minutes on end, and `samples` are those kept of them, `interval_s` apart.
    """

    interval_s: float
    targets: tuple[TargetMinute, ...]
    condensed: Condensed | None = None

    def __post_init__(self) -> None:
        if not self.interval_s > 0:
            raise ValueError(f"interval_s must be positive, but is {self.interval_s}")
