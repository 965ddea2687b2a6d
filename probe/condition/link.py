"""Shell. One interface as sysfs tells it: its kind, what it negotiated, its MTU, its driver, its Wi-Fi signal.

Knows nothing of what a link means for a result.
"""

from dataclasses import dataclass

from probe.body.conditions import LinkType
from probe.condition.tree import KERNEL, Tree
from probe.units import BPS_PER_MBPS

# linux/if_arp.h
_ARPHRD_ETHER = 1
_ARPHRD_LOOPBACK = 772
_ARPHRD_TUNNELS = {512, 768, 769, 776, 778, 823, 65534}  # PPP, IPIP, IP6IP6, SIT, GRE, GRE over IPv6, none (tun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One interface. `link_bps` and `full_duplex` only where something was negotiated: Ethernet."""

    interface: str
    link_type: LinkType | None
    link_bps: int | None = None
    full_duplex: bool | None = None
    mtu_bytes: int | None = None
    signal_dbm: float | None = None
    driver: str | None = None


def read_link(interface: str, tree: Tree = KERNEL) -> Link:
    """What the kernel says of `interface`."""
    folder = f"sys/class/net/{interface}"
    kind = _kind(folder, tree)
    speed = tree.number(f"{folder}/speed") if kind is LinkType.ETHERNET else None
    duplex = tree.text(f"{folder}/duplex") if kind is LinkType.ETHERNET else None
    return Link(
        interface=interface,
        link_type=kind,
        link_bps=speed * BPS_PER_MBPS if speed is not None and speed > 0 else None,
        full_duplex={"full": True, "half": False}.get(duplex or ""),
        mtu_bytes=tree.number(f"{folder}/mtu"),
        signal_dbm=_signal_dbm(interface, tree) if kind is LinkType.WIFI else None,
        driver=tree.target(f"{folder}/device/driver"),
    )


def _kind(folder: str, tree: Tree) -> LinkType | None:
    hardware = tree.number(f"{folder}/type")
    if hardware is None:
        return None
    if hardware == _ARPHRD_LOOPBACK:
        return LinkType.LOOPBACK
    if hardware in _ARPHRD_TUNNELS or tree.exists(f"{folder}/tun_flags"):
        return LinkType.TUNNEL
    if tree.exists(f"{folder}/wireless") or tree.exists(f"{folder}/phy80211"):
        return LinkType.WIFI
    if hardware != _ARPHRD_ETHER:
        return LinkType.OTHER
    # A real card has a device behind it; a VLAN has its card's; veth and bridges have none.
    real = tree.exists(f"{folder}/device") or "DEVTYPE=vlan" in (tree.text(f"{folder}/uevent") or "")
    return LinkType.ETHERNET if real else LinkType.VIRTUAL


def _signal_dbm(interface: str, tree: Tree) -> float | None:
    """The third column of /proc/net/wireless, which kernels without wireless extensions do not have."""
    for line in (tree.text("proc/net/wireless") or "").splitlines():
        name, _, rest = line.strip().partition(":")
        columns = rest.split()
        if name == interface and len(columns) > 2:
            level = columns[2].rstrip(".")
            return float(level) if level.lstrip("-").isdigit() and float(level) < 0 else None
    return None
