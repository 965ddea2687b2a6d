"""A process that reads a stranger's file, held to its bounds whatever it is made to do."""

import subprocess
import sys

import pytest

from analysis.confined.ask import Failed, ask
from analysis.confined.bounds import Bounds

BOUNDS = Bounds(cpu_s=2, wall_s=30, memory_bytes=512 * 2**20, output_bytes=1 << 20)
_START = f"""
import sys
from analysis.confined.bounds import Bounds
from analysis.confined.enter import enter
cut_off = enter({BOUNDS!r})
"""


def said(body: str, data: bytes = b"") -> bytes | Failed:
    return ask((sys.executable, "-c", _START + body), data, BOUNDS)


def test_an_answer_comes_back_whole() -> None:
    assert said("sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])", b"abc") == b"cba"


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "sys.stdout.buffer.write(bytes(4 << 20))",
    ],
    ids=["runs without end", "writes without end"],
)
def test_one_that_goes_beyond_a_bound_is_ended(body: str) -> None:
    assert isinstance(said(body), Failed)


def test_memory_beyond_the_bound_is_not_had() -> None:
    body = "\ntry:\n    bytes(1 << 30)\nexcept MemoryError:\n    sys.stdout.write('none')"
    assert said(body) == b"none"


def test_one_that_breaks_gives_no_answer() -> None:
    assert said("raise ValueError") is Failed.BROKEN


def test_it_reaches_no_network_where_the_kernel_lets_it_give_that_up() -> None:
    body = """
import socket
try:
    socket.create_connection(("127.0.0.1", 9), 1)
except OSError as error:
    sys.stdout.write(f"{cut_off} {error.errno}")
"""
    answer = said(body)
    assert answer in {b"True 101", b"False 111"}  # unreachable; or, where that may not be given up, refused


def test_it_gains_no_privilege_and_leaves_no_core() -> None:
    body = "sys.stdout.write(open('/proc/self/status').read() + open('/proc/self/limits').read())"
    answer = said(body)
    assert isinstance(answer, bytes)
    text = answer.decode()
    assert "NoNewPrivs:\t1" in text
    assert "Max core file size        0                    0 " in text


@pytest.mark.parametrize("words", [["verify", "x"], ["import", "x"], ["fleet", "import", "x"]])
def test_commands_that_read_a_strangers_file_are_held_to_bounds(words: list[str]) -> None:
    body = f"from prova.security.strangers import heed; heed({words!r}); print(open('/proc/self/limits').read())"
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, timeout=60, check=True)
    (memory,) = [line for line in done.stdout.splitlines() if line.startswith("Max address space")]
    assert "unlimited" not in memory


def test_other_commands_are_not() -> None:
    body = "from prova.security.strangers import heed; heed(['show', 'tests']); print(open('/proc/self/limits').read())"
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, timeout=60, check=True)
    (memory,) = [line for line in done.stdout.splitlines() if line.startswith("Max address space")]
    assert "unlimited" in memory
