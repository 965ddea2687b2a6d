"""Shell. Sends a short-lived process on an errand and waits for it; nothing of it outlives the wait.

To be called in a thread. Knows nothing of what is asked.
"""

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from probe.sensing.errand import Brought, Errand, decode_brought, encode
from probe.throughput.plan import Live

_COMMAND = (sys.executable, "-P", "-m", "probe.sensing.child")  # -P: nothing is loaded from the folder it stands in
_LOOK_S = 0.05  # how soon a stop is noticed
_HEEDS_WITHIN_S = 1.0
_MOST_BYTES = 4_000_000
_TICK_BYTES = 65_536


class ErrandError(Exception):
    """Nothing came back. The text says why."""


def send(
    errand: Errand, halt: threading.Event, *, within_s: float, heard: Callable[[Live], None] | None = None
) -> Brought:
    """What it brought. Once `halt` is set it is told to stop, and given a second. Raises ErrandError.

    `heard` is told how a test goes, in this thread.
    """
    try:
        with subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()) as process:
            try:
                answer = _exchange(process, encode(errand), halt, time.monotonic() + within_s, heard)
            finally:
                process.kill()  # it has ended, or is not to go on
    except OSError as error:
        raise ErrandError(f"no process could be started: {error.strerror}") from error
    try:
        return decode_brought(answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ErrandError("the process ended without a word of use") from error


def _environment() -> dict[str, str]:
    """Without what keeps a process that stays small: this one is to be fast."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}


def _exchange(
    process: "subprocess.Popen[bytes]",
    errand: bytes,
    halt: threading.Event,
    until_s: float,
    heard: Callable[[Live], None] | None,
) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    answer = b""
    with suppress(BrokenPipeError):
        process.stdin.write(errand)
        process.stdin.flush()
    told = False
    while time.monotonic() < until_s and len(answer) <= _MOST_BYTES:
        if halt.is_set() and not told:
            told, until_s = True, min(until_s, time.monotonic() + _HEEDS_WITHIN_S)
            with suppress(BrokenPipeError):
                process.stdin.close()
        if select.select([process.stdout], [], [], _LOOK_S)[0]:
            more = os.read(process.stdout.fileno(), _TICK_BYTES)
            if not more:
                break
            answer += more
            if heard is not None and b"\n" in more:
                _pass_on(answer, heard)
    return answer


def _pass_on(answer: bytes, heard: Callable[[Live], None]) -> None:
    """The newest moment of a test, where that is what came last."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        live = decode_brought(answer).live
        if live is not None:
            heard(live)
