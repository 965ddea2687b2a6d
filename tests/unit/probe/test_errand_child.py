"""The short-lived process as a process: what it leaves behind when it ends, and what is left of it when it is ended."""

import subprocess
import sys
import threading

import pytest

from probe.body.speed_test import Direction
from probe.sensing import send
from probe.sensing.errand import Brought, Errand, decode_brought, encode
from probe.settings import MeasureSettings
from probe.throughput.plan import Live

KILLED = "import os, sys; sys.stdout.write({said!r}); sys.stdout.flush(); os.kill(os.getpid(), 9)"


def a_moment(moved_bytes: int) -> Live:
    return Live(direction=Direction.UPLOAD, elapsed_s=0.5, duration_s=3.0, rate_bps=None, bytes=moved_bytes)


def test_it_ends_cleanly_while_its_input_is_still_open() -> None:
    errand = encode(Errand(software="test", measure=MeasureSettings(), look_s=0.1))
    command = [sys.executable, "-m", "probe.sensing.child"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(errand)
        child.stdin.flush()
        brought = child.stdout.read()  # until it has closed it
        said = child.stderr.read()
        assert (child.wait(30), said) == (0, b"")
    decode_brought(brought)


@pytest.mark.parametrize("cut", [b"", b'{"live":{"bytes":9', b'{"li'])
def test_of_what_a_process_said_the_last_whole_word_counts(cut: bytes) -> None:
    said = encode(Brought(live=a_moment(100))) + encode(Brought(live=a_moment(2_500_000))) + cut
    assert decode_brought(said) == Brought(live=a_moment(2_500_000))


def test_a_process_that_is_killed_has_told_what_it_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    said = encode(Brought(live=a_moment(700))).decode() + "{"
    monkeypatch.setattr(send, "_COMMAND", (sys.executable, "-c", KILLED.format(said=said)))
    errand, halt = Errand(software="test", measure=MeasureSettings()), threading.Event()
    heard: list[Live] = []
    assert send.send(errand, halt, within_s=60, heard=heard.append) == Brought(live=a_moment(700))
    assert heard == [a_moment(700)]
