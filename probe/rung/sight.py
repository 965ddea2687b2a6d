"""Shell. What this probe can see of the rungs, what it cannot, and how to allow it.

Found out by trying; nothing is sent. Knows nothing of what was seen.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from probe.condition import way
from probe.condition.tree import KERNEL, Tree
from probe.path import right
from probe.settings import ProbeSettings, is_loopback, watched

_NETWORKS = 3  # so many stand apart: a fault of the operator's can then be told from one far away
_NAME_HOSTS = (
    f"Name {_NETWORKS} hosts in networks of their own: prova up --target NETWORK@HOST, or [reachability] targets"
)
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


def beyond(settings: ProbeSettings) -> Sight:
    """Whether anything speaks for the line itself: hosts, measuring servers and name servers that are elsewhere."""
    far = [one for one in (*watched(settings), *settings.reachability.name_servers) if not is_loopback(one.host)]
    networks = {one.network or one.host for one in far}
    if not networks:
        seen = "nobody is asked, so outages of the line are not seen"
    elif len(networks) < _NETWORKS:
        seen = f"{len(networks)} asked: too few to tell the operator's faults from those far away"
    else:
        return Sight("beyond the router", complete=True, seen=f"{len(networks)} networks are asked")
    return Sight("beyond the router", complete=False, seen=seen, mend=_NAME_HOSTS)


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
