"""Shell. Finds this machine's ceilings: short tests as fast as it can, over loopback and, if named, to a second host.

Over loopback both ends share the machine, so that a ceiling found there is rather too low than too high. Knows nothing
of certificates.
"""

import selectors
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from probe.body.conditions import Path as Way
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.calibration.certificate import Ceiling
from probe.calibration.peer import CERTIFICATE, HOST

_ATTEMPTS = (1, 3)  # times the duration
_NOT_AGAIN = {Failure.REFUSED, Failure.NAME_NOT_RESOLVED, Failure.NO_ROUTE, Failure.TLS, Failure.ABORTED}
_UDP_LEAST_S = 4.0  # its search for the rate needs that long
_UDP_MOST_BYTES = 20_000_000_000
_PEER_WITHIN_S = 20.0
_END_WITHIN_S = 5.0
_Trial = Callable[[float], SpeedTest]  # in so many seconds


class CalibrationError(Exception):
    """There is no ceiling to be had. The text says why and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other end on loopback: the port of each scheme, and the certificate of the one with TLS."""

    ports: dict[str, int]
    ca_file: Path

    def url(self, scheme: str) -> str:
        """Its address by `scheme`: ws, wss or udp."""
        return f"{scheme}://{HOST}:{self.ports[scheme]}"


def over_loopback(
    duration_s: float, *, tried: Callable[[SpeedTest], None], stop: threading.Event
) -> tuple[Ceiling, ...]:
    """Each method, each direction, in clear text and over TLS. `tried` hears of each test. Raises CalibrationError."""
    with _peer() as peer:
        return tuple(_ceiling(trial, duration_s, tried) for trial in _on_loopback(peer, stop))


def to_host(
    url: str,
    duration_s: float,
    *,
    ca_file: Path | None,
    tried: Callable[[SpeedTest], None],
    stop: threading.Event,
) -> tuple[Ceiling, ...]:
    """Both directions by ndt7 to a second host. Raises CalibrationError, and ValueError where `url` is no address."""
    trials = (partial(_ndt7, url, direction, ca_file, stop) for direction in Direction)
    found = tuple(_ceiling(trial, duration_s, tried) for trial in trials)
    if any(one.over is Way.LOOPBACK for one in found):
        raise CalibrationError(f"{url} is this very machine. Name a second host, or leave --server out.")
    return found


def _on_loopback(peer: Peer, stop: threading.Event) -> Iterator[_Trial]:
    for scheme in ("ws", "wss"):
        for direction in Direction:
            yield partial(_ndt7, peer.url(scheme), direction, peer.ca_file, stop)
    for direction in Direction:
        yield partial(_udp, peer.url("udp"), direction, stop)


def _ndt7(url: str, direction: Direction, ca_file: Path | None, stop: threading.Event, duration_s: float) -> SpeedTest:
    from probe.throughput.client import measure
    from probe.throughput.plan import Plan

    return measure(Plan(url=url, duration_s=duration_s, ca_file=ca_file), direction, stop=stop)


def _udp(url: str, direction: Direction, stop: threading.Event, duration_s: float) -> SpeedTest:
    from probe.capacity.client import measure
    from probe.capacity.pdu import Algorithm
    from probe.capacity.plan import CapacityPlan

    plan = CapacityPlan(
        url=url, duration_s=max(duration_s, _UDP_LEAST_S), algorithm=Algorithm.C, most_bytes=_UDP_MOST_BYTES
    )
    return measure(plan, direction, stop=stop)


def _ceiling(trial: _Trial, duration_s: float, tried: Callable[[SpeedTest], None]) -> Ceiling:
    """A machine at full load may fail a short test: a longer one is made then."""
    for times in _ATTEMPTS:
        test = trial(times * duration_s)
        tried(test)
        if test.rate_bps is not None or test.failure in _NOT_AGAIN:
            break
    if test.rate_bps is None or test.conditions.path is None:
        raise CalibrationError(
            f"The {test.direction} by {test.method} against {test.server.url} gave no result ({test.failure})."
            " See that the host serves such tests and that this machine is not overloaded, and calibrate again."
        )
    return Ceiling(
        method=test.method,
        direction=test.direction,
        tls=test.server.tls,
        over=test.conditions.path,
        rate_bps=test.rate_bps,
        streams=test.streams,
        cpu_share=test.conditions.cpu_share,
    )


@contextmanager
def _peer() -> Iterator[Peer]:
    with tempfile.TemporaryDirectory(prefix="prova-") as name:
        command = [sys.executable, "-m", "probe.calibration.peer", name]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            yield Peer(ports=_ports(process), ca_file=Path(name) / CERTIFICATE)
        finally:
            _end(process)


def _ports(process: subprocess.Popen[bytes]) -> dict[str, int]:
    assert process.stdout is not None
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        said = process.stdout.readline() if waiting.select(_PEER_WITHIN_S) else b""
    try:
        return msgspec.json.decode(said, type=dict[str, int])
    except msgspec.DecodeError as error:
        raise CalibrationError(
            "The other end of the calibration did not start. Free some memory, or try again in a moment."
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_END_WITHIN_S)
    process.stdout.close()
