"""`prova up`, tried as a new user would: it measures, shows, ends cleanly and goes on with the same history."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.store import Store
from prova.port import free_port
from prova.privacy.processing.place import holding, places
from prova.privacy.processing.record_file import load

PROVA = (sys.executable, "-m", "prova.main")


@dataclass
class Up:
    process: subprocess.Popen[str]
    port: int
    words: Path

    def page(self, path: str = "/?lang=en") -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    def stop(self) -> float:
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        return time.monotonic() - began


def wait_for(condition: Callable[[], bool], *, within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {within_s} s"
        time.sleep(0.2)


@contextmanager
def up(home: Path, *options: str) -> Iterator[Up]:
    port = free_port()
    words = home.parent / f"words-{port}.txt"
    with words.open("w") as sink:
        process = subprocess.Popen(
            [*PROVA, "up", "--home", str(home), "--page", f"127.0.0.1:{port}", *options],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            text=True,
        )
        try:
            yield Up(process, port, words)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(10)


def processes_of(home: Path) -> list[str]:
    """Command lines of whatever still runs with this home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in line and "pytest" not in line:
            found.append(line)
    return found


def shown_tests(home: Path) -> list[dict[str, object]]:
    shown = subprocess.run(
        [*PROVA, "show", "tests", "--home", str(home), "--json"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    tests: list[dict[str, object]] = json.loads(shown.stdout)["tests"] if shown.returncode == 0 else []
    return tests


def undeclared_in(home: Path) -> list[str]:
    """Files that the record of processing says nothing of."""
    every, files = places(load()), (path for path in home.rglob("*") if path.is_file())
    return [str(path.relative_to(home)) for path in files if not holding(str(path.relative_to(home)), every)]


def records_of(home: Path) -> int:
    (probe,) = Store(CollectorHome(home).journal).probes()
    return probe.record_count


def answers(running: Up) -> bool:
    try:
        running.page("/healthz")
    except (OSError, urllib.error.URLError):
        return False
    return True


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "broker",
    [
        pytest.param("mosquitto", marks=pytest.mark.component("mosquitto")),
        pytest.param("embedded", marks=pytest.mark.slow),
    ],
)
def test_it_measures_shows_ends_and_goes_on(tmp_path: Path, broker: str) -> None:
    home = tmp_path / "home"
    with up(home, "--broker", broker) as first:
        wait_for(lambda: len(shown_tests(home)) >= 2, within_s=90, what="a measurement in both directions")
        page = first.page()
        assert "demonstration" in page
        assert re.search(r"\d+(\.\d+)? (Mbit|Gbit)/s", page)
        assert first.stop() < 5, first.words.read_text()
        assert first.process.returncode == 0
    assert processes_of(home) == []
    assert undeclared_in(home) == []
    before, kept = [test["id"] for test in shown_tests(home)], records_of(home)
    with up(home, "--broker", broker) as second:
        wait_for(lambda: records_of(home) > kept, within_s=90, what="a new record")
        assert f"{len(before)} tests" in second.page()
        assert second.stop() < 5, second.words.read_text()
    after = [str(test["id"]) for test in shown_tests(home)]
    assert after[: len(before)] == before
    assert len({one.split("/")[0] for one in after}) == 1, "the same probe goes on"
    assert len(set(after)) == len(after)


@pytest.mark.timeout(120)
def test_a_page_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(
            [*PROVA, "up", "--home", str(tmp_path / "home"), "--page", f"127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert "--page" in ended.stderr
    assert str(port) in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.timeout(120)
def test_two_cannot_share_one_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home) as first:
        wait_for(lambda: answers(first), within_s=60, what="the page")
        second = subprocess.run(
            [*PROVA, "up", "--home", str(home), "--page", f"127.0.0.1:{free_port()}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 2
        assert "running already" in second.stderr
        first.stop()


@pytest.mark.timeout(120)
def test_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home) as running:
        wait_for(lambda: answers(running), within_s=60, what="the page")
        pids = {entry.parent.name for entry in Path("/proc").glob("[0-9]*/cmdline") if _belongs(entry, home)}
        for table in ("tcp", "tcp6"):
            for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                local, state, inode = row.split()[1], row.split()[3], row.split()[9]
                if state == "0A" and _owns(pids, inode):
                    assert local.split(":")[0] in {"0100007F", "00000000000000000000000001000000"}, row
        running.stop()


def _belongs(cmdline: Path, home: Path) -> bool:
    try:
        return str(home).encode() in cmdline.read_bytes() and b"pytest" not in cmdline.read_bytes()
    except OSError:
        return False


def _owns(pids: set[str], inode: str) -> bool:
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                if os.readlink(descriptor) == f"socket:[{inode}]":  # noqa: PTH115  a socket is no path
                    return True
            except OSError:
                continue
    return False
