"""Shell. A whole household's line in four namespaces, and what can break in it: a probe, a router with NAT, a provider,
and servers behind it; IPv4 and IPv6.

    probe --lan-- router (NAT) ==access, shaped== provider --core-- servers
    10.90.1.2     10.90.1.1 | 10.90.2.2             10.90.2.1 | 10.90.3.1     10.90.3.2, .3, .4
    fd90:1::2     fd90:1::1 | fd90:2::2             fd90:2::1 | fd90:3::1     fd90:3::2, ::3, ::4

Needs root, iproute2 and nftables. The rates are the kernel's tbf, which counts 14 bytes of Ethernet header with each
packet; its burst passes unshaped after a pause. Knows nothing of what is measured.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from tests.lab.namespace import inside, ip, namespace, new_name, sweep

PROBE, ROUTER, PROVIDER = "10.90.1.2", "10.90.1.1", "10.90.2.1"
SERVERS = ("10.90.3.2", "10.90.3.3", "10.90.3.4")
_FEWEST_BURST_BYTES = 6056  # four frames
_FEWEST_BUFFER_BYTES = 15_140  # ten


class Fault(StrEnum):
    """What can break, and what the probe then sees."""

    UNPLUGGED = "unplugged"  # its cable has no carrier
    ROUTER_HUNG = "router_hung"  # carrier, but the router answers nothing
    ACCESS_CUT = "access_cut"  # the router answers and has no carrier to the provider
    ACCESS_NO_ROUTE = "access_no_route"  # the router says "net unreachable": its session is gone
    ACCESS_SILENT = "access_silent"  # the router answers, nothing beyond does
    CORE_DEAD = "core_dead"  # the provider's first hop answers, no server does
    SERVER_DEAD = "server_dead"  # the first server does not answer on IPv4; the others do
    SERVER_UNREACHABLE = "server_unreachable"  # the provider says "host unreachable" for the first server
    ICMP_BLOCKED = "icmp_blocked"  # echoes through the provider are lost, all else passes
    DNS_DROPPED = "dns_dropped"  # questions to the provider's port 53, and beyond, are lost
    DNS_REFUSED = "dns_refused"  # questions to the provider's port 53 are refused at once
    IPV6_DEAD = "ipv6_dead"  # IPv6 is lost at the provider, IPv4 passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household that is up; the names are its namespaces'."""

    probe: str
    router: str
    provider: str
    servers: str

    def shape(self, *, down_mbps: float, up_mbps: float, buffer_ms: float = 100.0) -> None:
        """Gives the access line its rates, each direction with a queue of `buffer_ms` of its own rate."""
        for name, device, mbps in ((self.provider, "access", down_mbps), (self.router, "wan", up_mbps)):
            bytes_per_ms = mbps * 125
            # A late wake-up beyond the burst is lost rate: above 150 Mbit/s four milliseconds of it, below one.
            burst = max(_FEWEST_BURST_BYTES, round(bytes_per_ms * (1 if mbps <= 150 else 4)))
            limit = max(_FEWEST_BUFFER_BYTES, round(bytes_per_ms * buffer_ms))
            words = ("rate", f"{mbps}mbit", "burst", str(burst), "limit", str(limit))
            inside(name, "tc", "qdisc", "replace", "dev", device, "root", "tbf", *words)

    @contextmanager
    def broken(self, fault: Fault) -> Iterator[None]:
        """The fault, while it is entered; afterwards all is as it was."""
        self._break(fault)
        try:
            yield
        finally:
            self._heal(fault)

    def _break(self, fault: Fault) -> None:
        for where, rules in self._rules(fault).items():
            inside(where, "nft", "-f", "-", text=rules)
        if fault is Fault.UNPLUGGED:
            ip("-n", self.router, "link", "set", "lan", "down")
        elif fault is Fault.ACCESS_CUT:
            ip("-n", self.provider, "link", "set", "access", "down")
        elif fault is Fault.ACCESS_NO_ROUTE:
            ip("-n", self.router, "route", "del", "default")
            ip("-n", self.router, "-6", "route", "del", "default")
        elif fault is Fault.SERVER_UNREACHABLE:
            ip("-n", self.provider, "route", "add", "unreachable", f"{SERVERS[0]}/32")
            ip("-n", self.provider, "-6", "route", "add", "unreachable", "fd90:3::2/128")

    def _heal(self, fault: Fault) -> None:
        for where, rules in self._rules(fault).items():
            family, table = rules.split()[1:3]
            inside(where, "nft", "delete", "table", family, table)
        if fault is Fault.UNPLUGGED:
            ip("-n", self.router, "link", "set", "lan", "up")
            _add_ipv6(self.router, "lan", "fd90:1::1")  # an IPv6 address goes with the carrier
        elif fault is Fault.ACCESS_CUT:
            ip("-n", self.provider, "link", "set", "access", "up")
            _add_ipv6(self.provider, "access", "fd90:2::1")
            ip("-n", self.provider, "-6", "route", "replace", "fd90:1::/64", "via", "fd90:2::2")
            _default(self.router, PROVIDER, "fd90:2::1")
        elif fault is Fault.ACCESS_NO_ROUTE:
            _default(self.router, PROVIDER, "fd90:2::1")
        elif fault is Fault.SERVER_UNREACHABLE:
            ip("-n", self.provider, "route", "del", "unreachable", f"{SERVERS[0]}/32")
            ip("-n", self.provider, "-6", "route", "del", "unreachable", "fd90:3::2/128")

    def _rules(self, fault: Fault) -> dict[str, str]:
        """The packet filter's part of a fault: namespace to one table."""
        dns = "udp dport 53 {0}; tcp dport 53 {0};"
        rules = {
            Fault.ROUTER_HUNG: {self.router: _deaf("lan")},
            Fault.ACCESS_SILENT: {self.router: _deaf("wan"), self.provider: _deaf("access")},
            Fault.CORE_DEAD: {self.provider: _deaf("core")},
            Fault.SERVER_DEAD: {self.servers: _filter("input", f"ip daddr {SERVERS[0]} drop;")},
            Fault.ICMP_BLOCKED: {
                self.provider: _filter("forward", "meta l4proto icmp drop; meta l4proto ipv6-icmp drop;")
            },
            Fault.DNS_DROPPED: {self.provider: _filter("input", dns.format("drop"), "forward")},
            Fault.DNS_REFUSED: {self.provider: _filter("input", dns.format("reject"))},
            Fault.IPV6_DEAD: {self.provider: _filter("forward", "meta nfproto ipv6 drop;")},
        }
        return rules.get(fault, {})


