"""Vocabulary. What the short-lived process is asked to do, and what it says: one JSON document each way.

What it says is read like a stranger's: of the right form and within bounds, or not at all. Knows nothing of packets.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

MOST_HOPS = 30
_MOST_WORD = 120


class Task(StrEnum):
    """What it can do."""

    TRACE = "trace"  # the hops to `address`, one flow throughout, and the largest packet that passes
    HOME = "home"  # who answers on the own network: the gateways below IP, a DHCP server
    CAPTURE = "capture"  # the heads of the packets of the next seconds, into `file`


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked. Each task takes the fields that it needs, and `within_s`."""

    task: Task
    within_s: float
    address: str = ""
    interface: str = ""
    gateways: tuple[str, ...] = ()
    file: str = ""
    most_packets: int = 0
    most_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HopSeen:
    """One hop. `address` and `rtt_ms` None where nothing came back."""

    ttl: int
    address: str | None = None
    rtt_ms: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.ttl <= MOST_HOPS or (self.rtt_ms is not None and not 0 <= self.rtt_ms < 1e6):
            raise ValueError("not a hop")
        if self.address is not None:
            ipaddress.ip_address(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What it says. `cannot`: why it did nothing; else None. Fields of other tasks stay empty.

    `neighbours`: pairs of a gateway and whether it answered below IP.
    """

    cannot: str | None = None
    method: str = ""
    reached: bool = False
    hops: tuple[HopSeen, ...] = ()
    path_mtu_bytes: int | None = None
    neighbours: tuple[tuple[str, bool], ...] = ()
    dhcp_answered: bool | None = None
    bytes: int = 0
    packets: int = 0
    truncated: bool = False
    counts: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for word in (self.cannot, self.method, *(name for name, _ in (*self.neighbours, *self.counts))):
            _short(word)
        if max(len(self.hops), len(self.neighbours), len(self.counts)) > MOST_HOPS:
            raise ValueError("too much")
        if min(self.bytes, self.packets, self.path_mtu_bytes or 0, *(count for _, count in self.counts)) < 0:
            raise ValueError("less than nothing")


def _short(word: str | None) -> None:
    if word is not None and (len(word) > _MOST_WORD or not word.isprintable()):
        raise ValueError("not a word")
