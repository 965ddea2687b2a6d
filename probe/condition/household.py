"""Pure. What others in the house moved over the line during a test, from two readings of the router around it.

Counted from just before the test to just after it, so rather too much than too little, and less only the test's own IP
packets. A router that counts more than the test's own is believed without a proof, after a small test too, for that can
only keep a test from accusing; one that missed a part of it is not believed. Knows nothing of how a router is asked.
"""

from dataclasses import dataclass

from probe.body.conditions import Source
from probe.body.speed_test import Direction, SpeedTest
from probe.router.counters import TOLERANCE, UNTESTED, Calibration, Doubt, calibrate, moved, other_traffic, renewed
from probe.router.reading import NoRouter, RouterReading

_FASTEST_BPS = 2_500_000_000  # where neither router nor card names more: bounds how often 32 bits can have wrapped
_BELIEVED = (None, Doubt.TOO_MANY, Doubt.TEST_TOO_SMALL)
NAME = "household_bytes"


@dataclass(frozen=True, slots=True)
class Amount:
    """`household_bytes` None: not known, and `source` says why. `calibration` is what is now known of the counter."""

    household_bytes: int | None
    source: Source
    calibration: Calibration


def unasked(asked: NoRouter, earlier: Calibration = UNTESTED) -> Amount:
    """There was no reading to begin with."""
    return Amount(None, Source(of=NAME, origin=f"router: {asked.reason}", at=()), earlier)


def amount(before: RouterReading, after: RouterReading | NoRouter, test: SpeedTest, earlier: Calibration) -> Amount:
    """What passed the router in the test's direction beyond the test, if its counter can be believed."""
    if isinstance(after, NoRouter):
        return unasked(after, earlier)
    if test.failure is not None or not test.bytes:
        return _told(before, after, None, f"test {test.failure or 'without bytes'}", earlier)
    counted = moved(before, after, test.direction, fastest_bps=_fastest_bps(before, test), least_bytes=test.bytes // 2)
    known = renewed(earlier, calibrate(test.bytes, counted))
    if isinstance(counted, Doubt):
        return _told(before, after, None, counted, known)
    if known.reason not in _BELIEVED:
        return _told(before, after, None, str(known.reason), known)
    beyond = other_traffic(counted, Calibration(None, _own_share(test)), test_bytes=test.bytes)
    return _told(before, after, beyond, "counted" if beyond is not None else Doubt.TOO_FEW, known)


def _own_share(test: SpeedTest) -> float:
    """IP bytes per byte of payload, the least that a router can have counted of the test."""
    if test.ip_rate_bps and test.rate_bps:
        return test.ip_rate_bps / test.rate_bps
    return 1 + TOLERANCE.header_least_share


def _fastest_bps(before: RouterReading, test: SpeedTest) -> int:
    said = before.link_down_bps if test.direction is Direction.DOWNLOAD else before.link_up_bps
    return max(said or 0, test.conditions.link_bps or 0, _FASTEST_BPS)


def _told(before: RouterReading, after: RouterReading, beyond: int | None, word: str, known: Calibration) -> Amount:
    origin = f"router, {before.source}: {word}"
    return Amount(beyond, Source(of=NAME, origin=origin, at=(before.stamp.at, after.stamp.at)), known)
