"""Pure. From what arrived to a rate: the rule "steady/3".

A line with something queued before it delivers at exactly its rate, so the moments of a test that ran at the line's
rate agree with one another to a fraction of a percent, while the start, the recoveries and the disturbances are all
different. And nothing passes faster than the line: what agrees is the line's rate only if next to nothing is above it.

1. Count what arrived, in whatever order and each byte once (`arrival.arrived`).
2. Take the rate of every window of 0.1 s (longer on a slow line, until a window holds 100 segments; 0.5 s where the
   receiver tells only what it delivered in order).
3. Find the band of rates, 0.5 % wide (at least two segments of a window), that holds the most windows. If it holds a
   quarter of them, and three, it is a plateau; if not, the band is widened to 2 %. Where packets come in batches (Wi-Fi
   aggregates, grants of PON and DOCSIS) short windows never agree: windows twice and four times as long are tried, of
   which half have to agree. At last the band is widened to 5 and 10 %, which is no longer flat.
4. If the test ended on a lower plateau, a flat one, then what came before was a burst, and this is the line's
   (`rate.burst`). What passed above it at the start is told apart, and counts no further. Where it ended lower, but on
   no plateau, nothing was steady.
5. If it is flat, and at most 8 % of the windows lie 0.8 % above it (or its width, if that is more), its rate is
   steady: what arrived during its windows, over their time.
6. If more do, the sender kept below the line for most of the test. Where the windows crowd at an upper edge, that edge
   (their 90th percentile) is the rate; otherwise the plateau's. Where there is no plateau, the mean from the first
   window at the median rate on. None of these is steady, and the interval spans what was found.

A test whose last second brought nothing was broken off, and has no rate. Knows nothing of sockets, and nothing of what
the rate should have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.body.course import Burst
from probe.throughput.arrival import Arrival, arrived, together
from probe.throughput.rate import burst as bursts
from probe.throughput.rate import interval
from probe.throughput.rate.plateau import FLAT, Plateau, plateau
from probe.throughput.rate.window import Window, apart, covered, quantile, seconds, windows

RULE = "steady/3"
SHORTEST_S = 0.8  # of arrivals; less is not enough measured
_SILENCE_S = 1.0
_WINDOW_S = 0.1
_WINDOW_IN_ORDER_S = 0.5
_WINDOW_SEGMENTS = 100
_LONGEST_WINDOW_SHARE = 0.25  # of the test
_USUAL_SEGMENT_BYTES = 1448  # Ethernet, IPv4, TCP with timestamps; where the receiver does not tell
_STEADY_SHARE = 0.25  # of the windows
_LONGER = 2  # doublings of the window
_LONGER_SHARE = 0.5  # of longer windows: they agree more easily
_BURST_ECHO_US = 50_000  # a burst's last packets are still in windows that begin as it ends
_ABOVE_MARGIN = 0.008  # or the band's width, if that is more
_MOST_ABOVE_SHARE = 0.08  # of the windows: jitter, and what a queue lets through after a pause
_MOST_ABOVE_REFILLED_SHARE = 0.25  # the same behind a burst: every pause refills the bucket somewhat
_EDGE = 0.9  # the quantile
_TOP = 0.99
_NEAR = 1.12  # times the median: senders pace 1 to 7 % below a line; what is farther apart has other causes
_SHARPNESS = 0.35  # of the distance from median to edge: how near the highest windows lie to the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One connection's receiver. `segment_bytes`: payload of its full segments, None where it does not tell.

    `arrivals` is sorted and may be empty.
    """

    arrivals: tuple[Arrival, ...]
    segment_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """All in bit/s of TCP payload at the receiver. `steady`: step 5.

    `uncertainty_bps`: half-width of the interval of the confidence that was asked; None where there are fewer than two
    windows that do not overlap. `kept_up_s`: how much of the test ran at the rate. `recent_s`: how long before the end
    it last did. `in_order`: a receiver told no more than what it delivered in order.
    """

    rate_bps: int
    uncertainty_bps: int | None
    steady: bool
    kept_up_s: float
    recent_s: float
    in_order: bool
    burst: Burst | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Windows to take the rate from. `spread_bps`: what the interval has to span at least."""

    windows: Sequence[Window]
    steady: bool
    rate_bps: float | None = None  # None: what arrived during the windows
    spread_bps: float = 0.0


def estimate(told: Sequence[Told], confidence: float = interval.CONFIDENCE) -> Estimate | None:
    """The steady rate of a test over one or several connections; None where too little arrived to say."""
    counts = together([arrived(one.arrivals, one.segment_bytes) for one in told])
    if len(counts) < 2 or counts[-1].received_bytes <= counts[0].received_bytes:
        return None
    span_s = seconds(counts[0], counts[-1])
    if span_s < SHORTEST_S or _silence_s(counts) >= _SILENCE_S:
        return None
    segment_bytes = max(one.segment_bytes or _USUAL_SEGMENT_BYTES for one in told)
    in_order = any(one.arrivals[0].segments is None for one in told)
    among = windows(counts, _window_s(counts, span_s, segment_bytes, in_order=in_order))
    if not among:
        return None
    found, burst = _line(among, counts, segment_bytes)
    mean_bps, covered_s = covered(counts, found.windows)
    rate_bps = mean_bps if found.rate_bps is None else found.rate_bps
    half_bps = interval.half_width(apart(found.windows), rate_bps, segment_bytes * 8 / covered_s, confidence)
    return Estimate(
        rate_bps=round(rate_bps),
        uncertainty_bps=round(max(half_bps or 0, found.spread_bps)) if half_bps or found.spread_bps else None,
        steady=found.steady,
        kept_up_s=covered_s,
        recent_s=seconds(counts[found.windows[-1].end], counts[-1]),
        in_order=in_order,
        burst=burst,
    )


def mean_bps(told: Sequence[Told]) -> int | None:
    """The whole test's mean as ndt7 defines it: all that was delivered, over all the time. None where nothing was."""
    moved = [(one.arrivals[0], one.arrivals[-1]) for one in told if one.arrivals]
    longest_us = max((last.elapsed_us for _, last in moved), default=0)
    if longest_us <= 0:
        return None
    return round(sum(last.received_bytes - first.received_bytes for first, last in moved) * 8e6 / longest_us)


