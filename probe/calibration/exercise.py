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
_NOT_AGAIN = {
    Failure.REFUSED,
    Failure.NAME_NOT_RESOLVED,
    Failure.NO_ROUTE,
    Failure.TLS,
    Failure.ABORTED,
    Failure.SERVER_REFUSED,
}
_UDP_LEAST_S = 4.0  # its search for the rate needs that long
_LIBRESPEED_LEAST_S = 2.0  # its uploads are known by their acknowledgements alone
_MOST_BYTES = 100_000_000_000  # they cross no line
_PAGES = {"ws": "http", "wss": "https"}  # of a measuring server, at the port of its tests
_SAME_PORT = {page: scheme for scheme, page in _PAGES.items()}
_NOT_SERVED = {Failure.SERVER_REFUSED, Failure.PROTOCOL}
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
        """Its address by `scheme`: ws, wss, http, https or udp."""
        port = self.ports[_SAME_PORT.get(scheme, scheme)]
        return f"{scheme}://{HOST}:{port}"


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
    """Both directions to a second host, by ndt7 and by what else it serves at the same port.

    Raises CalibrationError, and ValueError where `url` is no address.
    """
    scheme, colon, rest = url.partition("://")
    page = f"{_PAGES.get(scheme, 'http')}{colon}{rest}"
    host = _Host({scheme: url, _PAGES.get(scheme, "http"): page}, ca_file, stop)
    found = tuple(_ceiling(host.trial("ndt7", scheme, direction), duration_s, tried) for direction in Direction)
    for method in ("msak", "librespeed"):
        trials = [host.trial(method, scheme, direction) for direction in Direction]
        found += tuple(one for trial in trials if (one := _ceiling_if_served(trial, duration_s, tried)) is not None)
    if any(one.over is Way.LOOPBACK for one in found):
        raise CalibrationError(f"{url} is this very machine. Name a second host, or leave --server out.")
    return found


@dataclass(frozen=True, slots=True)
class _Host:
    """The other end of trials over TCP: its address by scheme."""

    urls: dict[str, str]
    ca_file: Path | None
    stop: threading.Event

    def trial(self, method: str, scheme: str, direction: Direction) -> _Trial:
        """`scheme` of ndt7, ws or wss; LibreSpeed's is the page's that belongs to it."""
        url = self.urls[_PAGES.get(scheme, "http") if method == "librespeed" else scheme]
        return partial(_over_tcp, method, url, direction, self.ca_file, self.stop)


def _on_loopback(peer: Peer, stop: threading.Event) -> Iterator[_Trial]:
    host = _Host({scheme: peer.url(scheme) for scheme in ("ws", "wss", "http", "https")}, peer.ca_file, stop)
    for method in ("ndt7", "msak", "librespeed"):
        for scheme in ("ws", "wss"):
            for direction in Direction:
                yield host.trial(method, scheme, direction)
    for direction in Direction:
        yield partial(_udp, peer.url("udp"), direction, stop)


def _over_tcp(
    method: str, url: str, direction: Direction, ca_file: Path | None, stop: threading.Event, duration_s: float
) -> SpeedTest:
    from probe.throughput.client import measure
    from probe.throughput.plan import Method, Plan

    plan = Plan(
        url=url,
        method=Method(method),
        duration_s=max(duration_s, _LIBRESPEED_LEAST_S) if method == "librespeed" else duration_s,
        most_bytes=_MOST_BYTES,
        ca_file=ca_file,
    )
    return measure(plan, direction, stop=stop)


def _udp(url: str, direction: Direction, stop: threading.Event, duration_s: float) -> SpeedTest:
    from probe.capacity.client import measure
    from probe.capacity.pdu import Algorithm
    from probe.capacity.plan import CapacityPlan

    plan = CapacityPlan(
        url=url, duration_s=max(duration_s, _UDP_LEAST_S), algorithm=Algorithm.C, most_bytes=_MOST_BYTES
    )
    return measure(plan, direction, stop=stop)


def _ceiling_if_served(trial: _Trial, duration_s: float, tried: Callable[[SpeedTest], None]) -> Ceiling | None:
    """None where the host does not serve that method."""
    seen: list[SpeedTest] = []

    def heard(test: SpeedTest) -> None:
        seen.append(test)
        if test.failure not in _NOT_SERVED:
            tried(test)

    try:
        return _ceiling(trial, duration_s, heard)
    except CalibrationError:
        if seen[-1].failure in _NOT_SERVED:
            return None
        raise


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
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
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
