"""Over a line of known rate, both directions read that rate. True value: rate x 1448/1514, TCP payload at the receiver.

Each claim holds for the median of up to three attempts: the emulator shares its cores with both ends of the test, and
the machine may have other work. What was found, and what the emulator and the machine used, is printed (`pytest -s`).
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median

import pytest

from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Method, Plan
from tests.lab.conftest import PORT
from tests.lab.line import PAYLOAD_SHARE, SERVER_ADDRESS, Line, Load, Shape

pytestmark = [pytest.mark.lab, pytest.mark.component("namespaces"), pytest.mark.timeout(600)]

TOLERANCE = 0.02
ATTEMPTS = 3
URL = f"ws://{SERVER_ADDRESS}:{PORT}"
Measured = Callable[[Line, Plan, Direction], tuple[SpeedTest, Load]]
EmulatedLine = Callable[[Shape], AbstractContextManager[Line]]
Serving = Callable[..., AbstractContextManager[None]]


def true_bps(shape: Shape, direction: Direction) -> float:
    return (shape.down_mbps if direction is Direction.DOWNLOAD else shape.up_mbps) * 1e6 * PAYLOAD_SHARE


def errors_of(line: Line, shape: Shape, plan: Plan, direction: Direction, measured: Measured) -> list[float]:
    """The signed errors of as many attempts as it took, at most three."""
    errors: list[float] = []
    while len(errors) < ATTEMPTS and not (errors and abs(errors[0]) < TOLERANCE):
        test, load = measured(line, plan, direction)
        assert test.failure is None, test.failure
        assert test.rate_bps is not None
        errors.append(test.rate_bps / true_bps(shape, direction) - 1)
        sys.stdout.write(
            f"\n{shape.down_mbps:g}/{shape.up_mbps:g} {direction:>8} x{test.streams}: {errors[-1]:+.2%} of"
            f" {true_bps(shape, direction) / 1e6:.3f} Mbit/s, {(test.bytes or 0) / 1e6:.1f} MB;"
            f" emulator {load.emulator_cores:.2f} cores, machine {load.machine_cores:.2f}"
        )
    return errors


@pytest.mark.parametrize(
    "rates",
    [pytest.param((10, 2), marks=pytest.mark.slow), (100, 20), (500, 100)],
    ids=lambda rates: f"{rates[0]}-{rates[1]}",
)
def test_both_directions_read_the_lines_true_rate(
    rates: tuple[float, float], emulated_line: EmulatedLine, serving: Serving, measured: Measured
) -> None:
    shape = Shape(down_mbps=rates[0], up_mbps=rates[1])
    with emulated_line(shape) as line, serving(line):
        for direction in Direction:
            assert abs(median(errors_of(line, shape, Plan(url=URL), direction, measured))) < TOLERANCE


@pytest.mark.slow
def test_four_connections_read_the_same_rate_as_one(
    emulated_line: EmulatedLine, serving: Serving, measured: Measured
) -> None:
    shape = Shape(down_mbps=100, up_mbps=20)
    with emulated_line(shape) as line, serving(line):
        for direction in Direction:
            assert abs(median(errors_of(line, shape, Plan(url=URL, streams=4), direction, measured))) < TOLERANCE


@pytest.mark.slow
def test_msak_reads_the_same_rate_as_ndt7(emulated_line: EmulatedLine, serving: Serving, measured: Measured) -> None:
    shape = Shape(down_mbps=100, up_mbps=20)
    plan = Plan(url=URL, method=Method.MSAK, streams=3)
    with emulated_line(shape) as line, serving(line):
        for direction in Direction:
            assert abs(median(errors_of(line, shape, plan, direction, measured))) < TOLERANCE


@pytest.mark.slow
def test_a_librespeed_server_reads_the_same_rate_as_ndt7(emulated_line: EmulatedLine, measured: Measured) -> None:
    shape = Shape(down_mbps=100, up_mbps=20)
    plan = Plan(url=f"http://{SERVER_ADDRESS}:{PORT}", method=Method.LIBRESPEED, duration_s=5)
    command = (sys.executable, "-m", "tests.lab.serve_librespeed", SERVER_ADDRESS, str(PORT))
    with emulated_line(shape) as line, line.popen(line.server, *command) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for direction in Direction:
                assert abs(median(errors_of(line, shape, plan, direction, measured))) < TOLERANCE
        finally:
            process.kill()


@pytest.mark.slow
def test_a_lossy_line_reads_its_rate_too(emulated_line: EmulatedLine, serving: Serving, measured: Measured) -> None:
    shape = Shape(down_mbps=50, up_mbps=20, loss_share=0.002)
    with emulated_line(shape) as line, serving(line):
        for direction in Direction:
            assert abs(median(errors_of(line, shape, Plan(url=URL), direction, measured))) < TOLERANCE


def test_a_test_says_what_surrounded_it(emulated_line: EmulatedLine, serving: Serving, measured: Measured) -> None:
    with emulated_line(Shape(down_mbps=20, up_mbps=20)) as line, serving(line):
        for _ in range(ATTEMPTS):
            test, _ = measured(line, Plan(url=URL, duration_s=2), Direction.DOWNLOAD)
            if test.idle_rtt_ms is not None and test.idle_rtt_ms < 23:
                break
    assert test.conditions.path is Path.ON_LINK
    assert test.conditions.link_type is LinkType.TUNNEL
    assert test.conditions.link_bps is None, "a TUN device's speed is made up"
    assert test.conditions.other_bytes is not None
    assert test.bytes is not None
    assert test.conditions.other_bytes < 0.005 * test.bytes, "own traffic is not other traffic"
    assert test.idle_rtt_ms is not None
    assert test.loaded_rtt_ms is not None
    assert 20 <= test.idle_rtt_ms < 23
    assert test.loaded_rtt_ms >= test.idle_rtt_ms
    assert test.ip_rate_bps == pytest.approx((test.rate_bps or 0) * 1500 / 1448, rel=1e-6)
