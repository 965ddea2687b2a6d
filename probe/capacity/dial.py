"""Shell. A client's way into a test: name, setup, activation, all of it within one time limit.

A unit that gets no answer is sent again. Every way in which this can fail is a `Failure`. Knows nothing of what is
measured.
"""

import errno
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from probe import clock
from probe.body.speed_test import Direction, Failure
from probe.capacity import codec, seal, terms
from probe.capacity.datagrams import Datagrams, split
from probe.capacity.pdu import Activation, ActivationAnswer, Auth, Malformed, Setup, SetupAnswer
from probe.capacity.plan import CapacityPlan
from probe.capacity.search import FULL_PACKET_BYTES
from probe.units import BPS_PER_MBPS

_AGAIN_S = 0.5  # between one sending of a unit and the next
_NO_ROUTE = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.EADDRNOTAVAIL,
    errno.ENETDOWN,
    errno.EACCES,
    errno.EPERM,
    errno.EAFNOSUPPORT,
}
_MOST_MBPS = 0x7FFF
_NS_PER_MS, _NS_PER_S = 1_000_000, 1_000_000_000
_Address = tuple[socket.AddressFamily, tuple[str, int]]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Dialled:
    """A test about to begin. `address`: the server's, as connected to. `idle_rtt_ms`: of the handshake."""

    link: Datagrams
    agreed: Activation
    address: str
    idle_rtt_ms: float | None


def dial(plan: CapacityPlan, direction: Direction, packet_bytes: int, stop: threading.Event) -> Dialled | Failure:
    """Tries the addresses that the name has in the resolver's order, each for its share of the time left."""
    deadline = time.monotonic() + plan.connect_timeout_s
    addresses = _resolve(plan, deadline)
    outcome: Dialled | Failure = Failure.NAME_NOT_RESOLVED
    for index, (family, address) in enumerate(addresses):
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        try:
            link = Datagrams(socket.socket(family, socket.SOCK_DGRAM))
        except OSError as error:  # this machine does not speak that family
            outcome = failure_of(error)
            continue
        call = _Call(link, plan, direction, time.monotonic() + left_s / (len(addresses) - index), stop)
        outcome = call.set_up(address, packet_bytes)
        if isinstance(outcome, Dialled):
            return outcome
        link.close()
    return outcome


def _resolve(plan: CapacityPlan, deadline: float) -> list[_Address]:
    """The resolver has limits of its own, but longer ones: it is asked in a thread that ends with them."""
    found: list[_Address] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(plan.host, plan.port, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError):  # UnicodeError: no label of a name may be that long
            return
        found.extend((family, address) for family, _, _, _, address in answers)  # type: ignore[misc]  # both families

    asking = threading.Thread(target=ask, name="prova-resolve", daemon=True)
    asking.start()
    asking.join(max(0.0, deadline - time.monotonic()))
    return found[:]


