"""Round trips of their own over a line of known delay and queue: idle the delay, under load the queue beside it."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec
import pytest

from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Plan
from tests.lab import line as lab
from tests.lab.conftest import PORT
from tests.lab.line import SERVER_ADDRESS, Line, Shape

pytestmark = [pytest.mark.lab, pytest.mark.component("namespaces"), pytest.mark.timeout(300)]

ATTEMPTS = 3
EmulatedLine = Callable[[Shape], AbstractContextManager[Line]]
Serving = Callable[..., AbstractContextManager[None]]


def measured(line: Line, direction: Direction) -> SpeedTest:
    plan_json = msgspec.json.encode(Plan(url=f"ws://{SERVER_ADDRESS}:{PORT}", congestion_control="cubic")).decode()
    command = [sys.executable, "-m", "tests.lab.ask_beside_load", plan_json, direction]
    done = subprocess.run(
        ["ip", "netns", "exec", line.client, *command], cwd=lab.ROOT, check=True, capture_output=True, timeout=60
    )
    return msgspec.json.decode(done.stdout, type=SpeedTest)


@pytest.mark.slow
def test_idle_shows_the_delay_and_load_shows_the_queue(emulated_line: EmulatedLine, serving: Serving) -> None:
    """20 ms there and back, and a queue of 40 ms that an upload by cubic keeps filling."""
    with emulated_line(Shape(down_mbps=50, up_mbps=20, queue_s=0.04)) as line, serving(line):
        for attempt in range(ATTEMPTS):
            test = measured(line, Direction.UPLOAD)
            idle, loaded = test.idle_round_trips, test.loaded_round_trips
            assert idle is not None
            assert loaded is not None
            sys.stdout.write(
                f"\nidle {idle.median_ms} ms (p95 {idle.p95_ms}), loaded {loaded.median_ms} ms (p95 {loaded.p95_ms}),"
                f" lost {loaded.lost_count} of {loaded.sent_count}, rpm {idle.rpm} and {loaded.rpm};"
                f" tcp {test.idle_rtt_ms} and {test.loaded_rtt_ms} ms; server {test.server_said}"
            )
            if 20 <= (idle.median_ms or 0) < 22 and 30 < (loaded.median_ms or 0) < 65:
                break
            assert attempt < ATTEMPTS - 1
    assert idle is not None
    assert idle.lost_count == 0
    assert test.server_said is not None
    assert test.server_said.tests_count == 1
    assert test.server_said.other_bytes is not None
    assert test.server_said.other_bytes < 0.02 * (test.bytes or 0), "the test's own traffic is not other traffic"


@pytest.mark.slow
def test_what_the_line_loses_the_stream_loses(emulated_line: EmulatedLine, serving: Serving) -> None:
    """Each way by itself: of datagrams there and back 1 - (1 - 0.05)^2, with 40 of them or so."""
    with emulated_line(Shape(down_mbps=50, up_mbps=20, loss_share=0.05)) as line, serving(line):
        lost = sent = 0
        for _ in range(ATTEMPTS):
            idle = measured(line, Direction.DOWNLOAD).idle_round_trips
            assert idle is not None
            lost, sent = lost + idle.lost_count, sent + idle.sent_count
    sys.stdout.write(f"\n{lost} of {sent} lost, of 9.75 % expected")
    assert 0.02 < lost / sent < 0.25


@pytest.mark.slow
def test_two_tests_at_once_are_told_of_each_others_bytes(emulated_line: EmulatedLine, serving: Serving) -> None:
    plan_json = msgspec.json.encode(Plan(url=f"ws://{SERVER_ADDRESS}:{PORT}", duration_s=4)).decode()
    command = (sys.executable, "-m", "tests.lab.ask", plan_json, Direction.DOWNLOAD)
    with emulated_line(Shape(down_mbps=40, up_mbps=20)) as line, serving(line):
        both = [line.popen(line.client, *command) for _ in range(2)]
        tests = [msgspec.json.decode(one.communicate(timeout=60)[0], type=SpeedTest) for one in both]
    for test, other in (tests, tests[::-1]):
        said = test.server_said
        assert said is not None
        sys.stdout.write(f"\n{test.bytes} bytes, {other.bytes} of the other, said {said.other_bytes}")
        assert said.tests_count == 2
        assert said.other_bytes == pytest.approx(other.bytes, rel=0.4)
