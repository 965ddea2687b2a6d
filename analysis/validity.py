"""Pure. What one speed test may be used for: *met*, *breached*, both, or nothing, and why.

A disturbance that can only lower a result never voids a *met* and always blocks a *breached*. What was not measured
(None) cannot be excluded, so it blocks a *breached* too. A test that may not have crossed the line, or whose day is
uncertain, says nothing either way.

| reason | blocks | because |
|---|---|---|
| failed | both | there is no rate; the ledger counts outages |
| demonstration_server | both | shows how Prova works, proves nothing |
| server_on_this_machine | both | path or address is this machine's: the line was not crossed |
| server_on_own_network | both | reached without a router, or at a private address over a path not known |
| clock_unsynchronised | both | the day is uncertain |
| imported | breached | another tool's file: unsigned, its method and its machine not known; nobody is accused by it |
| path_unknown | breached | a detour could have lowered it; a public server's result was still reached |
| clock_unknown | breached | the kernel could not be asked; the time is likely right, not surely |
| wireless, tunnel | breached | can only lower a result |
| link_unknown | breached | no type or rate; or virtual or other, where the machine's real link is not seen |
| link_too_slow | breached | the link could itself explain the result (below); or half duplex |
| mtu_odd | breached | packets of another size than the line's: an encapsulation not seen, or packets cut up |
| cpu_busy, cpu_unknown | breached | a busy core lowers a result |
| pressure | breached | tasks waited for a core or for memory, the probe's perhaps |
| other_traffic, other_traffic_unknown | breached | shares the line, in either direction |
| household_busy | breached | so does what the home router counted beyond the test, or the probe saw just before |
| limited_by_probe | breached | the kernel's counters say a window or buffer held the rate down, not the network |
| near_ceiling | breached | result or promise comes close to the most that this machine was shown to measure |
| server_busy | breached | the server said that its cores, or its link with others' tests, were at their end |
| server_link_slow | breached | the server's own link could itself explain the result (below) |

A link is too slow where its nominal rate is below the speed, whatever was measured over it. A link of at least the
speed that cannot carry it in IP packets with its guard band (a port of 1 Gbit/s carries 975 Mbit/s, against a contract
of 1000) could explain a result that comes near to what it carries, and cannot explain one well below: a line that
keeps its promise gives over it the less of promise and port, and a test reads that low by the guard band at most. So
there the link blocks only where the rate with the guard band (`at_most_bps`) reaches what the link carries: 960 over
such a port accuses nobody, 300 does.

MTU, pressure, the other direction, household, ceiling and what the server says of itself are judged where they were
measured, and block nothing where they were not: many kernels, routers, servers and older records do not tell them. A
server's word is heard against a *breached* alone. Where it does not know its link, others' traffic on it blocks as it
does on the probe's own.

The rules add `during_outage`, for they know the ledger, and `another_test` where tests ran side by side. Knows nothing
of days, shares or verdicts over more than one test.
"""

import ipaddress
from collections.abc import Collection, Iterator

from analysis.clause import Profile
from analysis.finding import Grade, Reason, Verdict
from analysis.speed.rate import at_most_bps
from collector.envelope import IMPORTED
from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Limit, ServerSaid, SpeedTest
from probe.record import Record
from probe.units import BITS_PER_BYTE

BLOCKS_BOTH = frozenset(
    {
        Reason.FAILED,
        Reason.DEMONSTRATION_SERVER,
        Reason.SERVER_ON_THIS_MACHINE,
        Reason.SERVER_ON_OWN_NETWORK,
        Reason.CLOCK_UNSYNCHRONISED,
    }
)
OWN_LIMITS = {Limit.RECEIVER_WINDOW, Limit.SENDER_BUFFER}
# RFC 1918 and RFC 4193
_OWN_NETWORKS = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


def judge_test(
    record: Record, needed_bps: int | None, profile: Profile
) -> tuple[tuple[Verdict, ...], tuple[Reason, ...]]:
    """(what the test is valid for, why not for more): a prefix of (MET, BREACHED); reasons in the order of `Reason`.

    `needed_bps` is the contract speed that the test is held against; None leaves the link's rate unjudged.
    Raises TypeError for a record that is no speed test.
    """
    test = record.body
    if not isinstance(test, SpeedTest):
        raise TypeError(f"{record.id} is no speed test")
    found = set(_server(test))
    if record.probe == IMPORTED:
        found.add(Reason.IMPORTED)
    if test.failure is None:
        found |= {*_clock(record), *_link(test, needed_bps, profile), *_machine(test, needed_bps, profile)}
        found |= {*_traffic(test, profile), *_other_end(test, needed_bps, profile)}
    reasons = tuple(reason for reason in Reason if reason in found)
    if found & BLOCKS_BOTH:
        return (), reasons
    return ((Verdict.MET,) if found else (Verdict.MET, Verdict.BREACHED)), reasons


def grade(reasons: Collection[Reason]) -> Grade:
    """A without any reason, C with one that blocks both verdicts, B with any other.

    What did not come from a probe of ours carries a reason that says so, and is B at best.
    """
    if BLOCKS_BOTH.intersection(reasons):
        return Grade.C
    return Grade.B if reasons else Grade.A


def _server(test: SpeedTest) -> Iterator[Reason]:
    path, kind = test.conditions.path, address_kind(test.server.address)
    if test.server.demonstration:
        yield Reason.DEMONSTRATION_SERVER
    if test.failure is not None:
        yield Reason.FAILED
        return
    if Path.LOOPBACK in {path, kind} or test.conditions.link_type is LinkType.LOOPBACK:
        yield Reason.SERVER_ON_THIS_MACHINE
    elif path is Path.ON_LINK or (path is None and kind is Path.ON_LINK):
        yield Reason.SERVER_ON_OWN_NETWORK
    elif path is None:
        yield Reason.PATH_UNKNOWN


