"""A test that is looked at until it suits may neither be pulled by that nor claim to know more than it does."""

import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from probe.throughput.arrival import Arrival
from probe.throughput.estimate import Estimate, Told, estimate
from probe.throughput.rate import certain
from probe.throughput.rate.interval import half_width

SEGMENT = 1448
FULL_S = 10.0
TESTS = 120


def line(bps: float, chance: random.Random, wobble: float) -> Told:
    """A ramp, then the line's rate as several connections show it: 10 ms hold more or less, 100 ms about right.

    Now and then the queue runs empty for a moment.
    """
    arrivals, moved, owed = [Arrival(0, 0, 0)], 0.0, 0.0
    ramp_s, pause_until = chance.uniform(0.1, 0.5), 0.0
    for tick in range(1, round(FULL_S * 100)):
        second = tick / 100
        if second > pause_until and chance.random() < 0.01:
            pause_until = second + chance.uniform(0.02, 0.1)
        share = min(1.0, second / ramp_s) * (0.7 if second < pause_until else 1.0)
        jitter = chance.gauss(0, wobble)
        moved += bps / 800 * share * (1 + jitter - owed)
        owed = jitter  # what came early does not come again
        whole = int(moved / SEGMENT)
        arrivals.append(Arrival(tick * 10_000, whole * SEGMENT, whole))
    return Told(arrivals=tuple(arrivals), segment_bytes=SEGMENT)


def adaptive(told: Told, idle_rtt_ms: float = 20.0) -> tuple[Estimate | None, float]:
    """What an adaptive test over `told` ends with, and after how many seconds."""
    for number in range(1, 30):
        look_s = certain.look_s(number, idle_rtt_ms)
        if look_s >= FULL_S:
            break
        seen = tuple(one for one in told.arrivals if one.elapsed_us <= look_s * 1e6)
        found = estimate([Told(arrivals=seen, segment_bytes=SEGMENT)], certain.confidence(number))
        if certain.is_certain(found, elapsed_s=look_s, moved_bytes=seen[-1].received_bytes):
            return found, look_s
    return estimate([told], certain.confidence(number)), FULL_S


def test_over_many_tests_the_interval_covers_the_rate_and_the_stop_pulls_it_nowhere() -> None:
    chance = random.Random(11)
    errors, covered, seconds = [], 0, []
    for _ in range(TESTS):
        bps = chance.uniform(1e8, 1e9)
        found, end_s = adaptive(line(bps, chance, chance.choice((0.01, 0.03, 0.06))))
        assert found is not None
        assert found.uncertainty_bps is not None
        errors.append(found.rate_bps / bps - 1)
        covered += abs(found.rate_bps - bps) <= found.uncertainty_bps
        seconds.append(end_s)
    assert covered / TESTS >= 0.95
    assert abs(sum(errors) / TESTS) < 0.002
    assert sorted(seconds)[TESTS // 2] <= 2.0


def test_the_spread_alone_covers_a_mean_however_often_it_is_looked_at() -> None:
    """Without the floor below every interval, and stopped at the worst look: the first that does not cover."""
    chance = random.Random(5)
    missed = 0
    for _ in range(400):
        rates = [chance.gauss(0, 1) for _ in range(60)]
        missed += any(
            abs(sum(rates[:count]) / count) > (half_width(rates[:count], 0.0, 0.0, certain.confidence(look)) or 0)
            for look, count in enumerate(range(5, 60, 4), 1)
        )
    assert missed / 400 <= certain.ERROR_RATE


@given(st.integers(2, 60))
def test_what_the_looks_spend_is_never_more_than_the_whole(looks: int) -> None:
    assert sum(1 - certain.confidence(number) for number in range(1, looks)) <= certain.ERROR_RATE


@given(st.sampled_from([2e7, 1e8, 1e9]), st.floats(0.05, 1.0), st.floats(1.5, 8.0), st.integers(0, 999))
def test_no_burst_that_is_over_by_then_is_taken_for_the_line(
    bps: float, burst_s: float, ratio: float, seed: int
) -> None:
    """The bound: a burst of a second is over before the first look that may end a test, at 16 MB or after 2 s."""
    peak = told(lambda second: bps * ratio if second < burst_s else bps, random.Random(seed))
    found, _ = adaptive(peak)
    assert found is not None
    assert found.uncertainty_bps is not None
    assert abs(found.rate_bps - bps) <= max(found.uncertainty_bps, 0.01 * bps)


def told(bps_at: Callable[[float], float], chance: random.Random) -> Told:
    arrivals, moved = [Arrival(0, 0, 0)], 0.0
    for tick in range(1, round(FULL_S * 100)):
        moved += bps_at(tick / 100) / 800 * chance.uniform(0.98, 1.02)
        whole = int(moved / SEGMENT)
        arrivals.append(Arrival(tick * 10_000, whole * SEGMENT, whole))
    return Told(arrivals=tuple(arrivals), segment_bytes=SEGMENT)
