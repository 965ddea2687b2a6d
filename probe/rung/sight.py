"""Shell. What this probe can see of the rungs, what it cannot, and how to allow it.

Found out by trying; nothing is sent. Knows nothing of what was seen.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from probe.condition import way
from probe.condition.tree import KERNEL, Tree
from probe.path import right

_RAW = "Give the service AmbientCapabilities=CAP_NET_RAW, or run: sudo setcap cap_net_raw+ep on a copy of this Python"


@dataclass(frozen=True, slots=True)
class Sight:
    """One rung. `seen`: by which means, or what is missed; `mend` is empty where nothing is to be done."""

    rung: str
    complete: bool
    seen: str
    mend: str = ""


def sights(tree: Tree = KERNEL) -> Iterator[Sight]:
    """Each of them, from the probe outwards."""
    yield _carrier(tree)
    yield _neighbour()
    crafts, scapy = right.may_craft(), right.has_scapy()
    yield _crafted("DHCP and ARP", "not asked; ARP only as the kernel does", crafts=crafts, scapy=scapy)
    missed = "UDP hops by plain sockets; no path MTU, and hosts that drop UDP are not reached"
    yield _crafted("path", missed, crafts=crafts, scapy=scapy)
    capture = "packet heads can be kept, if settings ask for it" if crafts else "no packet can be kept"
    yield Sight("capture", crafts, capture, "" if crafts else _RAW)


def _carrier(tree: Tree) -> Sight:
    interface = way.to_anywhere().interface
    if interface is None:
        return Sight("carrier", complete=False, seen="there is no interface towards the internet")
    folder = f"sys/class/net/{interface}"
    counted = tree.exists(f"{folder}/carrier_up_count")
    seen = f"{interface}, changes counted by the kernel" if counted else f"{interface}, looked at every second"
    return Sight("carrier", counted, seen, "" if counted else "Linux 4.16 and newer count what happens in between")


def _neighbour() -> Sight:
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE).close()
    except (OSError, AttributeError):
        return Sight("neighbour", complete=False, seen="the kernel's table is closed", mend="Allow netlink sockets")
    return Sight("neighbour", complete=True, seen="the kernel's table")


def _crafted(rung: str, missed: str, *, crafts: bool, scapy: bool) -> Sight:
    if crafts and scapy:
        return Sight(rung, complete=True, seen="by crafted packets, in a process of seconds")
    return Sight(
        rung,
        complete=False,
        seen=missed,
        mend=_RAW if scapy else "Install prova[path]" + ("" if crafts else f". {_RAW}"),
    )