class _Call:
    def __init__(
        self, link: Datagrams, plan: CapacityPlan, direction: Direction, deadline: float, stop: threading.Event
    ) -> None:
        self._link = link
        self._plan = plan
        self._upstream = direction is Direction.UPLOAD
        self._deadline = deadline
        self._stop = stop
        self._now = int(clock.now().timestamp())
        self._keys = None if plan.secret is None else seal.derive(plan.secret.encode(), self._now)
        self._rtts_ms: list[float] = []

    def set_up(self, address: tuple[str, int], packet_bytes: int) -> Dialled | Failure:
        """Asks for a test port, then on that port for the test."""
        try:
            self._link.connect(address)
            response = self._ask(self._setup(packet_bytes), self._read_setup)
            if isinstance(response, Failure):
                return response
            self._link.connect((address[0], response.test_port, *address[2:]))  # IPv6 has four parts
            agreed = self._ask(self._activation(), self._read_activation)
        except OSError as error:
            return failure_of(error)
        if isinstance(agreed, Failure):
            return agreed
        return Dialled(self._link, agreed, address[0], min(self._rtts_ms, default=None))

    def _setup(self, packet_bytes: int) -> bytes:
        plan = self._plan
        mbps = 0 if plan.most_bps is None else min(ceil(plan.most_bps / BPS_PER_MBPS), _MOST_MBPS)
        self._group = secrets.randbelow(0xFFFF) + 1
        unit = Setup(
            is_request=True,
            connection_group=self._group,
            bandwidth_mbps=mbps,
            upstream=self._upstream and mbps > 0,
            full_packets=packet_bytes == FULL_PACKET_BYTES,
            auth=self._auth(),
        )
        return self._sealed(codec.encode_setup(unit))

    def _activation(self) -> bytes:
        unit = Activation(
            upstream=self._upstream,
            duration_s=ceil(self._plan.duration_s),
            algorithm=self._plan.algorithm,
            auth=replace(self._auth(), unix_time=int(clock.now().timestamp()) if self._keys else 0),
        )
        return self._sealed(codec.encode_activation(unit))

    def _auth(self) -> Auth:
        if self._keys is None:
            return Auth()
        return Auth(mode=seal.MODE_CONTROL, unix_time=self._now, key_id=self._plan.key_id)

    def _sealed(self, unit: bytes) -> bytes:
        return unit if self._keys is None else seal.sealed(unit, self._keys.client)

    def _ask(self, request: bytes, read: Callable[[bytes], _Answer | Failure | None]) -> _Answer | Failure:
        """Sends `request` until `read` makes something of what comes, or time is up."""
        first = True
        while self._link.gone is None and time.monotonic() < self._deadline and not self._stop.is_set():
            sent_ns = time.monotonic_ns()
            self._link.send(request)
            heard = self._hear(read, min(time.monotonic() + _AGAIN_S, self._deadline))
            if heard is not None:
                arrived_ns, answer = heard
                if first:
                    self._rtts_ms.append((arrived_ns - sent_ns) / _NS_PER_MS)
                return answer
            first = False
        return Failure.TIMED_OUT if self._link.gone is None else failure_of(self._link.gone)

    def _hear(
        self, read: Callable[[bytes], _Answer | Failure | None], until: float
    ) -> tuple[int, _Answer | Failure] | None:
        """The first thing that `read` makes something of, and when it came."""
        while self._link.gone is None and time.monotonic() < until:
            self._link.wait(int(until * _NS_PER_S))
            for arrived_ns, data, segment in self._link.receive():
                for unit in split(data, segment):
                    answer = read(unit)
                    if answer is not None:
                        return arrived_ns, answer
        return None

    def _read_setup(self, data: bytes) -> Setup | Failure | None:
        unit = codec.decode_setup(data)
        if isinstance(unit, Malformed) or unit.is_request or unit.connection_group != self._group:
            return None
        if unit.answer is not SetupAnswer.ACCEPTED:
            return Failure.SERVER_REFUSED
        return unit if unit.test_port and self._is_genuine(data, unit.auth) else Failure.PROTOCOL

    def _read_activation(self, data: bytes) -> Activation | Failure | None:
        unit = codec.decode_activation(data)
        if isinstance(unit, Malformed) or unit.answer is ActivationAnswer.NONE:
            return None
        if unit.answer is not ActivationAnswer.ACCEPTED:
            return Failure.SERVER_REFUSED
        fits = unit.upstream is self._upstream and terms.is_sound(unit) and self._is_genuine(data, unit.auth)
        return unit if fits else Failure.PROTOCOL

    def _is_genuine(self, data: bytes, auth: Auth) -> bool:
        if self._keys is None:
            return True
        recent = seal.is_recent(auth.unix_time, int(clock.now().timestamp()))
        return recent and auth.mode == seal.MODE_CONTROL and seal.is_genuine(data, self._keys.server)


def failure_of(error: OSError) -> Failure:
    """What an error of the socket says of the other end."""
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED
    return Failure.NO_ROUTE if error.errno in _NO_ROUTE else Failure.CUT_SHORT
