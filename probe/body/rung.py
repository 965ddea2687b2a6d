"""Vocabulary. What the probe saw of the rungs between itself and the internet: link, gateway, router, path, clock.

Each is one look at one moment, or at what changed within the record's time. `None` is *not seen*, which is not *seen to
be well*. No public address of the line's own, no hardware address and no serial number has a place here. Knows nothing
of whose fault anything is.
"""

from dataclasses import dataclass
from enum import StrEnum

from probe.body.amount import at_least_zero


class Occasion(StrEnum):
    """Why the probe looked."""

    ROUTINE = "routine"
    TROUBLE = "trouble"  # answers had begun to be missing
    RECOVERY = "recovery"  # they came again


class Neighbour(StrEnum):
    """Whether the gateway answers on the own network, below IP (ARP, RFC 826; neighbour discovery, RFC 4861)."""

    REACHABLE = "reachable"
    FAILED = "failed"
    UNKNOWN = "unknown"  # not asked lately


class WanStatus(StrEnum):
    """The internet connection, in the words of UPnP WANIPConnection:1 and WANPPPConnection:1 (ConnectionStatus)."""

    UNCONFIGURED = "unconfigured"
    DISCONNECTED = "disconnected"
    DISCONNECTING = "disconnecting"
    PENDING_DISCONNECT = "pending_disconnect"
    CONNECTING = "connecting"
    AUTHENTICATING = "authenticating"
    CONNECTED = "connected"


class LinkStatus(StrEnum):
    """The access line below it, in the words of UPnP WANCommonInterfaceConfig:1 (PhysicalLinkStatus)."""

    UP = "up"
    DOWN = "down"
    INITIALIZING = "initializing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class CarrierChange:
    """The own link's carrier as it was from `offset_ms` after the record's start on."""

    offset_ms: int
    carrier: bool

    def __post_init__(self) -> None:
        at_least_zero(offset_ms=self.offset_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """The interface towards the gateway, over the record's time.

    `carrier` as it was at the record's start; `changes` sorted. `carrier_up_count`, `carrier_down_count`: the kernel's,
    since the interface came to be, at the record's end; they tell of changes that nobody saw. `neighbour_ipv4`,
    `neighbour_ipv6`: the gateway of that family. `dhcp_answered`: whether a server answered on the own network.
    """

    interface: str | None = None
    carrier: bool | None = None
    changes: tuple[CarrierChange, ...] = ()
    carrier_up_count: int | None = None
    carrier_down_count: int | None = None
    neighbour_ipv4: Neighbour | None = None
    neighbour_ipv6: Neighbour | None = None
    dhcp_answered: bool | None = None
    occasion: Occasion = Occasion.ROUTINE

    def __post_init__(self) -> None:
        at_least_zero(carrier_up_count=self.carrier_up_count, carrier_down_count=self.carrier_down_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterSeen:
    """What the home router said of itself. `silence`: why it said nothing, None where it answered.

    Its uptimes are as it counts them: each compares only with itself, and with the wall clock's difference.
    """

    silence: str | None = None
    source: str | None = None
    model: str | None = None
    wan_status: WanStatus | None = None
    link_status: LinkStatus | None = None
    last_error: str | None = None
    wan_uptime_s: int | None = None
    device_uptime_s: int | None = None
    occasion: Occasion = Occasion.ROUTINE

    def __post_init__(self) -> None:
        at_least_zero(wan_uptime_s=self.wan_uptime_s, device_uptime_s=self.device_uptime_s)


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of a path. `ttl` from 1; `address` and `rtt_ms` None where nothing came back."""

    ttl: int
    address: str | None = None
    rtt_ms: float | None = None

    def __post_init__(self) -> None:
        if self.ttl < 1:
            raise ValueError(f"ttl counts from 1, but is {self.ttl}")
        at_least_zero(rtt_ms=self.rtt_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSeen:
    """The way to one target, found with one flow's identifiers throughout (Paris traceroute).

    `hops` sorted by `ttl`; the first hop that answers with an address outside the own network is the provider's.
    `path_mtu_bytes`: the largest packet that passed unbroken, None where not asked.
    """

    target: str
    address: str
    address_family: int
    method: str
    reached: bool
    hops: tuple[Hop, ...]
    first_provider_hop: str | None = None
    path_mtu_bytes: int | None = None
    occasion: Occasion = Occasion.ROUTINE

    def __post_init__(self) -> None:
        if self.address_family not in {4, 6}:
            raise ValueError(f"address_family must be 4 or 6, but is {self.address_family}")
        at_least_zero(path_mtu_bytes=self.path_mtu_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSeen:
    """The wall clock beside others. `offset_ms`: what a time server's clock (RFC 5905) shows beyond this one's, within
    `round_trip_ms` / 2; None where none answered. `suspended_s`: how long this boot has slept so far.
    """

    time_server: str | None = None
    offset_ms: float | None = None
    round_trip_ms: float | None = None
    stratum: int | None = None
    suspended_s: float | None = None

    def __post_init__(self) -> None:
        at_least_zero(round_trip_ms=self.round_trip_ms, stratum=self.stratum, suspended_s=self.suspended_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureKept:
    """A bounded packet capture, headers alone, that stays on the probe.

    `name`: the file's, below the probe's home; `counts`: pairs of a kind of packet and how many there were.
    """

    name: str
    sha256: str
    bytes: int
    packets: int
    truncated: bool
    counts: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        at_least_zero(bytes=self.bytes, packets=self.packets)
