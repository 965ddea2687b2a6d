"""`prova server` serves what it says, for `prova measure` to measure against, and ends when told."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PROVA = (sys.executable, "-m", "prova.main")


@contextmanager
def serving() -> Iterator[str]:
    """The words of a server on ports of the kernel's choice; it has ended when this is left."""
    command = [*PROVA, "server", "--listen", "127.0.0.1:0", "--udp", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


@pytest.mark.parametrize(("method", "scheme"), [("ndt7", "ws"), ("msak", "ws"), ("udp", "udp")])
def test_every_method_that_it_names_measures_against_it(method: str, scheme: str) -> None:
    with serving() as words:
        found = re.search(rf"{scheme}://127\.0\.0\.1:\d+", words)
        assert found, words
        options = ("--server", found[0], "--method", method, "--direction", "download", "--duration", "2", "--json")
        ended = subprocess.run([*PROVA, "measure", *options], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    (test,) = json.loads(ended.stdout)["tests"]
    assert test["method"] == method
    assert test["rate_bps"] > 0
    assert "server_on_this_machine" in test["reasons"]
