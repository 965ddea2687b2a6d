"""`prova extract` on a real Dask cluster: the bytes of one process, also where a worker dies under its bucket."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_extract_command import Panel, made_panel

_WITHIN_S = 90
pytestmark = pytest.mark.slow


def start(stack: ExitStack, *command: str, cwd: Path) -> subprocess.Popen[bytes]:
    said = stack.enter_context((cwd / f"said-{time.monotonic_ns()}").open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=cwd,
        stdout=said,
        stderr=said,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )

    def end() -> None:
        process.kill()
        process.wait(30)

    stack.callback(end)
    return process


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {_WITHIN_S} s"
        time.sleep(0.05)


class Cluster:
    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self._file = folder / "scheduler.json"
        where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file))
        start(stack, "distributed.cli.dask_scheduler", *where, cwd=folder)
        until(self._file.exists, "a scheduler")
        until(lambda: bool(self.address), "a scheduler's address")

    @property
    def address(self) -> str:
        try:
            told: dict[str, Any] = json.loads(self._file.read_text())
        except ValueError:
            return ""
        return str(told["address"])

    def worker(self) -> subprocess.Popen[bytes]:
        count = self.workers()
        options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--no-nanny")
        made = start(self._stack, "distributed.cli.dask_worker", self.address, *options, cwd=self._folder)
        until(lambda: self.workers() > count, "a worker")
        return made

    def workers(self) -> int:
        asked = (
            "import sys; from distributed import Client\n"
            "with Client(sys.argv[1]) as c: print(len(c.scheduler_info()['workers']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", asked, self.address], capture_output=True, text=True, timeout=_WITHIN_S, check=True
        )
        return int(done.stdout)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack, folder)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Its lines lie in several buckets."""
    panel = made_panel(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("contracts"))
    panel.house.seal(before_on=date(2026, 12, 1))
    return panel


def same(one: Path, other: Path) -> bool:
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in files)


@pytest.mark.timeout(600)
def test_a_worker_that_dies_changes_nothing(sealed: Panel, tmp_path: Path) -> None:
    assert sealed.extract(tmp_path / "alone")[0] == 0
    with cluster(tmp_path) as dask:
        first = dask.worker()
        os.kill(first.pid, signal.SIGSTOP)  # its parts wait with it
        command = [sys.executable, "-m", "prova.main", "extract", "--period", "2026-10", "-o", str(tmp_path / "there")]
        command += ["--contract", str(sealed.contracts), "--home", str(sealed.house.home), "--scheduler", dask.address]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as running:
            dask.worker()
            first.kill()
            _, said = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert "of 1 parts" not in said
    assert same(tmp_path / "alone", tmp_path / "there")


def test_without_a_scheduler_the_mend_is_said(sealed: Panel, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        sealed.extract(tmp_path / "there", "--scheduler", "tcp://127.0.0.1:9")
    assert not (tmp_path / "there").exists()
