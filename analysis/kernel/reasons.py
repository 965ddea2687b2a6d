"""Pure. Why tests cannot carry a verdict: what `analysis.validity` says of one, of many at once, as bits.

One bit for each `Reason`, in that order, so that the lowest is the first reason. Every limit is the profile's. Knows
nothing of days or of verdicts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.clause import Profile
from analysis.finding import Reason
from analysis.kernel.column import Mark, Real, Small, Whole
from analysis.kernel.frame import Frame
from analysis.validity import BLOCKS_BOTH, OWN_LIMITS, address_kind
from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Limit
from probe.units import BITS_PER_BYTE

Bits = NDArray[np.uint32]
ORDER = tuple(Reason)
_BIT = {reason: np.uint32(1 << number) for number, reason in enumerate(ORDER)}
BOTH = np.uint32(sum(int(_BIT[reason]) for reason in BLOCKS_BOTH))
NO_REASON = 255
_LOOPBACK, _ON_LINK, _ROUTED, _UNKNOWN = range(4)
_WHERE = {Path.LOOPBACK: _LOOPBACK, Path.ON_LINK: _ON_LINK, Path.ROUTED: _ROUTED, None: _UNKNOWN}


@dataclass(frozen=True, slots=True)
class Rate:
    """Of tests with a rate: `at_least_bps` as measured, `at_most_bps` with the guard band; `own_bps` the payload's."""

    own_bps: Whole
    at_least_bps: Whole
    at_most_bps: Real

    def only(self, rows: Mark) -> "Rate":
        """Of the rows that are marked."""
        return Rate(self.own_bps[rows], self.at_least_bps[rows], self.at_most_bps[rows])


def rates(frame: Frame, profile: Profile) -> Rate:
    """As `analysis.speed.rate` has it."""
    own_bps, _ = frame.whole("rate_bps")
    ip_bps, has_ip = frame.whole("ip_rate_bps")
    uncertain_bps, _ = frame.whole("uncertainty_bps")
    carried_bps = np.where(has_ip, ip_bps, own_bps * profile.number("largest_ip_per_payload"))
    own_share = uncertain_bps / np.where(own_bps == 0, 1, own_bps)
    own_share[own_bps == 0] = 0.0
    return Rate(
        own_bps=own_bps,
        at_least_bps=np.where(has_ip, ip_bps, own_bps),
        at_most_bps=carried_bps * (1 + np.maximum(own_share, profile.number("error_share"))),
    )


def blocking(frame: Frame) -> Bits:
    """Those of them that block both verdicts; cheap, for every test."""
    failed = frame.known("failure")
    bits = _when(frame.flag("server_demonstration", value=True), Reason.DEMONSTRATION_SERVER)
    bits |= _when(failed, Reason.FAILED)
    path, address = _where(frame)
    here = (path == _LOOPBACK) | (address == _LOOPBACK) | frame.word("link_type", {LinkType.LOOPBACK})
    near = ~here & ((path == _ON_LINK) | ((path == _UNKNOWN) & (address == _ON_LINK)))
    wrong = frame.flag("synchronised", value=False) | frame.flag("ended_synchronised", value=False)
    bits |= _when(here & ~failed, Reason.SERVER_ON_THIS_MACHINE)
    bits |= _when(near & ~failed, Reason.SERVER_ON_OWN_NETWORK)
    return bits | _when(wrong & ~failed, Reason.CLOCK_UNSYNCHRONISED)


def of_any_speed(frame: Frame, profile: Profile) -> Bits:
    """All that do not hang on the speed that the tests are held against."""
    failed = frame.known("failure")
    path, address = _where(frame)
    known = (path == _UNKNOWN) & (address != _LOOPBACK) & (address != _ON_LINK)
    bits = _when(known & ~frame.word("link_type", {LinkType.LOOPBACK}), Reason.PATH_UNKNOWN)
    vouched = frame.known("synchronised") & frame.known("ended_synchronised")
    wrong = frame.flag("synchronised", value=False) | frame.flag("ended_synchronised", value=False)
    bits |= _when(~vouched & ~wrong, Reason.CLOCK_UNKNOWN)
    bits |= _link(frame, profile) | _machine(frame, profile) | _server(frame, profile) | _traffic(frame, profile)
    bits[failed] = 0
    return bits | blocking(frame)


def of_speed(frame: Frame, rate: Rate, needed_bps: Whole, profile: Profile) -> Bits:
    """Those that do, for tests that did not fail, each against its own `needed_bps`."""
    link_bps, has_link = frame.whole("link_bps")
    wired = frame.word("link_type", {LinkType.ETHERNET}) & has_link
    bits = _when(wired & _explains(link_bps, rate, needed_bps, profile), Reason.LINK_TOO_SLOW)
    ceiling_bps, has_ceiling = frame.whole("ceiling_bps")
    within = np.maximum(rate.own_bps, needed_bps) <= profile.number("ceiling_limit_share") * ceiling_bps
    bits |= _when(has_ceiling & ~within, Reason.NEAR_CEILING)
    server_bps, told = frame.whole("server_link_bps")
    return bits | _when(told & _explains(server_bps, rate, needed_bps, profile), Reason.SERVER_LINK_SLOW)


