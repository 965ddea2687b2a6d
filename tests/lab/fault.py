"""Shell. What can break in a household, how it is broken and mended, and when that was.

A fault is a table of packet filters and pairs of commands, what breaks and what mends; the probe's own are those of its
machine (`tests.lab.machine`). Knows nothing of what a probe makes of it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from tests.lab.machine import Machine
from tests.lab.namespace import inside, ip

_HOUR_S = 3600.0


class Fault(StrEnum):
    """What can break, and what the probe then sees."""

    UNPLUGGED = "unplugged"  # its cable has no carrier
    ROUTER_HUNG = "router_hung"  # carrier, but the router answers nothing
    ROUTER_REBOOTED = "router_rebooted"  # no carrier; when mended, the router counts its time from nought
    ACCESS_CUT = "access_cut"  # the router answers and has no carrier to the provider
    ACCESS_SILENT = "access_silent"  # the router answers, nothing beyond does, and both ends have carrier
    UPSTREAM_LOST = "upstream_lost"  # what leaves the home is lost; to the probe the same as ACCESS_SILENT
    DOWNSTREAM_LOST = "downstream_lost"  # what comes back is lost; to the probe the same as ACCESS_SILENT
    SESSION_GONE = "session_gone"  # the router says "net unreachable" and that it is disconnected
    CORE_DEAD = "core_dead"  # the provider's first hop and resolver answer, nothing behind them does
    PREFIX_GONE = "prefix_gone"  # the provider says "net unreachable" for the first of the three networks
    ANCHOR_DEAD = "anchor_dead"  # one host of the first network does not answer; its neighbour does
    SERVER_DEAD = "server_dead"  # the first measuring server does not answer on IPv4; the others do
    SERVER_UNREACHABLE = "server_unreachable"  # the provider says "host unreachable" for the first measuring server
    ICMP_BLOCKED = "icmp_blocked"  # echoes through the provider are lost, all else passes
    ICMP_LIMITED = "icmp_limited"  # through the provider only five echoes a second pass
    DNS_DROPPED = "dns_dropped"  # questions to the provider's port 53, and beyond, are lost
    DNS_REFUSED = "dns_refused"  # questions to the provider's port 53 are refused at once
    IPV6_DEAD = "ipv6_dead"  # IPv6 is lost at the provider, IPv4 passes
    PROBE_SUSPENDED = "probe_suspended"  # the probe's machine sleeps
    PROBE_REBOOTED = "probe_rebooted"  # its power is gone; it comes back as another boot
    CLOCK_FORWARD = "clock_forward"  # its wall clock is set an hour ahead, and back when mended
    CLOCK_BACK = "clock_back"  # an hour back, and ahead when mended


OF_THE_PROBE = frozenset({Fault.PROBE_SUSPENDED, Fault.PROBE_REBOOTED, Fault.CLOCK_FORWARD, Fault.CLOCK_BACK})


@dataclass(frozen=True, slots=True)
class Moment:
    """This machine's clocks, whatever the probe's own say."""

    at: datetime
    monotonic_ns: int


@dataclass(slots=True)
class Broken:
    """When `fault` truly began and ended: each a pair of moments, before the first command and after the last.

    `ended` is None as long as it lasts.
    """

    fault: Fault
    began: tuple[Moment, Moment]
    ended: tuple[Moment, Moment] | None = field(default=None)


class Home(Protocol):
    """What a fault needs to know of a household (`tests.lab.household`)."""

    probe: str
    router: str
    provider: str
    servers: str
    networks: tuple[str, str, str]
    machine: Machine | None

    def reboot_router(self) -> None:
        """Has what the router tells of itself begin anew."""


def moment() -> Moment:
    return Moment(datetime.now(UTC), time.monotonic_ns())  # noqa: TID251  the truth that a probe is held against


@contextmanager
def breaking(home: Home, fault: Fault) -> Iterator[Broken]:
    """The fault, while it is entered."""
    before = moment()
    mend = _machine(home, fault) if fault in OF_THE_PROBE else _line(home, fault)
    broken = Broken(fault, (before, moment()))
    try:
        yield broken
    finally:
        before = moment()
        mend()
        broken.ended = (before, moment())


def _machine(home: Home, fault: Fault) -> Callable[[], None]:
    """Breaks it; what mends it."""
    machine = home.machine
    assert machine is not None, f"{fault} is the probe's own: run one in `Household.probing`"
    if fault is Fault.PROBE_SUSPENDED:
        machine.suspend()
        return machine.resume
    if fault is Fault.PROBE_REBOOTED:
        machine.power_off()
        return machine.boot
    step_s = _HOUR_S if fault is Fault.CLOCK_FORWARD else -_HOUR_S
    machine.step_clock(step_s)
    return lambda: machine.step_clock(-step_s)


def _line(home: Home, fault: Fault) -> Callable[[], None]:
    """As `_machine`, for what is broken by the kernel between the namespaces."""
    filters, commands = _filters(home).get(fault, {}), _commands(home).get(fault, ())
    for where, rules in filters.items():
        inside(where, "nft", "-f", "-", text=rules)
    for breaks, _ in commands:
        ip(*breaks.split())

    def mend() -> None:
        for where, rules in filters.items():
            family, table = rules.split()[1:3]
            inside(where, "nft", "delete", "table", family, table)
        for _, mends in commands:
            for one in mends.split(";"):
                ip(*one.split())
        if fault is Fault.ROUTER_REBOOTED:
            home.reboot_router()

    return mend


def _filters(home: Home) -> dict[Fault, dict[str, str]]:
    """The packet filter's part of each fault: namespace to one table."""
    router, provider = home.router, home.provider
    dns = "udp dport 53 {0}; tcp dport 53 {0};"
    echo = "icmp type echo-request {0}; icmpv6 type echo-request {0};"
    return {
        Fault.ROUTER_HUNG: {router: _deaf("lan")},
        Fault.ACCESS_SILENT: {router: _deaf("wan"), provider: _deaf("access")},
        Fault.UPSTREAM_LOST: {provider: _deaf("access")},
        Fault.DOWNSTREAM_LOST: {router: _deaf("wan")},
        Fault.CORE_DEAD: {provider: _deaf("core", "net1", "net2", "net3")},
        Fault.ANCHOR_DEAD: {
            home.networks[0]: _filter("input", "ip daddr 198.51.100.2 drop; ip6 daddr fd90:11::2 drop;")
        },
        Fault.SERVER_DEAD: {home.servers: _filter("input", "ip daddr 10.90.3.2 drop;")},
        Fault.ICMP_BLOCKED: {provider: _filter("forward", "meta l4proto icmp drop; meta l4proto ipv6-icmp drop;")},
        Fault.ICMP_LIMITED: {
            provider: _filter("forward", echo.format("limit rate over 5/second burst 5 packets drop"))
        },
        Fault.DNS_DROPPED: {provider: _filter("input", dns.format("drop"), "forward")},
        Fault.DNS_REFUSED: {provider: _filter("input", dns.format("reject"))},
        Fault.IPV6_DEAD: {provider: _filter("forward", "meta nfproto ipv6 drop;")},
    }


