"""Short tests of every method in turn, both ends in this process, and what of it is left: files, threads, memory."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.capacity.server import CapacityServer
from probe.throughput.client import measure
from probe.throughput.plan import DEFAULT_MOST_BYTES, Method, Plan
from probe.throughput.server import MeasuringServer
from tests.integration.ndt7_rig import a_certificate

MOST_BYTES = 400_000  # of a test that goes its way
STREAMS = 2
WITHIN_S = 15.0
_SCHEMES = {
    Method.NDT7: ("ws", "wss"),
    Method.MSAK: ("ws", "wss"),
    Method.LIBRESPEED: ("http", "https"),
    Method.UDP: ("udp",),
}
_SECURE = {"wss", "https"}
# How a test ends: by its limit of bytes, by its user's stop, or where nobody listens.
ENDS = ("limit", "stop", "nobody")
KINDS = tuple(
    (method, scheme, direction, end)
    for end, direction, (method, schemes) in product(ENDS, Direction, _SCHEMES.items())
    for scheme in schemes
)


@dataclass(frozen=True, slots=True)
class Left:
    """What this process holds: open files (sockets among them), threads, files in the folder for temporary ones."""

    files: int
    threads: int
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """Both servers, the certificate to trust, an address where nobody listens."""

    plain: int
    secure: int
    capacity: int
    nobody: int
    ca_file: Path


@contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    """Servers on ports of their own; up while it is entered."""
    cert, key = a_certificate(folder)
    with (
        socket.socket() as unused,
        MeasuringServer("127.0.0.1") as plain,
        MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as secure,
        CapacityServer(port=0) as capacity,
    ):
        unused.bind(("127.0.0.1", 0))
        yield Rig(
            plain=plain.address[1],
            secure=secure.address[1],
            capacity=capacity.address[1],
            nobody=unused.getsockname()[1],
            ca_file=cert,
        )


def one_test(one: Rig, number: int) -> SpeedTest:
    """The `number`th kind, over and over. Ends within a second, whatever becomes of it."""
    method, scheme, direction, end = KINDS[number % len(KINDS)]
    port = one.secure if scheme in _SECURE else one.plain
    if method is Method.UDP:
        port = one.capacity
    plan = Plan(
        url=f"{scheme}://127.0.0.1:{one.nobody if end == 'nobody' else port}",
        method=method,
        streams=None if method is Method.UDP else STREAMS,
        most_bytes=MOST_BYTES if end == "limit" else DEFAULT_MOST_BYTES,
        connect_timeout_s=0.3 if end == "nobody" else 10.0,
        ca_file=one.ca_file if scheme in _SECURE else None,
        demonstration=True,
    )
    stop = threading.Event()
    test = measure(plan, direction, on_progress=lambda _: stop.set() if end == "stop" else None, stop=stop)
    _check(test, end)
    return test


def _check(test: SpeedTest, end: str) -> None:
    expected: dict[str, set[Failure | None]] = {
        "limit": {None, Failure.CUT_SHORT},
        "stop": {Failure.ABORTED},
        "nobody": {Failure.REFUSED, Failure.TIMED_OUT},
    }
    assert test.failure in expected[end], f"{test.method_version} {test.direction} {end}: {test.failure}"


def left() -> Left:
    return Left(
        files=len(list(Path("/proc/self/fd").iterdir())),
        threads=len(list(Path("/proc/self/task").iterdir())),
        written=len(list(Path(tempfile.gettempdir()).iterdir())),
    )


def settled(before: Left) -> Left:
    """What is left once the servers' sides have ended, which takes them a moment."""
    until = time.monotonic() + WITHIN_S
    while (now := left()) != before and time.monotonic() < until:
        time.sleep(0.05)
    return now


def resident_bytes() -> int:
    """Of this process (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
