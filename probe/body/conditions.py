"""Vocabulary. What surrounded a speed test, each value with where and when it was read.

Knows nothing of what a value does to a test's worth.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.body.amount import at_least_zero


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
        at_least_zero(
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
