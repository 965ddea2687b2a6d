"""The real probe, through a real broker, to a real collector, over a line of known rate: what the store holds is true.

`prova up` runs at the line's near end, the measuring server at its far end.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from probe.body.speed_test import Direction
from tests.lab.conftest import PORT
from tests.lab.line import PAYLOAD_SHARE, ROOT, SERVER_ADDRESS, Line, Shape

pytestmark = [
    pytest.mark.lab,
    pytest.mark.component("namespaces"),
    pytest.mark.component("mosquitto"),
    pytest.mark.timeout(600),
]

TOLERANCE = 0.02
ATTEMPTS = 3
PROVA = (sys.executable, "-m", "prova.main")


@contextmanager
def up(line: Line, home: Path) -> Iterator[None]:
    """`prova up` at the near end, until left; it ends by itself within the time that it promises."""
    options = ("--home", str(home), "--server", f"ws://{SERVER_ADDRESS}:{PORT}", "--page", "127.0.0.1:8080")
    with (home.parent / "words.txt").open("w") as words:
        process = subprocess.Popen(
            ["ip", "netns", "exec", line.client, *PROVA, "up", *options], cwd=ROOT, stdout=words, stderr=words
        )
        try:
            yield
            process.send_signal(signal.SIGINT)
            process.wait(5)
        finally:
            process.kill()
            process.wait(5)


def shown(view: str, home: Path) -> dict[str, Any]:
    command = [*PROVA, "show", view, "--home", str(home), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    return found


def kept_tests(home: Path) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = shown("tests", home).get("tests", [])
    return tests


def errors_once(line: Line, shape: Shape, home: Path) -> dict[str, float]:
    """The signed error of each direction, from a history of its own."""
    home.parent.mkdir(parents=True)
    with up(line, home):
        deadline = time.monotonic() + 90
        while len(kept_tests(home)) < len(Direction):
            assert time.monotonic() < deadline, (home.parent / "words.txt").read_text()
            time.sleep(0.5)
    errors = {}
    for test in kept_tests(home):
        assert test["failure"] is None
        rate_mbps = shape.down_mbps if test["direction"] == Direction.DOWNLOAD else shape.up_mbps
        errors[str(test["direction"])] = test["rate_bps"] / (rate_mbps * 1e6 * PAYLOAD_SHARE) - 1
    return errors


@pytest.mark.parametrize(
    "rates",
    [pytest.param((10, 2), marks=pytest.mark.slow), (100, 20), pytest.param((500, 100), marks=pytest.mark.slow)],
    ids=lambda rates: f"{rates[0]}-{rates[1]}",
)
def test_what_the_store_holds_is_the_lines_true_rate(
    rates: tuple[float, float],
    emulated_line: Callable[[Shape], AbstractContextManager[Line]],
    serving: Callable[..., AbstractContextManager[None]],
    tmp_path: Path,
) -> None:
    shape = Shape(down_mbps=rates[0], up_mbps=rates[1])
    with emulated_line(shape) as line, serving(line):
        for attempt in range(ATTEMPTS):
            with line.watched() as loads:
                errors = errors_once(line, shape, tmp_path / str(attempt) / "home")
            said = ", ".join(f"{direction} {error:+.2%}" for direction, error in errors.items())
            sys.stdout.write(f"\n{rates[0]}/{rates[1]}: {said}; machine {loads[0].machine_cores:.2f} cores\n")
            if max(map(abs, errors.values())) < TOLERANCE:
                break
    assert max(map(abs, errors.values())) < TOLERANCE
    assert errors.keys() == {direction.value for direction in Direction}
