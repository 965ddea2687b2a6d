"""Adaptive tests, bursts and a cap of bytes over lines of known rate. The median of up to three attempts counts."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import msgspec
import pytest

from probe.body.course import EndedBy
from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Plan
from tests.lab.conftest import PORT
from tests.lab.household import SERVERS, household
from tests.lab.line import PAYLOAD_SHARE, ROOT, SERVER_ADDRESS, Line, Load, Shape
from tests.lab.namespace import inside, popen

pytestmark = [pytest.mark.lab, pytest.mark.component("namespaces"), pytest.mark.timeout(600)]

Measured = Callable[[Line, Plan, Direction], tuple[SpeedTest, Load]]
EmulatedLine = Callable[[Shape], AbstractContextManager[Line]]
Serving = Callable[..., AbstractContextManager[None]]
ADAPTIVE = Plan(url=f"ws://{SERVER_ADDRESS}:{PORT}", adaptive=True, duration_s=10)
ATTEMPTS = 3
SUSTAINED_MBPS = 100


@pytest.mark.slow
def test_an_adaptive_test_reads_the_rate_with_half_the_bytes(
    emulated_line: EmulatedLine, serving: Serving, measured: Measured
) -> None:
    shape = Shape(down_mbps=100, up_mbps=20)
    with emulated_line(shape) as line, serving(line):
        for direction, mbps in zip(Direction, (shape.down_mbps, shape.up_mbps), strict=True):
            true_bps = mbps * 1e6 * PAYLOAD_SHARE
            for _ in range(ATTEMPTS):
                test, load = measured(line, ADAPTIVE, direction)
                assert test.rate_bps is not None
                error, spent_s = test.rate_bps / true_bps - 1, (test.bytes or 0) * 8 / true_bps
                sys.stdout.write(f"\n{direction} {error:+.3%}, {spent_s:.2f} s of line rate, {test.ended_by}, {load}")
                if test.ended_by is EndedBy.CERTAIN and abs(error) < 0.003:
                    break
            assert test.ended_by is EndedBy.CERTAIN
            assert abs(error) < 0.003
            assert spent_s < (2.0 if mbps == shape.down_mbps else 3.0)


@pytest.mark.slow
def test_a_cap_of_bytes_ends_a_test_whatever_the_time(
    emulated_line: EmulatedLine, serving: Serving, measured: Measured
) -> None:
    with emulated_line(Shape(down_mbps=50, up_mbps=50)) as line, serving(line):
        for direction in Direction:
            plan = Plan(url=ADAPTIVE.url, duration_s=10, most_bytes=10_000_000)
            test, _ = measured(line, plan, direction)
            assert test.ended_by is EndedBy.BYTE_CAP
            assert test.bytes is not None
            assert 9_000_000 < test.bytes < 12_000_000, "what was on its way when the cap was met still arrives"


@contextmanager
def a_bursting_line() -> Iterator[str]:
    """The probe's namespace on a line that lets 10 MB pass at 300 Mbit/s, then 100."""
    with household() as home:
        home.shape(down_mbps=SUSTAINED_MBPS, up_mbps=SUSTAINED_MBPS)
        words = ("rate", f"{SUSTAINED_MBPS}mbit", "burst", "10mb", "peakrate", "300mbit", "mtu", "65536")
        inside(home.provider, "tc", "qdisc", "replace", "dev", "access", "root", "tbf", *words, "limit", "1250000")
        command = (sys.executable, "-m", "tests.lab.serve", SERVERS[0], str(PORT))
        with popen(home.servers, *command) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                yield home.probe
            finally:
                process.kill()


@pytest.mark.parametrize("adaptive", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_burst_is_told_apart_from_the_sustained_rate(adaptive: bool, alone: None) -> None:
    plan = Plan(url=f"ws://{SERVERS[0]}:{PORT}", adaptive=adaptive, duration_s=10 if adaptive else 3)
    with a_bursting_line() as probe:
        for _ in range(ATTEMPTS):
            test = asked(probe, plan)
            error = (test.rate_bps or 0) / (SUSTAINED_MBPS * 1e6 * PAYLOAD_SHARE) - 1
            sys.stdout.write(f"\n{error:+.3%}, {test.burst}, {test.ended_by}")
            if test.burst is not None and abs(error) < 0.01:
                break
    assert test.burst is not None
    assert abs(error) < 0.01
    assert test.burst.bps > 2e8


def asked(probe: str, plan: Plan) -> SpeedTest:
    plan_json = msgspec.json.encode(plan).decode()
    command = ["ip", "netns", "exec", probe, sys.executable, "-m", "tests.lab.ask", plan_json, Direction.DOWNLOAD]
    done = subprocess.run(
        command,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return msgspec.json.decode(done.stdout, type=SpeedTest)
