"""Pure. The kernel's routes as text (/proc/net/route, /proc/net/ipv6_route), and the one that an address takes.

Only the main table stands there: where a machine routes by policy, another may apply. Reads no file itself.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from probe.body.conditions import Path

_GATEWAY = 0x2  # RTF_GATEWAY, linux/route.h
_REJECT = 0x200  # RTF_REJECT
_UP = 0x1  # RTF_UP
_LOOPBACK = "lo"
# 0.0.0.0/0, and the halves that a VPN lays over it: what they reach is no neighbour, gateway or not (PPP has none).
WIDEST_LINK_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of a table. `gateway` is None where the destination is reached directly."""

    network: IPv4Network | IPv6Network
    interface: str
    gateway: IPv4Address | IPv6Address | None
    metric: int

    @property
    def path(self) -> Path:
        """What an address stands behind that takes this route."""
        if self.interface == _LOOPBACK:
            return Path.LOOPBACK
        direct = self.gateway is None and self.network.prefixlen >= WIDEST_LINK_BITS
        return Path.ON_LINK if direct else Path.ROUTED


def parse_ipv4(table: str) -> tuple[Route, ...]:
    """The usable lines of /proc/net/route; addresses stand there in the machine's (little-endian) order."""
    routes = []
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) < 8 or not int(words[3], 16) & _UP or int(words[3], 16) & _REJECT:
            continue
        mask = _ipv4(words[7])
        routes.append(
            Route(
                network=IPv4Network((_ipv4(words[1]), str(mask)), strict=False),
                interface=words[0],
                gateway=_ipv4(words[2]) if int(words[3], 16) & _GATEWAY else None,
                metric=int(words[6]),
            )
        )
    return tuple(routes)


def parse_ipv6(table: str) -> tuple[Route, ...]:
    """The usable lines of /proc/net/ipv6_route; the machine's own addresses stand there too, on `lo` or not."""
    routes = []
    for line in table.splitlines():
        words = line.split()
        if len(words) < 10 or not int(words[8], 16) & _UP or int(words[8], 16) & _REJECT:
            continue
        gateway = IPv6Address(int(words[4], 16))
        routes.append(
            Route(
                network=IPv6Network((int(words[0], 16), int(words[1], 16)), strict=False),
                interface=words[9],
                gateway=gateway if int(words[8], 16) & _GATEWAY else None,
                metric=int(words[5], 16),
            )
        )
    return tuple(routes)


def lookup(routes: Iterable[Route], address: IPv4Address | IPv6Address) -> Route | None:
    """The route with the longest prefix, of these the one of lowest metric; None where none leads there."""
    leading = [route for route in routes if route.network.version == address.version and address in route.network]
    return min(leading, key=lambda route: (-route.network.prefixlen, route.metric), default=None)


def default(routes: Iterable[Route]) -> Route | None:
    """The route of lowest metric to everywhere; None where there is none."""
    return min(
        (route for route in routes if route.network.prefixlen == 0), key=lambda route: route.metric, default=None
    )


def _ipv4(text: str) -> IPv4Address:
    return ipaddress.IPv4Address(int.from_bytes(bytes.fromhex(text), "little"))
