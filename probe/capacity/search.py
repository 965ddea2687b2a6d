"""Pure. At which rate to send next: the table of sending rates and the load adjustment algorithms B and C.

B is the algorithm of RFC 9097, section 8.1 and appendix A (also Y.1540, annex B): up by many rows until congestion has
shown three times, by one row after that; down by one row, once by many. C ("multiply and retry") is TR-471's other one,
as its reference implementation OB-UDPST has it: it doubles instead, and tries again after a while.

The table has the rows of OB-UDPST, but its own way to each: one transmitter and packets of one size. OB-UDPST fills up
with smaller packets, whose larger share of headers takes up to 0.3 % off the IP rate that an Ethernet shaper lets
through. Knows nothing of clocks, sockets or results.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor

from probe.capacity.pdu import RANDOM_SIZE, Algorithm, Rate, Status
from probe.units import BITS_PER_BYTE, BPS_PER_MBPS

FULL_PACKET_BYTES, SAFE_PACKET_BYTES = 1500, 1250  # of IP; the smaller passes every tunnel
HEADER_BYTES = {4: 28, 6: 48}  # of IP and UDP
HIGH_SPEED_ROW = 1000  # up to here a row is 1 Mbit/s, above it 100 Mbit/s
LAST_ROW = 1090
HIGHEST_BPS = 10_000_000_000  # of that row
MOST_BURST = 100  # datagrams at once, by the protocol
_BURST_US = 500  # what one burst stands for: as few wake-ups as a shallow queue bears
_SHORTEST_INTERVAL_US = 100  # by the protocol
_LOWEST_INTERVAL_US = 100_000  # of row 0, which sends a packet ten times a second
_JUMP_BACK = 3  # times the high-speed delta
_RETRY_AFTER = 5  # adjustments, the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an activation agreed to. `last_row`: no higher, whatever the line bears."""

    algorithm: int = Algorithm.B
    low_ms: int = 30
    upper_ms: int = 90
    high_speed_delta: int = 10
    slow_threshold: int = 3
    loss_threshold: int = 10
    ignore_reordering: bool = True
    use_one_way_delay: bool = False
    last_row: int = LAST_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the receiver saw in one trial interval. A delay that was not measured is None and holds the rate."""

    lost: int
    reordered: int = 0
    duplicated: int = 0
    rtt_variation_ms: int | None = None
    delay_mean_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`congestions`: signs of it so far.

    The other three are C's: whether a step is due to double, adjustments since it went slow, and after how many of them
    it tries again.
    """

    row: int = 0
    congestions: int = 0
    doubles: bool = False
    waited: int = 0
    retry_after: int = _RETRY_AFTER


def table(packet_bytes: int) -> tuple[Rate, ...]:
    """Row 0 is about 0.1 Mbit/s, rows 1 to 1000 that many Mbit/s, above them 100 Mbit/s more each; of IP packets.

    >>> [ip_bps(row, 28) for row in table(1500)[:3]]
    [120000, 1000000, 2000000]
    """
    lowest = Rate(interval1_us=_LOWEST_INTERVAL_US, payload1_bytes=packet_bytes - HEADER_BYTES[4], burst1=1)
    return (lowest, *(_rate(row, packet_bytes) for row in range(1, LAST_ROW + 1)))


def _rate(row: int, packet_bytes: int) -> Rate:
    """The burst of about the length wanted whose interval is nearest to whole microseconds."""
    mbps = row if row <= HIGH_SPEED_ROW else HIGH_SPEED_ROW + 100 * (row - HIGH_SPEED_ROW)
    packet_us = packet_bytes * BITS_PER_BYTE / mbps
    most = min(MOST_BURST, max(1, round(_BURST_US / packet_us)))
    least = min(most, max(ceil(most / 2), ceil(_SHORTEST_INTERVAL_US / packet_us)))
    burst = min(range(most, least - 1, -1), key=lambda count: abs(round(count * packet_us) / (count * packet_us) - 1))
    return Rate(interval1_us=round(burst * packet_us), payload1_bytes=packet_bytes - HEADER_BYTES[4], burst1=burst)


def ip_bps(rate: Rate, header_bytes: int) -> int:
    """The rate in IP packets that `rate` asks for. Sizes up to a limit count as that limit."""
    size1, size2, addon2 = (_most(size) for size in (rate.payload1_bytes, rate.payload2_bytes, rate.addon2_bytes))
    bps = 0.0
    if rate.interval1_us:
        bps += rate.burst1 * (size1 + header_bytes) / rate.interval1_us
    if rate.interval2_us:
        addon_bytes = addon2 + header_bytes if addon2 else 0
        bps += (rate.burst2 * (size2 + header_bytes) + addon_bytes) / rate.interval2_us
    return round(bps * BITS_PER_BYTE * BPS_PER_MBPS)


