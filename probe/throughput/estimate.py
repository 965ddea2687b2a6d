"""Pure. From what arrived to a rate: the rule "steady/1".

A line with something queued before it delivers at exactly its rate, so the moments of a test that ran at the line's
rate agree with one another to a fraction of a percent, while the start, the recoveries and the disturbances are all
different. The rule looks for that agreement:

1. Count what arrived, in whatever order and each byte once (`arrival.arrived`).
2. Take the rate of every window of 0.1 s (longer on a slow line, until a window holds 100 segments; 0.5 s where the
   receiver tells only what it delivered in order).
3. Find the band of rates, 0.5 % wide (at least two segments of a window), that holds the most windows. If it holds a
   quarter of them, and three, the steady rate is what arrived during these windows, over their time. If not, the band
   is widened to 2, 5 and 10 %.
4. If no band holds a quarter, nothing was steady: the rate is the mean from the first window at the median rate on.

Windows in which nothing arrived agree with one another too, but are no rate: they count among all windows, never in a
band. A test whose last second brought nothing was broken off, and has no rate.

On a line that lets a burst pass above its rate (a token bucket), the burst is steady too. The rule then gives the rate
that lasted longer within the test: the line's own, unless the burst fills half of the test. It never mixes the two.

Knows nothing of sockets, and nothing of what the rate should have been.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from probe.body.speed_test import Limit
from probe.throughput.arrival import Arrival, arrived, together
from probe.throughput.tcp_info import TcpInfo

RULE = "steady/1"
SHORTEST_S = 0.8  # of arrivals; less is not enough measured
_SILENCE_S = 1.0
_FEWEST_IN_BAND = 3  # windows; fewer agree by chance
_WINDOW_S = 0.1
_WINDOW_IN_ORDER_S = 0.5
_WINDOW_SEGMENTS = 100
_LONGEST_WINDOW_SHARE = 0.25  # of the test
_USUAL_SEGMENT_BYTES = 1448  # Ethernet, IPv4, TCP with timestamps; where the receiver does not tell
_BANDS = (0.005, 0.02, 0.05, 0.1)
_BAND_SEGMENTS = 2
_STEADY_SHARE = 0.25  # of the windows
_LIMIT_SHARE = 0.5  # of the time that the sender was busy: less than that leaves room for steady windows
_BUSY_CORE_SHARE = 0.95
# Two-sided 95 % points of Student's t for 1, 2, ... degrees of freedom; beyond, 1.96 + 2.4/n is within 0.005.
_STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One connection's receiver. `segment_bytes`: payload of its full segments, None where it does not tell.

    `arrivals` is sorted and may be empty.
    """

    arrivals: tuple[Arrival, ...]
    segment_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """All in bit/s of TCP payload at the receiver. `steady`: whether the windows agreed (step 3).

    `uncertainty_bps`: half-width of the 95 % interval, from the spread of the windows that do not overlap and from the
    size of a segment; None where there are fewer than two such windows.
    """

    rate_bps: int
    uncertainty_bps: int | None
    steady: bool


@dataclass(frozen=True, slots=True)
class _Window:
    start: int  # index of an arrival
    end: int
    bps: float


def estimate(told: Sequence[Told]) -> Estimate | None:
    """The steady rate of a test over one or several connections; None where too little arrived to say."""
    counts = together([arrived(one.arrivals, one.segment_bytes) for one in told])
    if len(counts) < 2 or counts[-1].received_bytes <= counts[0].received_bytes:
        return None
    span_s = _seconds(counts[0], counts[-1])
    if span_s < SHORTEST_S or _silence_s(counts) >= _SILENCE_S:
        return None
    segment_bytes = max(one.segment_bytes or _USUAL_SEGMENT_BYTES for one in told)
    in_order = any(one.arrivals[0].segments is None for one in told)
    windows = _windows(counts, _window_s(counts, span_s, segment_bytes, in_order=in_order))
    if not windows:
        return None
    band = _band(windows, segment_bytes, counts)
    chosen = band or _after_start(windows)
    rate, covered_s = _rate(counts, chosen)
    return Estimate(
        rate_bps=round(rate),
        uncertainty_bps=_uncertainty(_apart(chosen), segment_bytes * 8 / covered_s),
        steady=band is not None,
    )


def mean_bps(told: Sequence[Told]) -> int | None:
    """The whole test's mean as ndt7 defines it: all that was delivered, over all the time. None where nothing was."""
    moved = [(one.arrivals[0], one.arrivals[-1]) for one in told if one.arrivals]
    longest_us = max((last.elapsed_us for _, last in moved), default=0)
    if longest_us <= 0:
        return None
    return round(sum(last.received_bytes - first.received_bytes for first, last in moved) * 8e6 / longest_us)


