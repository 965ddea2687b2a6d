"""Pure. The default gateway, as the kernel's routing tables in /proc/net tell it (proc(5)).

Knows nothing of files, nor whether the gateway answers.
"""

import ipaddress
import struct
from dataclasses import dataclass

_UP = 0x1  # RTF_UP and RTF_GATEWAY, linux/route.h
_GATEWAY = 0x2


@dataclass(frozen=True, slots=True)
class Gateway:
    """A router by its address. `interface` is where it is reached."""

    address: str
    interface: str


def ipv4_gateway(table: str) -> Gateway | None:
    r"""The gateway of the cheapest default route in /proc/net/route; None where there is none.

    >>> ipv4_gateway("Iface Destination Gateway Flags RefCnt Use Metric Mask\neth0 0 010200C0 3 0 0 0 0").address
    '192.0.2.1'
    """
    found: list[tuple[int, Gateway]] = []
    for line in table.splitlines()[1:]:
        interface, destination, gateway, flags, _, _, metric, mask, *_ = line.split()
        default = int(destination, 16) == 0 and int(mask, 16) == 0
        if default and int(flags, 16) & (_UP | _GATEWAY) == _UP | _GATEWAY:
            # The kernel prints the four bytes as one number in its own byte order.
            address = ipaddress.IPv4Address(struct.pack("=I", int(gateway, 16)))
            found.append((int(metric), Gateway(str(address), interface)))
    return _cheapest(found)


def ipv6_gateway(table: str) -> Gateway | None:
    """The gateway of the cheapest default route in /proc/net/ipv6_route; None where there is none."""
    found: list[tuple[int, Gateway]] = []
    for line in table.splitlines():
        destination, prefix, _, _, gateway, metric, _, _, flags, interface = line.split()
        default = int(destination, 16) == 0 and int(prefix, 16) == 0
        if default and int(flags, 16) & (_UP | _GATEWAY) == _UP | _GATEWAY:
            found.append((int(metric, 16), Gateway(str(ipaddress.IPv6Address(int(gateway, 16))), interface)))
    return _cheapest(found)


def _cheapest(found: list[tuple[int, Gateway]]) -> Gateway | None:
    return min(found, key=lambda one: one[0])[1] if found else None