def first(bits: Bits) -> Small:
    """The place in `ORDER` of the first reason; NO_REASON where there is none."""
    lowest = bits & (~bits + np.uint32(1))
    places = np.full(len(bits), NO_REASON, dtype=np.uint8)
    for place in range(len(ORDER)):
        places[lowest == np.uint32(1 << place)] = place
    return places


def place_of(reason: Reason) -> int:
    """The place of one reason in `ORDER`."""
    return ORDER.index(reason)


def _where(frame: Frame) -> tuple[Whole, Whole]:
    path = frame.each("path", lambda word: _WHERE[None if word is None else Path(word)])
    return path, frame.each("server_address", lambda word: _WHERE[address_kind(word)])


def _when(rows: Mark, reason: Reason) -> Bits:
    return rows * _BIT[reason]


def _explains(link_bps: Whole, rate: Rate, needed_bps: Whole, profile: Profile) -> Mark:
    carries_bps = link_bps * profile.number("link_ip_share")
    ample = carries_bps >= needed_bps * (1 + profile.number("error_share"))
    explains: Mark = ~ample & ((link_bps < needed_bps) | (rate.at_most_bps >= carries_bps))
    return explains


def _link(frame: Frame, profile: Profile) -> Bits:
    loopback = frame.word("link_type", {LinkType.LOOPBACK})
    wired, has_rate = frame.word("link_type", {LinkType.ETHERNET}), frame.known("link_bps")
    wifi, tunnel = frame.word("link_type", {LinkType.WIFI}), frame.word("link_type", {LinkType.TUNNEL})
    bits = _when(wifi, Reason.WIRELESS) | _when(tunnel, Reason.TUNNEL)
    bits |= _when(~wifi & ~tunnel & ~loopback & ~(wired & has_rate), Reason.LINK_UNKNOWN)
    bits |= _when(wired & has_rate & frame.flag("full_duplex", value=False), Reason.LINK_TOO_SLOW)
    mtu, has_mtu = frame.whole("mtu_bytes")
    usual = (mtu >= profile.number("mtu_least_bytes")) & (mtu <= profile.number("mtu_most_bytes"))
    return bits | _when(has_mtu & ~loopback & ~usual, Reason.MTU_ODD)


def _machine(frame: Frame, profile: Profile) -> Bits:
    cpu, has_cpu = frame.real("cpu_share")
    busy = frame.word("limited_by", {Limit.CPU}) | (cpu > profile.number("cpu_limit_share"))
    bits = _when(busy, Reason.CPU_BUSY) | _when(~busy & ~has_cpu, Reason.CPU_UNKNOWN)
    pressure = np.maximum(frame.real("cpu_pressure_share")[0], frame.real("memory_pressure_share")[0])
    bits |= _when(pressure > profile.number("pressure_limit_share"), Reason.PRESSURE)
    return bits | _when(frame.word("limited_by", OWN_LIMITS), Reason.LIMITED_BY_PROBE)


def _server(frame: Frame, profile: Profile) -> Bits:
    overloaded = frame.real("server_cpu_share")[0] >= profile.number("server_core_limit_share")
    overloaded |= frame.real("server_cpu_pressure_share")[0] > profile.number("pressure_limit_share")
    return _when(overloaded | _is_shared(frame, profile), Reason.SERVER_BUSY)


def _is_shared(frame: Frame, profile: Profile) -> Mark:
    """Whether others may have left the test too little of the server's link."""
    (other, has_other), (own, _) = frame.whole("server_other_bytes"), frame.whole("bytes")
    (link_bps, has_link), (lasted_s, _) = frame.whole("server_link_bps"), frame.real("duration_s")
    tests, _ = frame.whole("server_tests_count")
    counted = has_other & (own != 0) & (lasted_s != 0)
    little = other <= profile.number("server_traffic_limit_share") * own
    together_bps = (own + other) * BITS_PER_BYTE / np.where(lasted_s == 0, 1, lasted_s)
    full = ~has_link | (together_bps > profile.number("server_link_limit_share") * link_bps)
    return np.where(counted, ~little & full, tests > 1)


def _traffic(frame: Frame, profile: Profile) -> Bits:
    own, has_own = frame.whole("bytes")
    other, has_other = frame.whole("other_bytes")
    reverse, _ = frame.whole("reverse_bytes")
    household, _ = frame.whole("household_bytes")
    busy = other > profile.number("other_traffic_limit_share") * own
    busy |= reverse > profile.number("reverse_traffic_limit_share") * own
    home = household > profile.number("household_limit_share") * own
    some = (other != 0) | (reverse != 0) | (household != 0)
    bits = _when(has_own & busy, Reason.OTHER_TRAFFIC)
    bits |= _when(~has_other | (~has_own & some), Reason.OTHER_TRAFFIC_UNKNOWN)
    return bits | _when((has_own & home) | frame.flag("draw_household_busy", value=True), Reason.HOUSEHOLD_BUSY)
