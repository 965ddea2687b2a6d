"""Shell. Which way an address is reached from this machine: interface, gateway, and where that makes it stand.

The kernel is asked for the address itself, so that a VPN that routes by policy is seen; where it cannot be asked, its
main tables are read. Nothing is sent. Knows nothing of what the way means for a result.
"""

import ipaddress
import socket
from dataclasses import dataclass

from probe import route
from probe.body.conditions import Path
from probe.condition import netlink
from probe.condition.netlink import Address
from probe.condition.tree import KERNEL, Tree

_ANSWER_WITHIN_S = 1.0
_ANSWER_BYTES = 8192
# Nobody's: RFC 5737 and RFC 3849. Three of IPv4, as somebody may use one at home all the same.
_SOMEWHERE = tuple(map(ipaddress.ip_address, ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`interface` and `path` are None where there is no way or none could be found out. `origin`: who told."""

    path: Path | None
    interface: str | None
    gateway: str | None
    origin: str


_NONE = Way(path=None, interface=None, gateway=None, origin="")


def of_socket(sock: socket.socket) -> Way:
    """The way of a connected socket."""
    try:
        own, peer = sock.getsockname(), sock.getpeername()
        here, there = (ipaddress.ip_address(name[0].split("%")[0]) for name in (own, peer))
    except (OSError, ValueError):
        return _NONE
    if here == there or there.is_loopback:
        return Way(path=Path.LOOPBACK, interface="lo", gateway=None, origin="socket")
    return to_address(there, source=here, scope=peer[3] if there.version == 6 else 0)


def to_anywhere() -> Way:
    """The way to the internet at large, IPv4 before IPv6: that of addresses which nobody has."""
    for somewhere in _SOMEWHERE:
        found = to_address(somewhere)
        if found.interface is not None and found.path is Path.ROUTED:
            return found
    return _NONE


def to_address(there: Address, *, source: Address | None = None, scope: int = 0, tree: Tree = KERNEL) -> Way:
    """The way to `there`. A route that the kernel refuses is no way."""
    try:
        return _asked(there, source, scope)
    except OSError:  # no netlink here: a container's policy, another system
        return _read(there, tree)


def _asked(there: Address, source: Address | None, scope: int) -> Way:
    found = _ask(netlink.question(there, source=source, interface_index=scope))
    if found is None or found.interface_index is None:
        return _NONE
    interface = socket.if_indextoname(found.interface_index)
    return Way(
        path=_path(found, there, source, scope),
        interface=interface,
        gateway=None if found.gateway is None else str(found.gateway),
        origin="rtnetlink",
    )


def _path(found: netlink.Answer, there: Address, source: Address | None, scope: int) -> Path:
    if found.local:
        return Path.LOOPBACK
    if found.has_gateway:
        return Path.ROUTED
    entry = _ask(netlink.question(there, source=source, interface_index=scope, entry=True))
    bits = there.max_prefixlen if entry is None else entry.prefix_bits
    return Path.ON_LINK if bits >= route.WIDEST_LINK_BITS else Path.ROUTED


def _ask(message: bytes) -> netlink.Answer | None:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.settimeout(_ANSWER_WITHIN_S)
        sock.send(message)
        return netlink.answer(sock.recv(_ANSWER_BYTES))


def _read(there: Address, tree: Tree) -> Way:
    file = "proc/net/route" if there.version == 4 else "proc/net/ipv6_route"
    parse = route.parse_ipv4 if there.version == 4 else route.parse_ipv6
    found = route.lookup(parse(tree.text(file) or ""), there)
    if found is None:
        return _NONE
    gateway = None if found.gateway is None else str(found.gateway)
    return Way(path=found.path, interface=found.interface, gateway=gateway, origin=f"/{file}")
