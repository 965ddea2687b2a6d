"""The rule "steady/3" on made-up arrivals, and on traces recorded over emulated lines of known rate."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.throughput import estimate
from probe.throughput.arrival import Arrival
from probe.throughput.estimate import Estimate, Told

TRACES = sorted((Path(__file__).parent / "traces").glob("*.json"))
SEGMENT = 1448
TICK_US = 10_000


def told(bps_at: Callable[[float], float], duration_s: float = 4.0, *, segments: bool = True) -> Told:
    """What a receiver counts every 10 ms of a line whose rate at a second is `bps_at`."""
    arrivals, moved = [], 0.0
    for tick in range(round(duration_s * 100) + 1):
        whole = int(moved / SEGMENT)
        arrivals.append(Arrival(tick * TICK_US, whole * SEGMENT, whole if segments else None))
        moved += bps_at(tick / 100) / 8 / 100
    return Told(arrivals=tuple(arrivals), segment_bytes=SEGMENT if segments else None)


def estimated(*parts: Told) -> Estimate:
    found = estimate.estimate(parts)
    assert found is not None
    return found


def a_ramp(rate_bps: float) -> Callable[[float], float]:
    return lambda second: min(1.0, 0.02 * 2 ** (second / 0.1)) * rate_bps


@pytest.mark.parametrize("rate_bps", [5e5, 2e6, 1e7, 1e8, 1e9, 1e10])
def test_the_start_up_is_not_in_the_steady_rate_but_in_the_mean(rate_bps: float) -> None:
    test = told(a_ramp(rate_bps))
    found = estimated(test)
    assert found.steady
    assert found.rate_bps == pytest.approx(rate_bps, rel=0.005)
    mean_bps = estimate.mean_bps([test])
    assert mean_bps is not None
    assert mean_bps < 0.96 * rate_bps


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_a_recorded_trace_reads_the_lines_true_rate(path: Path) -> None:
    trace = json.loads(path.read_text())
    arrivals = tuple(Arrival(*row) for row in trace["arrivals"])
    found = estimated(Told(arrivals=arrivals, segment_bytes=trace["segment_bytes"]))
    assert found.rate_bps == pytest.approx(trace["true_bps"], rel=0.005), trace["line"]
    assert found.uncertainty_bps is not None
    assert found.uncertainty_bps < 0.05 * trace["true_bps"]


@given(st.integers(10, 100), st.floats(0.05, 0.9))
def test_pauses_lower_the_mean_and_not_the_steady_rate(mbps: int, at_share: float) -> None:
    stop, resume = at_share * 4, at_share * 4 + 0.3
    found = estimated(told(lambda second: 0.0 if stop <= second < resume else mbps * 1e6))
    assert found.rate_bps == pytest.approx(mbps * 1e6, rel=0.005)


@given(st.integers(1, 100), st.floats(0.3, 2.9))
def test_a_line_that_falls_silent_has_no_rate_rather_than_a_slow_one(mbps: int, at_s: float) -> None:
    assert estimate.estimate([told(lambda second: mbps * 1e6 if second < at_s else 0.0)]) is None


def test_pauses_that_fill_most_of_a_test_are_no_rate_of_nought() -> None:
    found = estimated(told(lambda second: 1e8 if second % 0.8 < 0.25 else 0.0))
    assert found.rate_bps > 3e7


@pytest.mark.parametrize("burst_s", [0.2, 0.8, 1.5, 2.6, 3.5])
def test_a_burst_is_told_apart_and_the_rate_is_what_came_after_it(burst_s: float) -> None:
    found = estimated(told(lambda second: 2e8 if second < burst_s else 1e8))
    assert found.steady
    assert found.rate_bps == pytest.approx(1e8, rel=0.005)
    assert found.burst is not None
    assert found.burst.bps == pytest.approx(2e8, rel=0.05)
    assert found.burst.bytes == pytest.approx(2e8 / 8 * burst_s, rel=0.06)
    assert found.burst.duration_s == pytest.approx(burst_s, rel=0.06)


def test_a_burst_that_has_just_ended_cannot_be_told_from_the_line() -> None:
    """The rule's limit: the sustained rate has to be seen for 0.4 seconds, and for 0.25 to leave a doubt."""
    found = estimated(told(lambda second: 2e8 if second < 3.85 else 1e8))
    assert found.rate_bps == pytest.approx(2e8, rel=0.005)
    assert found.burst is None
    doubted = estimated(told(lambda second: 2e8 if second < 3.65 else 1e8))
    assert not doubted.steady
    assert doubted.uncertainty_bps is not None
    assert doubted.rate_bps - doubted.uncertainty_bps <= 1e8