def _commands(home: Home) -> dict[Fault, tuple[tuple[str, str], ...]]:
    """Pairs of `ip` commands, what breaks and what mends; several that mend stand between semicolons.

    An IPv6 address and the routes over it go with the carrier.
    """
    router, provider = f"-n {home.router}", f"-n {home.provider}"
    routes = f"{router} route replace default via 10.90.2.1; {router} -6 route replace default via fd90:2::1"
    address = f"{provider} -6 addr replace fd90:2::1/64 dev access nodad"
    back = f"{address}; {provider} -6 route replace fd90:1::/64 via fd90:2::2"
    unplugged = (
        f"{router} link set lan down",
        f"{router} link set lan up; {router} -6 addr replace fd90:1::1/64 dev lan nodad",
    )
    wan_back = f"{router} -6 addr replace fd90:2::2/64 dev wan nodad"
    return {
        Fault.UNPLUGGED: (unplugged,),
        Fault.ROUTER_REBOOTED: (
            unplugged,
            (f"{router} link set wan down", f"{router} link set wan up; {wan_back}; {back}; {routes}"),
        ),
        Fault.ACCESS_CUT: ((f"{provider} link set access down", f"{provider} link set access up; {back}; {routes}"),),
        Fault.SESSION_GONE: (
            (f"{router} route del default", f"{router} route replace default via 10.90.2.1"),
            (f"{router} -6 route del default", f"{router} -6 route replace default via fd90:2::1"),
        ),
        Fault.PREFIX_GONE: (
            _withdrawn(provider, "198.51.100.0/25", ""),
            _withdrawn(provider, "fd90:11::/65", "-6"),
        ),
        Fault.SERVER_UNREACHABLE: (
            _withdrawn(provider, "10.90.3.2/32", ""),
            _withdrawn(provider, "fd90:3::2/128", "-6"),
        ),
    }


def _withdrawn(provider: str, prefix: str, family: str) -> tuple[str, str]:
    return (
        f"{provider} {family} route add unreachable {prefix}",
        f"{provider} {family} route del unreachable {prefix}",
    )


def _deaf(*devices: str) -> str:
    """Every frame that comes in on one of `devices` is lost, ARP included."""
    where = f"device {devices[0]}" if len(devices) == 1 else f"devices = {{ {', '.join(devices)} }}"
    return f"table netdev deaf {{ chain in {{ type filter hook ingress {where} priority -500; drop; }}; }}"


def _filter(hook: str, verdicts: str, *more: str) -> str:
    chains = " ".join(f"chain at_{one} {{ type filter hook {one} priority 0; {verdicts} }};" for one in (hook, *more))
    return f"table inet fault {{ {chains} }}"
