"""`prova server` serves what it says, tells who it is where its operator says so, and ends when told."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.web_rig import get

PROVA = (sys.executable, "-m", "prova.main")


@contextmanager
def serving(home: Path, *more: str) -> Iterator[str]:
    """The words of a server on ports of the kernel's choice; it has ended when this is left."""
    listen = ("--listen", "127.0.0.1:0", "--udp", "127.0.0.1:0", "--home", str(home))
    with subprocess.Popen([*PROVA, "server", *listen, *more], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def measured(words: str, *, method: str, scheme: str, home: Path) -> dict[str, Any]:
    found = re.search(rf"{scheme}://127\.0\.0\.1:\d+", words)
    assert found, words
    options = ("--server", found[0], "--method", method, "--direction", "download", "--duration", "2")
    unbounded = ("--most-bytes", str(10**12), "--json")  # a loopback spends the usual cap within a second
    command = [*PROVA, "measure", *options, *unbounded, "--home", str(home)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    (test,) = json.loads(ended.stdout)["tests"]
    assert isinstance(test, dict)
    return test


def health(words: str) -> dict[str, Any]:
    port = re.search(r"ws://127\.0\.0\.1:(\d+)", words)
    assert port, words
    told = get(("127.0.0.1", int(port[1])), "/health").json
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize(("method", "scheme"), [("ndt7", "ws"), ("msak", "ws"), ("librespeed", "http"), ("udp", "udp")])
def test_every_method_that_it_names_measures_against_it(method: str, scheme: str, tmp_path: Path) -> None:
    with serving(tmp_path) as words:
        test = measured(words, method=method, scheme=scheme, home=tmp_path)
    assert test["method"] == method
    assert test["rate_bps"] > 0
    assert "server_on_this_machine" in test["reasons"]


def test_a_name_is_told_and_the_instance_outlives_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, "--name", "lisboa-1") as words:
        first = health(words)
    with serving(tmp_path) as words:
        second = health(words)
    assert (first["name"], second["name"]) == ("lisboa-1", None)
    assert first["instance"] == second["instance"]
    assert first["software"].startswith("prova ")
    assert (first["tests"], first["connections"]) == (0, 1)
    assert socket.gethostname() not in json.dumps(second), "the machine's own name is told where its operator says so"


def test_the_machines_name_is_told_where_its_operator_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--tell-hostname") as words:
        assert health(words)["name"] == socket.gethostname()[:64]
