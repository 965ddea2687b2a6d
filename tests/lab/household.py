"""Shell. A whole household's line in namespaces, and what stands at its ends: a probe, a router with NAT, a provider
with a resolver, measuring servers, and three networks that have nothing in common but the provider; IPv4 and IPv6.

    probe --lan-- router (NAT) ==access, shaped== provider --core-- servers   10.90.3.2, .3, .4  fd90:3::2, ::3, ::4
    10.90.1.2     10.90.1.1 | 10.90.2.2      10.90.2.1 |    |-net1- first     198.51.100.2, .3   fd90:11::2, ::3
    fd90:1::2     fd90:1::1 | fd90:2::2      fd90:2::1 |    |-net2- second    203.0.113.2, .3    fd90:12::2, ::3
                                                            |-net3- third     192.0.2.2, .3      fd90:13::2, ::3

Needs root, iproute2 and nftables. The rates are the kernel's tbf, which counts 14 bytes of Ethernet header with each
packet; its burst passes unshaped after a pause. What can break is in `tests.lab.fault`. Knows nothing of measuring.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from tests.lab.fault import Broken, Fault, breaking
from tests.lab.machine import Machine
from tests.lab.namespace import inside, ip, namespace, new_name, popen, sweep

PROBE, ROUTER, PROVIDER = "10.90.1.2", "10.90.1.1", "10.90.2.1"
SERVERS = ("10.90.3.2", "10.90.3.3", "10.90.3.4")
NETWORKS = ("198.51.100", "203.0.113", "192.0.2")  # each with hosts .2 and .3
ANCHORS = tuple(f"{network}.2" for network in NETWORKS)  # one host in each
ANCHORS_IPV6 = tuple(f"fd90:1{number}::2" for number in (1, 2, 3))
RESOLVER, SECOND_RESOLVER, NAME_SERVER = PROVIDER, "203.0.113.3", "192.0.2.3"
ZONE = "casa.example"  # served by all three: www.ZONE has addresses, all other names in it do not exist
_FEWEST_BURST_BYTES = 6056  # four frames
_FEWEST_BUFFER_BYTES = 15_140  # ten


@dataclass(kw_only=True)
class Household:
    """A household that is up; the names are its namespaces'. `machine`: the probe's, where one runs."""

    probe: str
    router: str
    provider: str
    servers: str
    networks: tuple[str, str, str]
    machine: Machine | None = None
    gateway: "subprocess.Popen[str] | None" = None  # what the router tells of itself, where it does

    def shape(self, *, down_mbps: float, up_mbps: float, buffer_ms: float = 100.0) -> None:
        """Gives the access line its rates, each direction with a queue of `buffer_ms` of its own rate."""
        for name, device, mbps in ((self.provider, "access", down_mbps), (self.router, "wan", up_mbps)):
            bytes_per_ms = mbps * 125
            # A late wake-up beyond the burst is lost rate: above 150 Mbit/s four milliseconds of it, below one.
            burst = max(_FEWEST_BURST_BYTES, round(bytes_per_ms * (1 if mbps <= 150 else 4)))
            limit = max(_FEWEST_BUFFER_BYTES, round(bytes_per_ms * buffer_ms))
            words = ("rate", f"{mbps}mbit", "burst", str(burst), "limit", str(limit))
            inside(name, "tc", "qdisc", "replace", "dev", device, "root", "tbf", *words)

    def broken(self, fault: Fault) -> AbstractContextManager[Broken]:
        """The fault, while it is entered; afterwards all is as it was. What is given tells when, on both clocks."""
        return breaking(self, fault)

    @contextmanager
    def probing(self, machine: Machine) -> Iterator[Machine]:
        """`machine` as the probe's, running while this is entered: faults of the probe itself need one."""
        self.machine = machine
        try:
            with machine.running():
                yield machine
        finally:
            self.machine = None

    @contextmanager
    def served(self) -> Iterator[None]:
        """With resolvers, the zone's name server and a router that tells its uptimes, while this is entered."""
        dns = ("tests.lab.dns", ZONE, SERVERS[0], "fd90:3::2")
        with ExitStack() as stack:
            for name, *command in (
                (self.provider, *dns, "resolver", RESOLVER),
                (self.networks[1], *dns, "resolver", SECOND_RESOLVER),
                (self.networks[2], *dns, "authority", NAME_SERVER),
                (self.router, "tests.lab.gateway", ROUTER, "wan"),
            ):
                process = stack.enter_context(popen(name, sys.executable, "-m", *command))
                stack.callback(process.kill)
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n", command
            self.gateway = process
            yield
            self.gateway = None

    def reboot_router(self) -> None:
        """Has what the router tells of itself begin anew."""
        if self.gateway is not None:
            assert self.gateway.stdin is not None
            self.gateway.stdin.write("reboot\n")
            self.gateway.stdin.flush()


