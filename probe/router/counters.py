"""Pure. What two readings of a router's byte counter are worth: an amount, or the reason why none is known.

Counters of home routers wrap (32 bits pass in 34 s at 1 Gbit/s), stick at their end, never move, lag, begin anew with
each connection, or count another interface. So none is believed before a speed test of known size proved it, and a
doubtful one yields no number. Knows nothing of what other traffic does to a verdict.
"""

from dataclasses import dataclass
from enum import StrEnum

from probe.body.speed_test import Direction
from probe.router.reading import RouterReading
from probe.router.uptime import elapsed_s, restarts
from probe.units import BITS_PER_BYTE

WRAP_BYTES = 1 << 32  # UPnP WANCommonInterfaceConfig:1, TotalBytesSent and TotalBytesReceived: ui4
STUCK_AT_BYTES = WRAP_BYTES - 1  # where some routers stay once they have come so far
_SLACK_S = 1.0  # a count may be this much older or younger than its reading's stamp


class Doubt(StrEnum):
    """Why a counter's amount, or a counter, is not to be believed."""

    NOT_SAID = "not_said"
    NOT_COMPARABLE = "not_comparable"  # of two boots of the probe, of two routers, or out of order
    STUCK = "stuck"  # at the end of its 32 bits
    NOT_MOVING = "not_moving"  # though bytes must have passed
    RESTARTED = "restarted"  # the router or its connection began anew
    BACKWARDS = "backwards"  # it fell, and nothing shows that it wrapped
    IMPOSSIBLE = "impossible"  # fewer bytes than must, or more than can have passed
    AMBIGUOUS = "ambiguous"  # it may have wrapped once more often
    NOT_TESTED = "not_tested"
    TEST_TOO_SMALL = "test_too_small"
    TOO_FEW = "too_few"  # it missed a part of the test: it lags, or counts something else
    TOO_MANY = "too_many"  # the household was busy, or it counts something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a counter may lie from a test's own bytes.

    Headers per byte of TCP payload: from 40/1460 (RFC 791 and RFC 9293, packets of 1500 bytes, IP bytes counted) to
    94/1420 (RFC 8200, with timestamps of RFC 7323, in PPPoE of RFC 2516 and Ethernet frames); most homes lie at 3 to
    5 %. `match_share` on either side is for what is sent twice, the household's background and readings not quite at
    the test's edges: a choice of this module, as is the smallest test that says anything.
    """

    header_least_share: float = 40 / 1460
    header_most_share: float = 94 / 1420
    match_share: float = 0.05
    least_test_bytes: int = 10_000_000


TOLERANCE = Tolerance()


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one test, or several, proved of one direction's counter of one router.

    `share`: bytes counted per byte of TCP payload, headers inside; None where no amount was known.
    """

    reason: Doubt | None
    share: float | None = None

    def __post_init__(self) -> None:
        if self.reason is None and self.share is None:
            raise ValueError("a trusted counter has a share")

    @property
    def trusted(self) -> bool:
        """Whether the counter may be used."""
        return self.reason is None


UNTESTED = Calibration(Doubt.NOT_TESTED)


def moved(
    before: RouterReading, after: RouterReading, direction: Direction, *, fastest_bps: int, least_bytes: int = 0
) -> int | Doubt:
    """The bytes that a counter says passed between two readings, or why that is not known.

    `fastest_bps`: more cannot pass the line (contract or link rate with room to spare); it bounds how often 32 bits
    can have wrapped. `least_bytes`: so many passed for certain, for example half of a test's own.
    """
    first, last = _counted(before, direction), _counted(after, direction)
    elapsed = elapsed_s(before.stamp, after.stamp)
    if first is None or last is None:
        return Doubt.NOT_SAID
    if elapsed is None or before.model != after.model:
        return Doubt.NOT_COMPARABLE
    wraps = 32 in (before.counter_bits, after.counter_bits)
    doubt = _visible_doubt(before, after, wraps=wraps, counts=(first, last))
    if doubt is not None:
        return doubt
    if first == last and least_bytes > 0:
        return Doubt.NOT_MOVING
    most_bytes = int(fastest_bps * (elapsed + _SLACK_S) / BITS_PER_BYTE)
    return _only_possible(last - first, wraps=wraps, least_bytes=least_bytes, most_bytes=most_bytes)


