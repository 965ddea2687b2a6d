"""The rules "steady/3" and "certain/1" on what was counted, every 10 ms, over emulated lines of known rate."""

import gzip
import json
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from probe.throughput.arrival import Arrival
from probe.throughput.estimate import Estimate, Told, estimate
from probe.throughput.rate import certain

TRACES = Path(__file__).parent / "traces"
STEADY = (
    "tun-10-r20-q1-l0-s1-d",
    "tun-100-r50-q0.1-l0.001-s4-d",
    "tun-100-r50-q1-l0.001-s4-d",
    "tun-500-r20-q1-l0.001-s4-u",
    "tbf-1000-r20-q1-l0-s4-d",
)
# Name, when the burst was over, and how many bytes had passed by then.
BURSTS = (
    ("burst-mbps100-bucket10-peak300-streams4-d", 0.9, 14.6e6),
    ("burst-mbps100-bucket20-peak400-streams1-u", 1.1, 25.9e6),
    ("burst-mbps30-bucket20-peak100-streams4-d", 3.1, 27.3e6),
)


@cache
def trace(name: str) -> dict[str, Any]:
    with gzip.open(TRACES / f"{name}.json.gz") as file:
        found: dict[str, Any] = json.load(file)
    return found


def told(name: str, until_s: float) -> tuple[Told, ...]:
    """What was known after so many seconds."""
    parts = []
    for stream in trace(name)["streams"]:
        columns = (accumulate(stream[key]) for key in ("us", "bytes", "segments"))
        arrivals = (Arrival(*row) for row in zip(*columns, strict=True))
        known = tuple(one for one in arrivals if one.elapsed_us <= until_s * 1e6)
        parts.append(Told(arrivals=known, segment_bytes=stream["segment_bytes"]))
    return tuple(parts)


def after(name: str, until_s: float, looks: int = 0) -> tuple[Estimate, float]:
    """What is found after so many seconds, and how far it is off, as a share."""
    found = estimate(told(name, until_s), certain.confidence(looks))
    assert found is not None
    return found, found.rate_bps / trace(name)["true_bps"] - 1


@pytest.mark.parametrize("name", STEADY)
@pytest.mark.parametrize("until_s", [2.5, 3.0, 3.9])
def test_a_line_reads_its_rate(name: str, until_s: float) -> None:
    found, error = after(name, until_s)
    assert found.steady
    assert found.burst is None
    assert abs(error) <= 0.01


def test_nine_of_ten_intervals_hold_the_rate_on_lines_chosen_to_be_hard() -> None:
    held = [
        abs(error) * trace(name)["true_bps"] <= (found.uncertainty_bps or 0)
        for name in STEADY
        for until_s in (2.0, 2.25, 2.5, 2.75, 3.0, 3.25, 3.5, 3.75)
        for found, error in [after(name, until_s)]
    ]
    assert sum(held) / len(held) >= 0.9


@pytest.mark.parametrize("name", [name for name in STEADY if "r50" not in name])
def test_an_adaptive_test_ends_in_time_and_is_right(name: str) -> None:
    for number in range(1, 12):
        look_s = certain.look_s(number, 20.0)
        known = told(name, look_s)
        found = estimate(known, certain.confidence(number))
        moved_bytes = sum(part.arrivals[-1].received_bytes for part in known)
        if certain.is_certain(found, elapsed_s=look_s, moved_bytes=moved_bytes):
            break
    else:
        pytest.fail("was never certain")
    assert look_s < 3
    _, error = after(name, look_s, number)
    assert abs(error) <= 0.006


@pytest.mark.parametrize(("name", "over_s", "passed_bytes"), BURSTS)
def test_a_burst_is_seen_and_the_rate_is_what_came_after(name: str, over_s: float, passed_bytes: float) -> None:
    found, error = after(name, over_s + 0.6)
    assert found.burst is not None
    assert found.burst.bytes == pytest.approx(passed_bytes, rel=0.05)
    assert found.burst.duration_s < over_s
    assert abs(error) <= 0.01


def test_a_burst_that_lasts_as_long_as_the_test_is_the_rate() -> None:
    found, error = after("burst-mbps30-bucket20-peak100-streams4-d", 2.0)
    assert found.burst is None
    assert error == pytest.approx(100 / 30 - 1, rel=0.01)


@pytest.mark.parametrize("until_s", [1.3, 2.0, 3.0])
def test_one_sender_below_a_line_of_a_short_queue_is_not_steady(until_s: float) -> None:
    found, _ = after("tun-100-r20-q0.1-l0-s1-d", until_s)
    assert not found.steady


@pytest.mark.parametrize("until_s", [1.5, 2.0, 3.0, 3.9])
def test_a_sender_short_of_buffer_is_never_certain(until_s: float) -> None:
    found, error = after("tbf-1000-r50-q1-l0-s1-u", until_s, looks=1)
    assert error < -0.3
    assert not certain.is_certain(found, elapsed_s=until_s, moved_bytes=10**9)