def limited_by(senders: Sequence[TcpInfo], cpu_share: float | None) -> Limit | None:
    """What the senders waited for during most of the time that they had something to send; None if they do not tell."""
    busy_us = sum(one.busy_us or 0 for one in senders)
    if not busy_us:
        return None
    if sum(one.rwnd_limited_us or 0 for one in senders) > _LIMIT_SHARE * busy_us:
        return Limit.RECEIVER_WINDOW
    if sum(one.sndbuf_limited_us or 0 for one in senders) > _LIMIT_SHARE * busy_us:
        return Limit.SENDER_BUFFER
    return Limit.CPU if (cpu_share or 0) >= _BUSY_CORE_SHARE else Limit.NETWORK


def _seconds(start: Arrival, end: Arrival) -> float:
    return (end.elapsed_us - start.elapsed_us) / 1_000_000


def _silence_s(counts: Sequence[Arrival]) -> float:
    """How long nothing had arrived when the count ended."""
    last = counts[-1]
    since = next((one for one in reversed(counts) if one.received_bytes != last.received_bytes), last)
    return _seconds(since, last)


def _window_s(counts: Sequence[Arrival], span_s: float, segment_bytes: int, *, in_order: bool) -> float:
    mean_bytes_per_s = (counts[-1].received_bytes - counts[0].received_bytes) / span_s
    wanted_s = max(_WINDOW_IN_ORDER_S if in_order else _WINDOW_S, _WINDOW_SEGMENTS * segment_bytes / mean_bytes_per_s)
    return min(wanted_s, span_s * _LONGEST_WINDOW_SHARE)


def _windows(counts: Sequence[Arrival], window_s: float) -> list[_Window]:
    """From every arrival, the window to the first one that is `window_s` later."""
    windows: list[_Window] = []
    end = 0
    for start, first in enumerate(counts):
        while end < len(counts) and _seconds(first, counts[end]) < window_s:
            end += 1
        if end == len(counts):
            break
        last = counts[end]
        bps = (last.received_bytes - first.received_bytes) * 8 / _seconds(first, last)
        windows.append(_Window(start, end, bps))
    return windows


def _band(windows: Sequence[_Window], segment_bytes: int, counts: Sequence[Arrival]) -> list[_Window] | None:
    """The windows of the narrowest band that holds enough of them, in order of time."""
    rates = sorted(window.bps for window in windows if window.bps > 0)
    if not rates:
        return None
    median = rates[len(rates) // 2]
    segments = median * _seconds(counts[windows[0].start], counts[windows[0].end]) / 8 / segment_bytes
    finest = _BAND_SEGMENTS / segments
    for width in (max(band, finest) for band in _BANDS):
        held = [bisect_right(rates, rate * (1 + width)) - index for index, rate in enumerate(rates)]
        most = max(held)
        low = rates[held.index(most)]
        if most >= max(_FEWEST_IN_BAND, _STEADY_SHARE * len(windows)):
            return [window for window in windows if low <= window.bps <= low * (1 + width)]
    return None


def _after_start(windows: Sequence[_Window]) -> list[_Window]:
    median = sorted(window.bps for window in windows)[len(windows) // 2]
    first = next(index for index, window in enumerate(windows) if window.bps >= median)
    return list(windows[first:])


def _rate(counts: Sequence[Arrival], windows: Sequence[_Window]) -> tuple[float, float]:
    """(bit/s over the time that `windows` cover, that time in seconds); where they overlap it counts once."""
    covered_s, moved_bytes, reached = 0.0, 0, 0
    for window in windows:
        start = max(window.start, reached)
        if window.end > start:
            covered_s += _seconds(counts[start], counts[window.end])
            moved_bytes += counts[window.end].received_bytes - counts[start].received_bytes
            reached = window.end
    return moved_bytes * 8 / covered_s, covered_s


def _apart(windows: Sequence[_Window]) -> list[float]:
    """The rates of as many of `windows` as do not overlap."""
    rates, reached = [], 0
    for window in windows:
        if window.start >= reached:
            rates.append(window.bps)
            reached = window.end
    return rates


def _uncertainty(rates: Sequence[float], grain_bps: float) -> int | None:
    count = len(rates)
    if count < 2:
        return None
    mean = math.fsum(rates) / count
    variance = math.fsum((rate - mean) ** 2 for rate in rates) / (count - 1)
    point = _STUDENT_T[count - 2] if count - 2 < len(_STUDENT_T) else 1.96 + 2.4 / (count - 1)
    return round(math.hypot(point * math.sqrt(variance / count), grain_bps))