def calibrate(test_bytes: int, counted: int | Doubt, *, tolerance: Tolerance = TOLERANCE) -> Calibration:
    """What a test that moved `test_bytes` of TCP payload proves of a counter that moved by `counted` meanwhile.

    `test_bytes` are all that the test moved in that direction between the two readings, start-up inside.
    """
    if isinstance(counted, Doubt):
        return Calibration(counted)
    if test_bytes < tolerance.least_test_bytes:
        return Calibration(Doubt.TEST_TOO_SMALL)
    share = counted / test_bytes
    if share < (1 + tolerance.header_least_share) * (1 - tolerance.match_share):
        return Calibration(Doubt.TOO_FEW, share)
    if share > (1 + tolerance.header_most_share) * (1 + tolerance.match_share):
        return Calibration(Doubt.TOO_MANY, share)
    return Calibration(None, share)


def renewed(earlier: Calibration, latest: Calibration) -> Calibration:
    """What is known of a counter after one more test.

    Of two shares that both matched the smaller holds: other traffic only ever adds. A busy household, a reconnection
    or a small test change nothing; a counter that missed bytes is trusted no longer.
    """
    if latest.trusted and earlier.trusted:
        return min(earlier, latest, key=_share)
    if latest.reason in (None, Doubt.TOO_FEW, Doubt.NOT_MOVING, Doubt.STUCK, Doubt.IMPOSSIBLE):
        return latest
    return earlier if earlier.trusted else latest


def other_traffic(
    counted: int | Doubt, calibration: Calibration, *, test_bytes: int = 0, tolerance: Tolerance = TOLERANCE
) -> int | None:
    """Bytes of others that passed the router beside a test's own, headers inside; None where that is not known.

    Good to about `match_share` of the test's own bytes: what its sender had to send twice counts as others'. Without a
    test (`test_bytes` 0) all that passed is others'.
    """
    if isinstance(counted, Doubt) or calibration.reason is not None:
        return None
    own_bytes = round(test_bytes * _share(calibration))
    if counted < own_bytes * (1 - tolerance.match_share):
        return None  # it missed some of the test: what it missed of others cannot be known
    return max(0, counted - own_bytes)


def _share(calibration: Calibration) -> float:
    return 0.0 if calibration.share is None else calibration.share


def _counted(reading: RouterReading, direction: Direction) -> int | None:
    return reading.received_bytes if direction is Direction.DOWNLOAD else reading.sent_bytes


def _visible_doubt(
    before: RouterReading, after: RouterReading, *, wraps: bool, counts: tuple[int, int]
) -> Doubt | None:
    """What the readings alone show. A fall is a wrap only where the connection is seen to have run on."""
    if wraps and STUCK_AT_BYTES in counts:
        return Doubt.STUCK
    restart = restarts(before, after)
    if restart.device or restart.connection:
        return Doubt.RESTARTED
    fell = counts[1] < counts[0]
    if fell and not (wraps and restart.connection is False):
        return Doubt.BACKWARDS
    return None


def _only_possible(difference: int, *, wraps: bool, least_bytes: int, most_bytes: int) -> int | Doubt:
    if not wraps:
        return difference if least_bytes <= difference <= most_bytes else Doubt.IMPOSSIBLE
    once = difference % WRAP_BYTES
    again = max(0, -(-(least_bytes - once) // WRAP_BYTES))  # wraps needed to reach what must have passed
    smallest = once + again * WRAP_BYTES
    if smallest > most_bytes:
        return Doubt.IMPOSSIBLE
    return smallest if smallest + WRAP_BYTES > most_bytes else Doubt.AMBIGUOUS