def address_kind(address: str | None) -> Path | None:
    """What the address alone tells; None where there is none, or it is no address."""
    try:
        known = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return None
    if known.is_loopback:
        return Path.LOOPBACK
    own = known.is_link_local or any(known in network for network in _OWN_NETWORKS)
    return Path.ON_LINK if own else Path.ROUTED


def _clock(record: Record) -> Iterator[Reason]:
    synchronised = {record.started.synchronised, record.ended.synchronised}
    if False in synchronised:
        yield Reason.CLOCK_UNSYNCHRONISED
    elif None in synchronised:
        yield Reason.CLOCK_UNKNOWN


def _link(test: SpeedTest, needed_bps: int | None, profile: Profile) -> Iterator[Reason]:
    conditions = test.conditions
    if conditions.link_type is LinkType.WIFI:
        yield Reason.WIRELESS
    elif conditions.link_type is LinkType.TUNNEL:
        yield Reason.TUNNEL
    elif conditions.link_type is not LinkType.ETHERNET or conditions.link_bps is None:
        if conditions.link_type is not LinkType.LOOPBACK:
            yield Reason.LINK_UNKNOWN
    elif conditions.full_duplex is False or _explains(conditions.link_bps, test, needed_bps, profile):
        yield Reason.LINK_TOO_SLOW
    if conditions.mtu_bytes is not None and conditions.link_type is not LinkType.LOOPBACK:
        least, most = profile.number("mtu_least_bytes"), profile.number("mtu_most_bytes")
        if not least <= conditions.mtu_bytes <= most:
            yield Reason.MTU_ODD


def _explains(link_bps: int, test: SpeedTest, needed_bps: int | None, profile: Profile) -> bool:
    """Whether a link of `link_bps` alone could have kept the test from showing `needed_bps`."""
    if needed_bps is None:
        return False
    carries_bps = link_bps * profile.number("link_ip_share")
    if carries_bps >= needed_bps * (1 + profile.number("error_share")):
        return False
    return link_bps < needed_bps or at_most_bps(test, profile) >= carries_bps


def _machine(test: SpeedTest, needed_bps: int | None, profile: Profile) -> Iterator[Reason]:
    conditions = test.conditions
    if test.limited_by is Limit.CPU or (conditions.cpu_share or 0) > profile.number("cpu_limit_share"):
        yield Reason.CPU_BUSY
    elif conditions.cpu_share is None:
        yield Reason.CPU_UNKNOWN
    pressure = max(conditions.cpu_pressure_share or 0, conditions.memory_pressure_share or 0)
    if pressure > profile.number("pressure_limit_share"):
        yield Reason.PRESSURE
    if test.limited_by in OWN_LIMITS:
        yield Reason.LIMITED_BY_PROBE
    ceiling_bps = conditions.ceiling_bps
    if ceiling_bps is not None and not within_ceiling(max(test.rate_bps or 0, needed_bps or 0), ceiling_bps, profile):
        yield Reason.NEAR_CEILING


def within_ceiling(bps: int, ceiling_bps: int, profile: Profile) -> bool:
    """Whether a machine that was shown to measure `ceiling_bps` may be asked whether a line gives `bps`.

    A promise counts in IP packets, a ceiling in payload, which is the less of the two: so it refuses rather too soon.
    """
    return bps <= profile.number("ceiling_limit_share") * ceiling_bps


def _other_end(test: SpeedTest, needed_bps: int | None, profile: Profile) -> Iterator[Reason]:
    """What the server itself says that could have lowered the result."""
    said = test.server_said
    if said is None:
        return
    overloaded = (said.cpu_share or 0) >= profile.number("server_core_limit_share")
    overloaded = overloaded or (said.cpu_pressure_share or 0) > profile.number("pressure_limit_share")
    if overloaded or _is_shared(test, said, profile):
        yield Reason.SERVER_BUSY
    if said.link_bps is not None and _explains(said.link_bps, test, needed_bps, profile):
        yield Reason.SERVER_LINK_SLOW


def _is_shared(test: SpeedTest, said: ServerSaid, profile: Profile) -> bool:
    """Whether others may have left the test too little of the server's link."""
    if said.other_bytes is None or not test.bytes or not test.duration_s:
        return (said.tests_count or 1) > 1
    if said.other_bytes <= profile.number("server_traffic_limit_share") * test.bytes:
        return False
    if said.link_bps is None:
        return True
    together_bps = (test.bytes + said.other_bytes) * BITS_PER_BYTE / test.duration_s
    return together_bps > profile.number("server_link_limit_share") * said.link_bps


def _traffic(test: SpeedTest, profile: Profile) -> Iterator[Reason]:
    if test.draw is not None and test.draw.household_busy:
        yield Reason.HOUSEHOLD_BUSY
    conditions, own_bytes = test.conditions, test.bytes
    seen = (conditions.other_bytes, conditions.reverse_bytes, conditions.household_bytes)
    if own_bytes is None:
        if conditions.other_bytes is None or any(seen):
            yield Reason.OTHER_TRAFFIC_UNKNOWN
        return
    if conditions.other_bytes is None:
        yield Reason.OTHER_TRAFFIC_UNKNOWN
    limits = ("other_traffic_limit_share", "reverse_traffic_limit_share", "household_limit_share")
    reasons = (Reason.OTHER_TRAFFIC, Reason.OTHER_TRAFFIC, Reason.HOUSEHOLD_BUSY)
    for count, limit, reason in zip(seen, limits, reasons, strict=True):
        if (count or 0) > profile.number(limit) * own_bytes:
            yield reason