@contextmanager
def household() -> Iterator[Household]:
    """Up, and unshaped, while it is entered; taken down whatever happens."""
    sweep()
    name = new_name()
    with ExitStack() as stack:
        probe, router, provider, servers, *networks = (
            stack.enter_context(namespace(f"{name}{role}")) for role in "prvsabc"
        )
        first, second, third = networks
        home = Household(
            probe=probe, router=router, provider=provider, servers=servers, networks=(first, second, third)
        )
        for one in (router, provider):
            inside(one, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        inside(probe, "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
        _wire((probe, "lan", 2), (router, "lan", 1), "10.90.1", "fd90:1")
        _wire((router, "wan", 2), (provider, "access", 1), "10.90.2", "fd90:2")
        _wire((provider, "core", 1), (servers, "core", 2), "10.90.3", "fd90:3")
        _more_hosts(servers, "core", "10.90.3", "fd90:3", (3, 4))
        default(probe, ROUTER, "fd90:1::1")
        default(router, PROVIDER, "fd90:2::1")
        default(servers, "10.90.3.1", "fd90:3::1")
        for number, (network, ipv4) in enumerate(zip(home.networks, NETWORKS, strict=True), 1):
            ipv6 = f"fd90:1{number}"
            _wire((provider, f"net{number}", 1), (network, "net", 2), ipv4, ipv6)
            _more_hosts(network, "net", ipv4, ipv6, (3,))
            default(network, f"{ipv4}.1", f"{ipv6}::1")
        ip("-n", provider, "-6", "route", "add", "fd90:1::/64", "via", "fd90:2::2")
        nat = 'table ip nat { chain out { type nat hook postrouting priority 100; oifname "wan" masquerade; }; }'
        inside(router, "nft", "-f", "-", text=nat)
        yield home


_End = tuple[str, str, int]


def _wire(near: _End, far: _End, ipv4: str, ipv6: str) -> None:
    """A cable between two ends: (namespace, device, last part of its addresses in the two networks)."""
    ip("-n", near[0], "link", "add", near[1], "type", "veth", "peer", "name", far[1], "netns", far[0])
    for name, device, last in (near, far):
        _more_hosts(name, device, ipv4, ipv6, (last,))
        ip("-n", name, "link", "set", device, "up")


def _more_hosts(name: str, device: str, ipv4: str, ipv6: str, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        ip("-n", name, "addr", "add", f"{ipv4}.{number}/24", "dev", device)
        add_ipv6(name, device, f"{ipv6}::{number}")


def add_ipv6(name: str, device: str, address: str) -> None:
    """Without the second that detecting duplicates takes."""
    ip("-n", name, "-6", "addr", "replace", f"{address}/64", "dev", device, "nodad")


def default(name: str, gateway: str, gateway_ipv6: str) -> None:
    ip("-n", name, "route", "replace", "default", "via", gateway)
    ip("-n", name, "-6", "route", "replace", "default", "via", gateway_ipv6)
