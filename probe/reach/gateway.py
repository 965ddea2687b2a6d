"""Shell. Asks the kernel for the default gateway and for which addresses are this machine's own.

Knows nothing of probes.
"""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from probe import route
from probe.reach.target import Endpoint

_IPV4_ROUTES = Path("/proc/net/route")
_IPV6_ROUTES = Path("/proc/net/ipv6_route")


def default_gateways() -> tuple[Endpoint, ...]:
    """The gateway of each IP version, IPv4 first; none where no default route is known."""
    found = []
    for parse, table in ((route.parse_ipv4, _IPV4_ROUTES), (route.parse_ipv6, _IPV6_ROUTES)):
        with suppress(OSError):
            # A tunnel's default route has no gateway: the one below it leads to the router of the house.
            best = route.default(one for one in parse(table.read_text()) if one.gateway is not None)
            if best is not None:
                found.append(endpoint(str(best.gateway), scope=socket.if_nametoindex(best.interface)))
    return tuple(found)


def default_gateway() -> Endpoint | None:
    """The first of them."""
    return next(iter(default_gateways()), None)


def has_way(to: Endpoint) -> bool:
    """Whether the kernel knows a way to `to`; nothing is sent."""
    try:
        with socket.socket(to.family, socket.SOCK_DGRAM) as trial:
            trial.connect(sockaddr(to, 9))
    except OSError:
        return False
    return True


def endpoint(address: str, *, scope: int = 0) -> Endpoint:
    """A numeric address with its family, and whether it is this machine's. `scope` counts for link-local IPv6 alone."""
    ip = ipaddress.ip_address(address)
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    found = Endpoint(family=family, address=str(ip), scope=scope if ip.version == 6 and ip.is_link_local else 0)
    return replace(found, loopback=ip.is_loopback or _is_own(found))


def bare(address: str) -> str:
    """Without the interface that the kernel shows a link-local address with."""
    return address.partition("%")[0]


def sockaddr(to: Endpoint, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """`to` as the socket calls of its family want it."""
    return (to.address, port) if to.family == socket.AF_INET else (to.address, port, 0, to.scope)


def source_of(to: Endpoint) -> str | None:
    """The own address that the kernel would ask `to` from; None where it knows no way. Nothing is sent."""
    try:
        with socket.socket(to.family, socket.SOCK_DGRAM) as trial:
            trial.connect(sockaddr(to, 9))  # of a datagram socket: asks for the route and sends nothing
            source: str = trial.getsockname()[0]
    except OSError:
        return None
    return bare(source)


def _is_own(to: Endpoint) -> bool:
    """The kernel reaches an own address from that address, and no other address so."""
    return source_of(to) == to.address