def _silence_s(counts: Sequence[Arrival]) -> float:
    """How long nothing had arrived when the count ended."""
    last = counts[-1]
    since = next((one for one in reversed(counts) if one.received_bytes != last.received_bytes), last)
    return seconds(since, last)


def _window_s(counts: Sequence[Arrival], span_s: float, segment_bytes: int, *, in_order: bool) -> float:
    mean_bytes_per_s = (counts[-1].received_bytes - counts[0].received_bytes) / span_s
    wanted_s = max(_WINDOW_IN_ORDER_S if in_order else _WINDOW_S, _WINDOW_SEGMENTS * segment_bytes / mean_bytes_per_s)
    return min(wanted_s, span_s * _LONGEST_WINDOW_SHARE)


def _line(among: Sequence[Window], counts: Sequence[Arrival], segment_bytes: int) -> tuple[_Found, Burst | None]:
    """Steps 3 to 6."""
    level = _plateau(among, counts, segment_bytes)
    if level is None:
        return _after_start(among), None
    later = bursts.behind(among, counts, level)
    if later:
        lower = bursts.sustained(later, counts, segment_bytes, level)
        if lower is None:
            fallen_bps = level.high_bps - quantile(later, 0.5)
            return _Found(windows=level.windows, steady=False, spread_bps=fallen_bps), None
        level = lower
    passed = bursts.burst(counts, covered(counts, level.windows)[0])
    if passed is None:
        return _judged(level, among, _MOST_ABOVE_SHARE), None
    burst, end = passed
    after_us = counts[end].elapsed_us + _BURST_ECHO_US
    after = [one for one in among if counts[one.start].elapsed_us >= after_us]
    return _judged(level, after or level.windows, _MOST_ABOVE_REFILLED_SHARE), burst


def _plateau(among: Sequence[Window], counts: Sequence[Arrival], segment_bytes: int) -> Plateau | None:
    """Step 3."""
    found = plateau(among, counts, segment_bytes, share=_STEADY_SHARE, widest=FLAT)
    longer_s = seconds(counts[among[0].start], counts[among[0].end])
    for _ in range(_LONGER):
        if found is not None:
            return found
        longer_s *= 2
        longer = windows(counts, longer_s)
        if len(longer) < len(among) / 2:
            break
        found = plateau(longer, counts, segment_bytes, share=_LONGER_SHARE, widest=FLAT)
    return found or plateau(among, counts, segment_bytes, share=_STEADY_SHARE)


def _judged(level: Plateau, among: Sequence[Window], most_above_share: float) -> _Found:
    """Steps 5 and 6 for a plateau among all windows that count."""
    limit_bps = level.high_bps * (1 + max(_ABOVE_MARGIN, level.width))
    above = sum(window.bps > limit_bps for window in among)
    if level.flat and above <= most_above_share * len(among):
        return _Found(windows=level.windows, steady=True)
    median, edge, top = (quantile(among, share) for share in (0.5, _EDGE, _TOP))
    if edge <= _NEAR * median and top - edge <= _SHARPNESS * (edge - median):
        crowd = [window for window in among if window.bps >= edge * (1 - _ABOVE_MARGIN)]
        return _Found(windows=crowd, steady=False, rate_bps=edge, spread_bps=edge - min(median, level.low_bps))
    return _Found(windows=level.windows, steady=False, spread_bps=max(edge - level.low_bps, level.low_bps - median))


def _after_start(among: Sequence[Window]) -> _Found:
    median = quantile(among, 0.5)
    first = next(index for index, window in enumerate(among) if window.bps >= median)
    return _Found(windows=among[first:], steady=False)