@contextmanager
def household() -> Iterator[Household]:
    """Up, and unshaped, while it is entered; taken down whatever happens."""
    sweep()
    name = new_name()
    with ExitStack() as stack:
        probe, router, provider, servers = (stack.enter_context(namespace(f"{name}{role}")) for role in "prvs")
        home = Household(probe=probe, router=router, provider=provider, servers=servers)
        for one in (router, provider):
            inside(one, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        inside(probe, "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
        _wire((probe, "lan", "2"), (router, "lan", "1"), 1)
        _wire((router, "wan", "2"), (provider, "access", "1"), 2)
        _wire((provider, "core", "1"), (servers, "core", "2"), 3)
        for number in (3, 4):
            ip("-n", servers, "addr", "add", f"10.90.3.{number}/24", "dev", "core")
            _add_ipv6(servers, "core", f"fd90:3::{number}")
        _default(probe, ROUTER, "fd90:1::1")
        _default(router, PROVIDER, "fd90:2::1")
        _default(servers, "10.90.3.1", "fd90:3::1")
        ip("-n", provider, "-6", "route", "add", "fd90:1::/64", "via", "fd90:2::2")
        nat = 'table ip nat { chain out { type nat hook postrouting priority 100; oifname "wan" masquerade; }; }'
        inside(router, "nft", "-f", "-", text=nat)
        yield home


_End = tuple[str, str, str]


def _wire(near: _End, far: _End, network: int) -> None:
    """A cable between two ends: (namespace, device, last part of its addresses)."""
    ip("-n", near[0], "link", "add", near[1], "type", "veth", "peer", "name", far[1], "netns", far[0])
    for name, device, last in (near, far):
        ip("-n", name, "addr", "add", f"10.90.{network}.{last}/24", "dev", device)
        _add_ipv6(name, device, f"fd90:{network}::{last}")
        ip("-n", name, "link", "set", device, "up")


def _add_ipv6(name: str, device: str, address: str) -> None:
    """Without the second that detecting duplicates takes."""
    ip("-n", name, "-6", "addr", "replace", f"{address}/64", "dev", device, "nodad")


def _default(name: str, gateway: str, gateway_ipv6: str) -> None:
    ip("-n", name, "route", "replace", "default", "via", gateway)
    ip("-n", name, "-6", "route", "replace", "default", "via", gateway_ipv6)


def _deaf(device: str) -> str:
    """Every frame that comes in on `device` is lost, ARP included."""
    hook = f'type filter hook ingress device "{device}" priority -500;'
    return f"table netdev deaf_{device} {{ chain in {{ {hook} drop; }}; }}"


def _filter(hook: str, verdicts: str, *more: str) -> str:
    chains = " ".join(f"chain at_{one} {{ type filter hook {one} priority 0; {verdicts} }};" for one in (hook, *more))
    return f"table inet fault {{ {chains} }}"