def _most(size: int) -> int:
    return size & ~RANDOM_SIZE


def signs_of(status: Status) -> Signs:
    """What a status unit says of its trial interval."""
    delay = status.delay
    return Signs(
        lost=status.lost,
        reordered=status.reordered,
        duplicated=status.duplicated,
        rtt_variation_ms=status.rtt_variation_ms,
        delay_mean_ms=delay.sum_ms // delay.count if delay.count else None,
    )


def highest_row(bps: float) -> int:
    """The highest row that asks for no more than `bps`.

    >>> highest_row(500e6), highest_row(2.55e9)
    (500, 1015)
    """
    mbps = bps / BPS_PER_MBPS
    if mbps <= HIGH_SPEED_ROW:
        return max(0, floor(mbps))
    return min(LAST_ROW, HIGH_SPEED_ROW + floor((mbps - HIGH_SPEED_ROW) / 100))


def shows_queue(signs: Signs, settings: Settings) -> bool:
    """Whether the interval shows that the line was full: loss, or delay that a queue makes."""
    delay_ms = signs.delay_mean_ms if settings.use_one_way_delay else signs.rtt_variation_ms
    return _errors(signs, settings) > settings.loss_threshold or (delay_ms is not None and delay_ms >= settings.low_ms)


def adjust(state: State, signs: Signs, settings: Settings) -> State:
    """The state after one trial interval."""
    up, down = _STEPS.get(settings.algorithm, _STEPS[Algorithm.B])
    errors, delay_ms = _errors(signs, settings), _delay_ms(signs, settings)
    after = state
    if errors > settings.loss_threshold or delay_ms > settings.upper_ms:
        after = down(state, settings)
    elif delay_ms < settings.low_ms:
        after = up(state, settings)
    return replace(after, row=min(after.row, settings.last_row))


def _errors(signs: Signs, settings: Settings) -> int:
    return signs.lost if settings.ignore_reordering else signs.lost + signs.reordered + signs.duplicated


def _delay_ms(signs: Signs, settings: Settings) -> int:
    delay = signs.delay_mean_ms if settings.use_one_way_delay else signs.rtt_variation_ms
    return settings.low_ms if delay is None else delay


def _is_fast(state: State, settings: Settings) -> bool:
    return state.row < HIGH_SPEED_ROW and state.congestions < settings.slow_threshold


def _up_b(state: State, settings: Settings) -> State:
    if _is_fast(state, settings):
        return replace(state, row=min(state.row + settings.high_speed_delta, HIGH_SPEED_ROW), congestions=0)
    return replace(state, row=min(state.row + 1, LAST_ROW))


def _down_b(state: State, settings: Settings) -> State:
    congestions = state.congestions + 1
    steps = 1
    if state.row < HIGH_SPEED_ROW and congestions == settings.slow_threshold:
        steps = _JUMP_BACK * settings.high_speed_delta
    return replace(state, row=max(0, state.row - steps), congestions=congestions)


def _up_c(state: State, settings: Settings) -> State:
    if _is_fast(state, settings):
        return replace(_multiplied(state), congestions=0)
    if state.row == LAST_ROW:
        return state
    after = replace(state, row=state.row + 1, waited=state.waited + 1)
    if after.waited < after.retry_after:
        return after
    return replace(after, congestions=0, waited=0, retry_after=after.retry_after + _RETRY_AFTER)


def _multiplied(state: State) -> State:
    """Doubles every second time: 1.4 times a step on average."""
    if state.row * 2 > HIGH_SPEED_ROW:
        return replace(state, row=HIGH_SPEED_ROW)
    row = max(1, state.row)
    return replace(state, row=row * 2 if state.doubles else row, doubles=not state.doubles)


def _down_c(state: State, settings: Settings) -> State:
    after = _down_b(state, settings)
    jumped_back = state.row < HIGH_SPEED_ROW and after.congestions == settings.slow_threshold
    if jumped_back or state.row == 0:
        return after
    if state.waited + 1 < state.retry_after:
        return replace(after, waited=state.waited + 1)
    return replace(after, congestions=0, waited=0)


_Step = Callable[[State, Settings], State]
_STEPS: dict[int, tuple[_Step, _Step]] = {
    Algorithm.B: (_up_b, _down_b),
    Algorithm.C: (_up_c, _down_c),
}
