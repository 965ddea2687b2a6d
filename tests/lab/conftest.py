"""Fixtures of the lab: the emulator, one line at a time, and one measurement over it."""

import fcntl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import pytest

from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Plan
from tests.lab import line as lab
from tests.lab.line import Line, Load, Shape

_LOCK_S = 480.0
_TEST_S = 60.0
PORT = 8080


@pytest.fixture
def alone() -> Iterator[None]:
    """Holds the machine's one lock for measurements, so that two of them never share its cores."""
    with (Path(tempfile.gettempdir()) / "prova-lab.lock").open("w") as file:
        until = time.monotonic() + _LOCK_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                assert time.monotonic() < until, "another measurement held the lab's lock for too long"
                time.sleep(0.2)
        yield


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab.build(tmp_path_factory.mktemp("emulator"))


@pytest.fixture
def emulated_line(alone: None, emulator: Path) -> Callable[[Shape], AbstractContextManager[Line]]:
    return lambda shape: lab.emulated_line(emulator, shape)


@pytest.fixture
def serving() -> Callable[..., AbstractContextManager[None]]:
    return _serving


@contextmanager
def _serving(line: Line, *tls: str) -> Iterator[None]:
    command = (sys.executable, "-m", "tests.lab.serve", lab.SERVER_ADDRESS, str(PORT), *tls)
    with line.popen(line.server, *command) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "the measuring server did not start"
            yield
        finally:
            process.kill()


@pytest.fixture
def measured() -> Callable[[Line, Plan, Direction], tuple[SpeedTest, Load]]:
    return _measured


def _measured(line: Line, plan: Plan, direction: Direction) -> tuple[SpeedTest, Load]:
    plan_json = msgspec.json.encode(plan).decode()
    with line.watched() as loads:
        done = subprocess.run(
            ["ip", "netns", "exec", line.client, sys.executable, "-m", "tests.lab.ask", plan_json, direction],
            cwd=lab.ROOT,
            check=True,
            capture_output=True,
            text=True,
            timeout=_TEST_S,
        )
    return msgspec.json.decode(done.stdout, type=SpeedTest), loads[0]