@given(st.floats(1.2, 2.8), st.integers(0, 99))
def test_others_who_begin_midway_are_no_burst_of_the_line(at_s: float, seed: int) -> None:
    """They take a share that varies: what is left is no plateau."""
    chance = random.Random(seed)
    shares = [chance.uniform(0.3, 0.8) for _ in range(90)]
    found = estimated(told(lambda second: 1e8 if second < at_s else 1e8 * shares[int(second / 0.05)]))
    assert found.burst is None or found.uncertainty_bps is None or abs(found.rate_bps - 1e8) <= found.uncertainty_bps


def test_a_clean_line_has_no_burst() -> None:
    assert estimated(told(a_ramp(1e8))).burst is None
    assert estimated(told(lambda _: 1e8)).burst is None


def test_a_sender_that_mostly_keeps_below_the_line_is_not_steady_and_its_upper_edge_is_the_rate() -> None:
    """As one BBR connection on a short queue: paced 6 % low most of the time, now and then at the line's rate."""
    found = estimated(told(lambda second: 1e8 if second % 1 < 0.25 else 9.4e7))
    assert not found.steady
    assert found.rate_bps == pytest.approx(1e8, rel=0.005)
    assert found.uncertainty_bps is not None
    assert found.uncertainty_bps >= 5.5e6


@pytest.mark.parametrize("grant_s", [0.002, 0.005, 0.01, 0.02])
@pytest.mark.parametrize("mbps", [20, 300])
def test_packets_that_come_in_batches_do_not_make_the_rate_read_high(grant_s: float, mbps: int) -> None:
    """Wi-Fi aggregates, grants of PON and DOCSIS: all that has waited comes at once, at uneven moments."""
    found = estimated(granted(mbps * 1e6, grant_s, random.Random(3)))
    assert found.rate_bps == pytest.approx(mbps * 1e6, rel=0.01)
    assert found.uncertainty_bps is not None
    assert abs(found.rate_bps - mbps * 1e6) <= found.uncertainty_bps


def granted(rate_bps: float, grant_s: float, chance: random.Random, duration_s: float = 4.0) -> Told:
    """Read every 10 ms or so; what came is what the last grant let through."""
    arrivals, second, last_s = [Arrival(0, 0, 0)], 0.0, 0.0
    read_s = 0.01
    while second < duration_s:
        second += grant_s * chance.uniform(0.5, 1.5)
        while read_s < second:
            segments = int(last_s * rate_bps / 8 / SEGMENT)
            arrivals.append(Arrival(round(read_s * 1e6), segments * SEGMENT, segments))
            read_s += 0.01 * chance.uniform(1, 1.3)
        last_s = second
    return Told(arrivals=tuple(arrivals), segment_bytes=SEGMENT)


def test_a_line_that_never_settles_gets_its_mean_after_the_start_and_says_so() -> None:
    chance = random.Random(7)
    rates = [chance.uniform(2e7, 1e8) for _ in range(60)]
    found = estimated(told(lambda second: rates[int(second / 0.1)]))
    assert not found.steady
    assert found.rate_bps == pytest.approx(6e7, rel=0.15)
    assert found.uncertainty_bps is not None
    assert found.uncertainty_bps > 0.03 * found.rate_bps


def test_in_order_delivery_alone_reads_a_clean_line() -> None:
    assert estimated(told(a_ramp(1e8), segments=False)).rate_bps == pytest.approx(1e8, rel=0.005)


def test_connections_that_share_a_line_add_up_to_it() -> None:
    shares = (0.1, 0.25, 0.65)
    parts = [told(a_ramp(share * 1e8)) for share in shares]
    assert estimated(*parts).rate_bps == pytest.approx(1e8, rel=0.005)


def test_too_little_to_say_is_none() -> None:
    assert estimate.estimate([Told(arrivals=(), segment_bytes=None)]) is None
    assert estimate.estimate([told(lambda _: 1e8, 0.5)]) is None
    assert estimate.estimate([told(lambda _: 0.0)]) is None
    assert estimate.estimate([told(lambda _: 1e8), Told(arrivals=(), segment_bytes=None)]) is None
    assert estimate.mean_bps([Told(arrivals=(), segment_bytes=None)]) is None


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**9), st.integers(0, 10**6)), min_size=2, max_size=80),
    st.none() | st.integers(1, 65_535),
)
def test_nothing_that_a_peer_counts_raises(steps: list[tuple[int, int, int]], segment_bytes: int | None) -> None:
    arrivals = [Arrival(0, 0, 0)]
    for us, moved, segments in steps:
        last = arrivals[-1]
        arrivals.append(Arrival(last.elapsed_us + us, last.received_bytes + moved, (last.segments or 0) + segments))
    found = estimate.estimate([Told(arrivals=tuple(arrivals), segment_bytes=segment_bytes)])
    assert found is None or found.rate_bps >= 0
