"""Each source, read from a tree as a kernel shows it. A veth always says 10 Gbit/s, so slow cables stand here."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path as File

import pytest

from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Direction
from probe.condition import busy, netlink, way
from probe.condition.busy import Busy, read_busy
from probe.condition.link import read_link
from probe.condition.traffic import count_neighbours, grown, read_counted
from probe.condition.tree import Tree
from tests.unit.probe.trees import a_tree

CARD = "sys/class/net/eth0"
ARP = (
    "IP address       HW type     Flags       HW address            Mask     Device\n"
    "192.168.1.1      0x1         0x2         00:00:5e:00:53:01     *        eth0\n"
    "192.168.1.20     0x1         0x2         00:00:5e:00:53:02     *        eth0\n"
    "192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    "10.0.0.5         0x1         0x2         00:00:5e:00:53:03     *        wlan0"
)


def a_card(root: File, *, speed: str = "1000", duplex: str = "full", mtu: str = "1500") -> Tree:
    files = {f"{CARD}/type": "1", f"{CARD}/speed": speed, f"{CARD}/duplex": duplex, f"{CARD}/mtu": mtu}
    return a_tree(root, files, links={f"{CARD}/device/driver": "../../bus/pci/drivers/r8169"})


@pytest.mark.parametrize(
    ("speed", "duplex", "bps", "full"),
    [
        ("100", "full", 100_000_000, True),
        ("2500", "full", 2_500_000_000, True),
        ("10", "half", 10_000_000, False),
        ("-1", "unknown", None, None),  # no cable
        ("", "", None, None),
    ],
)
def test_a_cable_says_what_it_negotiated(
    speed: str, duplex: str, bps: int | None, full: bool | None, tmp_path: File
) -> None:
    found = read_link("eth0", a_card(tmp_path, speed=speed, duplex=duplex))
    assert (found.link_type, found.link_bps, found.full_duplex) == (LinkType.ETHERNET, bps, full)
    assert (found.mtu_bytes, found.driver) == (1500, "r8169")


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"type": "772"}, LinkType.LOOPBACK),
        ({"type": "65534"}, LinkType.TUNNEL),  # WireGuard
        ({"type": "512"}, LinkType.TUNNEL),  # PPP
        ({"type": "1", "tun_flags": "0x1002"}, LinkType.TUNNEL),  # TAP
        ({"type": "1", "phy80211/name": "phy0", "device/uevent": ""}, LinkType.WIFI),
        ({"type": "1"}, LinkType.VIRTUAL),
        ({"type": "1", "uevent": "DEVTYPE=vlan"}, LinkType.ETHERNET),
        ({"type": "32"}, LinkType.OTHER),  # InfiniBand
        ({}, None),
    ],
)
def test_the_kind_of_a_link_is_told_by_its_files(files: dict[str, str], kind: LinkType | None, tmp_path: File) -> None:
    tree = a_tree(tmp_path, {f"{CARD}/{name}": text for name, text in files.items()})
    assert read_link("eth0", tree).link_type is kind


def test_wifi_tells_its_signal_where_the_kernel_still_does(tmp_path: File) -> None:
    head = "Inter-| sta-|   Quality        |   Discarded packets\n face | tus | link level noise |  nwid  crypt\n"
    files = {f"{CARD}/type": "1", f"{CARD}/wireless/status": "", "proc/net/wireless": f"{head}  eth0: 0000   54.  -56."}
    assert read_link("eth0", a_tree(tmp_path, files)).signal_dbm == -56
    (tmp_path / "proc/net/wireless").unlink()
    assert read_link("eth0", Tree(tmp_path)).signal_dbm is None


def test_neighbours_are_counted_without_the_router_and_those_that_never_answered(tmp_path: File) -> None:
    tree = a_tree(tmp_path, {"proc/net/arp": ARP})
    assert count_neighbours("eth0", gateway="192.168.1.1", tree=tree) == 1
    assert count_neighbours("eth0", gateway=None, tree=tree) == 2
    assert count_neighbours("eth1", gateway=None, tree=tree) == 0
    assert count_neighbours("eth0", gateway=None, tree=Tree(tmp_path / "nowhere")) is None


def test_counters_are_told_by_direction_and_a_restart_is_unknown(tmp_path: File) -> None:
    tree = a_tree(tmp_path, {f"{CARD}/statistics/rx_bytes": "70", f"{CARD}/statistics/tx_bytes": "30"})
    counted = read_counted("eth0", tree)
    assert (counted.towards(Direction.DOWNLOAD), counted.towards(Direction.UPLOAD)) == (70, 30)
    assert (grown(30, 70), grown(70, 30), grown(None, 1), grown(1, None)) == (40, None, None, None)


def a_moment(**values: object) -> Busy:
    still = Busy(monotonic_ns=0, process_ns=0, cores=(), cpu_stalled_us=None, memory_stalled_us=None)
    return replace(still, **values)  # type: ignore[arg-type]  # by name, as in Busy


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (((0, 0), (0, 0)), ((50, 100), (90, 100)), 0.9),
        (((5, 10),), ((5, 10),), None),  # no tick passed
        (((5, 10),), ((5, 20), (5, 20)), None),  # a core came up
        ((), (), None),
    ],
)
def test_the_busiest_core_is_what_counts(
    before: tuple[tuple[int, int], ...], after: tuple[tuple[int, int], ...], share: float | None
) -> None:
    assert busy.busiest(a_moment(cores=before), a_moment(cores=after)) == share


def test_pressure_is_a_share_of_time_and_absent_is_unknown(tmp_path: File) -> None:
    line = "some avg10=1.00 avg60=0.50 avg300=0.10 total={}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7"
    tree = a_tree(
        tmp_path, {"proc/pressure/cpu": line.format(5_000_000), "proc/stat": "cpu  1 2\ncpu0 1 0 1 8 0 0 0 0"}
    )
    read = read_busy(tree)
    assert (read.cpu_stalled_us, read.memory_stalled_us, read.cores) == (5_000_000, None, ((2, 10),))
    later = replace(read, monotonic_ns=read.monotonic_ns + 2_000_000_000, cpu_stalled_us=5_500_000)
    assert busy.cpu_pressure(read, later) == 0.25
    assert busy.memory_pressure(read, later) is None
    assert busy.cpu_pressure(later, read) is None, "out of order"


def test_the_process_own_time_is_counted_in_cores() -> None:
    half = a_moment(monotonic_ns=1_000_000_000, process_ns=500_000_000)
    assert busy.process_share(a_moment(), half) == 0.5
    assert busy.process_share(half, half) is None


def test_the_kernel_says_which_way_an_address_is_reached() -> None:
    found = way.to_address(ip_address("127.0.0.1"))
    assert (found.path, found.interface, found.origin) == (Path.LOOPBACK, "lo", "rtnetlink")


def test_without_netlink_the_tables_are_read(tmp_path: File, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no netlink here")

    monkeypatch.setattr(socket, "socket", refuse)
    head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    tree = a_tree(tmp_path, {"proc/net/route": head + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0"})
    found = way.to_address(ip_address("203.0.113.7"), tree=tree)
    assert (found.path, found.interface, found.gateway) == (Path.ROUTED, "eth0", "192.168.1.1")
    assert found.origin == "/proc/net/route"
    assert way.to_address(ip_address("2001:db8::7"), tree=tree).path is None


def test_an_answer_that_is_none_is_no_way() -> None:
    question = netlink.question(ip_address("192.0.2.9"), source=ip_address("192.0.2.1"), interface_index=3, entry=True)
    assert netlink.answer(question) is None, "a question is no answer"
    assert netlink.answer(b"") is None


SCRIPT = """
import ipaddress, subprocess
from probe.condition import way
def ip(*words): subprocess.run(["ip", *words], check=True)
ip("link", "set", "lo", "up")
ip("link", "add", "eth9", "type", "veth", "peer", "name", "eth8")
ip("addr", "add", "192.168.77.2/24", "dev", "eth9")
ip("link", "set", "eth9", "up"); ip("link", "set", "eth8", "up")
ip("route", "add", "default", "via", "192.168.77.1")
ip("tuntap", "add", "vpn9", "mode", "tun"); ip("addr", "add", "10.9.9.2/32", "dev", "vpn9")
ip("link", "set", "vpn9", "up")
def say(text):
    found = way.to_address(ipaddress.ip_address(text))
    print(found.interface, found.path and found.path.value, found.gateway)
say("203.0.113.7"); say("192.168.77.9")
ip("route", "add", "default", "dev", "vpn9", "table", "77")
ip("rule", "add", "not", "fwmark", "77", "table", "77")
say("203.0.113.7")
ip("rule", "del", "not", "fwmark", "77", "table", "77")
ip("route", "add", "unreachable", "203.0.113.0/24")
say("203.0.113.7")
"""


@pytest.mark.component("namespaces")
def test_a_vpn_that_routes_by_policy_is_seen_on_the_way_to_the_server() -> None:
    """As wg-quick does it: the main table still shows the card, the rule does not."""
    command = ["unshare", "--net", sys.executable, "-c", SCRIPT]
    environment = {**os.environ, "PYTHONPATH": str(File(__file__).parents[3])}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    assert done.stdout.splitlines() == [
        "eth9 routed 192.168.77.1",
        "eth9 on_link None",
        "vpn9 routed None",
        "None None None",
    ]
