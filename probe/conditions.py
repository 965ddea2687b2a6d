"""Shell. What surrounds a test on this machine: its interface, who else uses that, and how busy the cores are.

What cannot be read is None. Knows nothing of what a disturbance means for a result.
"""

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path as File

from probe import route
from probe.record import Conditions, Direction, LinkType, Path

_NET = File("/sys/class/net")
_PROC = File("/proc")
_BPS_PER_MBPS = 1_000_000
_ETHERNET_HEADER_BYTES = 14  # counted by the interfaces that have one
# linux/if_arp.h
_ARPHRD_ETHER = 1
_ARPHRD_LOOPBACK = 772
_ARPHRD_TUNNELS = {512, 768, 769, 776, 778, 823, 65534}  # PPP, IPIP, IP6IP6, SIT, GRE, GRE over IPv6, none (tun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One interface. `link_bps` and `full_duplex` only where something was negotiated: Ethernet."""

    interface: str
    link_type: LinkType | None
    link_bps: int | None
    full_duplex: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The counters at the start of a test, for `conclude`."""

    direction: Direction
    path: Path | None
    link: Link | None
    interface_bytes: int | None
    cores: tuple[tuple[int, int], ...]


def default_link() -> Link | None:
    """The interface of the default route, IPv4 before IPv6; None where there is none."""
    for routes in (_routes_ipv4(), _routes_ipv6()):
        found = route.default(routes)
        if found is not None:
            return link(found.interface)
    return None


def link(interface: str) -> Link:
    """What the kernel says of `interface`."""
    kind = _link_type(interface)
    speed = _number(_NET / interface / "speed") if kind is LinkType.ETHERNET else None
    duplex = _text(_NET / interface / "duplex") if kind is LinkType.ETHERNET else None
    return Link(
        interface=interface,
        link_type=kind,
        link_bps=speed * _BPS_PER_MBPS if speed is not None and speed > 0 else None,
        full_duplex={"full": True, "half": False}.get(duplex or ""),
    )


def begin(sock: socket.socket, direction: Direction) -> Before:
    """Reads what a test over the connected `sock` will change."""
    path, interface = _way(sock)
    return Before(
        direction=direction,
        path=path,
        link=None if interface is None else link(interface),
        interface_bytes=None if interface is None else _interface_bytes(interface, direction),
        cores=_cores(),
    )


def conclude(before: Before, *, own_ip_bytes: int | None, own_packets: int | None) -> Conditions:
    """What changed since `before`. The test's own share, in its direction and at IP, is taken off the interface's."""
    link_before = before.link
    return Conditions(
        path=before.path,
        interface=None if link_before is None else link_before.interface,
        link_type=None if link_before is None else link_before.link_type,
        link_bps=None if link_before is None else link_before.link_bps,
        full_duplex=None if link_before is None else link_before.full_duplex,
        other_bytes=_other_bytes(before, own_ip_bytes, own_packets),
        cpu_share=busiest(before.cores, _cores()),
    )


def busiest(before: tuple[tuple[int, int], ...], after: tuple[tuple[int, int], ...]) -> float | None:
    """The highest share of time that one core was busy between two readings of (busy, total) ticks per core."""
    if len(before) != len(after):
        return None
    shares = [(b1 - b0) / (t1 - t0) for (b0, t0), (b1, t1) in zip(before, after, strict=True) if t1 > t0]
    return max(0.0, min(1.0, max(shares))) if shares else None


def _other_bytes(before: Before, own_ip_bytes: int | None, own_packets: int | None) -> int | None:
    if before.link is None or before.interface_bytes is None or own_ip_bytes is None or own_packets is None:
        return None
    now = _interface_bytes(before.link.interface, before.direction)
    if now is None or now < before.interface_bytes:  # the interface went away and came back
        return None
    headers = 0 if before.link.link_type is LinkType.TUNNEL else own_packets * _ETHERNET_HEADER_BYTES
    # A card that cuts packets itself counts their headers once for many: never below zero for that.
    return max(0, now - before.interface_bytes - own_ip_bytes - headers)


def _way(sock: socket.socket) -> tuple[Path | None, str | None]:
    """(where the peer stands, the interface towards it)."""
    try:
        here, there = (ipaddress.ip_address(name[0].split("%")[0]) for name in (sock.getsockname(), sock.getpeername()))
    except (OSError, ValueError):
        return None, None
    if here == there or there.is_loopback:
        return Path.LOOPBACK, "lo"
    found = route.lookup(_routes_ipv4() if there.version == 4 else _routes_ipv6(), there)
    return (None, None) if found is None else (found.path, found.interface)


def _routes_ipv4() -> tuple[route.Route, ...]:
    return route.parse_ipv4(_text(_PROC / "net" / "route") or "")


def _routes_ipv6() -> tuple[route.Route, ...]:
    return route.parse_ipv6(_text(_PROC / "net" / "ipv6_route") or "")


def _link_type(interface: str) -> LinkType | None:
    folder = _NET / interface
    hardware = _number(folder / "type")
    if hardware is None:
        return None
    if hardware == _ARPHRD_LOOPBACK:
        return LinkType.LOOPBACK
    if hardware in _ARPHRD_TUNNELS or (folder / "tun_flags").exists():
        return LinkType.TUNNEL
    if (folder / "wireless").exists() or (folder / "phy80211").exists():
        return LinkType.WIFI
    if hardware != _ARPHRD_ETHER:
        return LinkType.OTHER
    # A real card has a device behind it; a VLAN has its card's; veth and bridges have none.
    real = (folder / "device").exists() or "DEVTYPE=vlan" in (_text(folder / "uevent") or "")
    return LinkType.ETHERNET if real else LinkType.VIRTUAL


def _interface_bytes(interface: str, direction: Direction) -> int | None:
    counter = "rx_bytes" if direction is Direction.DOWNLOAD else "tx_bytes"
    return _number(_NET / interface / "statistics" / counter)


def _cores() -> tuple[tuple[int, int], ...]:
    """(busy, total) ticks of each core since boot; proc(5): user nice system idle iowait irq softirq steal."""
    cores = []
    for line in (_text(_PROC / "stat") or "").splitlines():
        name, *rest = line.split()
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(word) for word in rest[:8]]
            cores.append((sum(ticks) - ticks[3] - ticks[4], sum(ticks)))
    return tuple(cores)


def _text(file: File) -> str | None:
    try:
        return file.read_text().strip("\n")
    except OSError:  # also EINVAL: the kernel will not say, as for the speed of a link that is down
        return None


def _number(file: File) -> int | None:
    text = _text(file)
    return int(text) if text is not None and text.strip().lstrip("-").isdigit() else None
