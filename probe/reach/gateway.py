"""Shell. Asks the kernel for the default gateway and for which addresses are this machine's own.

Knows nothing of probes.
"""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from probe.reach.route import ipv4_gateway, ipv6_gateway
from probe.reach.target import Endpoint

_IPV4_ROUTES = Path("/proc/net/route")
_IPV6_ROUTES = Path("/proc/net/ipv6_route")


def default_gateway() -> Endpoint | None:
    """The IPv4 gateway, else the IPv6 one; None where there is no default route or the kernel cannot be asked."""
    with suppress(OSError):
        gateway = ipv4_gateway(_IPV4_ROUTES.read_text())
        if gateway is not None:
            return endpoint(gateway.address)
    with suppress(OSError):
        gateway = ipv6_gateway(_IPV6_ROUTES.read_text())
        if gateway is not None:
            return endpoint(gateway.address, scope=socket.if_nametoindex(gateway.interface))
    return None


def endpoint(address: str, *, scope: int = 0) -> Endpoint:
    """A numeric address with its family, and whether it is this machine's. `scope` counts for link-local IPv6 alone."""
    ip = ipaddress.ip_address(address)
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    found = Endpoint(family=family, address=str(ip), scope=scope if ip.version == 6 and ip.is_link_local else 0)
    return replace(found, loopback=ip.is_loopback or _is_own(found))


def sockaddr(to: Endpoint, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """`to` as the socket calls of its family want it."""
    return (to.address, port) if to.family == socket.AF_INET else (to.address, port, 0, to.scope)


def _is_own(to: Endpoint) -> bool:
    """The kernel reaches an own address from that address, and no other address so."""
    with socket.socket(to.family, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(sockaddr(to, 9))  # of a datagram socket: asks for the route and sends nothing
        except OSError:
            return False
        return bool(trial.getsockname()[0] == to.address)
