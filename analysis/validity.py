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
| path_unknown | breached | a detour could have lowered it; a public server's result was still reached |
| clock_unknown | breached | the kernel could not be asked; the time is likely right, not surely |
| wireless, tunnel | breached | can only lower a result |
| link_unknown | breached | no type or rate; or virtual or other, where the machine's real link is not seen |
| link_too_slow | breached | IP over that link cannot carry the speed and its guard band; or half duplex |
| cpu_busy, cpu_unknown | breached | a busy core lowers a result |
| other_traffic, other_traffic_unknown | breached | shares the line |
| limited_by_probe | breached | the kernel's counters say a window or buffer held the rate down, not the network |

The rules add `during_outage`, for they know the ledger, and `other_traffic` where tests ran side by side. Household
traffic that does not pass the probe's own interface is not seen here. Knows nothing of days, shares or verdicts over
more than one test.
"""

import ipaddress
from collections.abc import Iterator

from analysis.clause import Profile
from analysis.finding import Reason, Verdict
from probe.record import Conditions, Limit, LinkType, Path, Record, Server, SpeedTest

BLOCKS_BOTH = frozenset(
    {
        Reason.FAILED,
        Reason.DEMONSTRATION_SERVER,
        Reason.SERVER_ON_THIS_MACHINE,
        Reason.SERVER_ON_OWN_NETWORK,
        Reason.CLOCK_UNSYNCHRONISED,
    }
)
_OWN_LIMITS = {Limit.RECEIVER_WINDOW, Limit.SENDER_BUFFER}
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
    if test.failure is None:
        found |= {*_clock(record), *_surroundings(test, profile), *_link(test.conditions, needed_bps, profile)}
    reasons = tuple(reason for reason in Reason if reason in found)
    if found & BLOCKS_BOTH:
        return (), reasons
    return ((Verdict.MET,) if found else (Verdict.MET, Verdict.BREACHED)), reasons


def _server(test: SpeedTest) -> Iterator[Reason]:
    path, kind = test.conditions.path, _address_kind(test.server)
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


def _address_kind(server: Server) -> Path | None:
    """What the address alone tells; None where there is none, or it is no address."""
    try:
        address = ipaddress.ip_address((server.address or "").split("%")[0])
    except ValueError:
        return None
    if address.is_loopback:
        return Path.LOOPBACK
    own = address.is_link_local or any(address in network for network in _OWN_NETWORKS)
    return Path.ON_LINK if own else Path.ROUTED


def _clock(record: Record) -> Iterator[Reason]:
    synchronised = {record.started.synchronised, record.ended.synchronised}
    if False in synchronised:
        yield Reason.CLOCK_UNSYNCHRONISED
    elif None in synchronised:
        yield Reason.CLOCK_UNKNOWN


def _link(conditions: Conditions, needed_bps: int | None, profile: Profile) -> Iterator[Reason]:
    if conditions.link_type is LinkType.WIFI:
        yield Reason.WIRELESS
    elif conditions.link_type is LinkType.TUNNEL:
        yield Reason.TUNNEL
    elif conditions.link_type is not LinkType.ETHERNET or conditions.link_bps is None:
        if conditions.link_type is not LinkType.LOOPBACK:
            yield Reason.LINK_UNKNOWN
    elif conditions.full_duplex is False or _too_slow(conditions.link_bps, needed_bps, profile):
        yield Reason.LINK_TOO_SLOW


def _too_slow(link_bps: int, needed_bps: int | None, profile: Profile) -> bool:
    if needed_bps is None:
        return False
    return link_bps * profile.number("link_ip_share") < needed_bps * (1 + profile.number("error_share"))


def _surroundings(test: SpeedTest, profile: Profile) -> Iterator[Reason]:
    conditions, limit = test.conditions, test.limited_by
    if limit is Limit.CPU or (conditions.cpu_share or 0) > profile.number("cpu_limit_share"):
        yield Reason.CPU_BUSY
    elif conditions.cpu_share is None:
        yield Reason.CPU_UNKNOWN
    if conditions.other_bytes is None or (conditions.other_bytes > 0 and test.bytes is None):
        yield Reason.OTHER_TRAFFIC_UNKNOWN
    elif conditions.other_bytes > profile.number("other_traffic_limit_share") * (test.bytes or 0):
        yield Reason.OTHER_TRAFFIC
    if limit in _OWN_LIMITS:
        yield Reason.LIMITED_BY_PROBE
