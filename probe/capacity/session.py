"""Shell. One test as the server runs it, on a port of its own: waits for the activation, then leads the flow.

The server searches for the rate in both directions. It sends its load only to the address that got the setup response
and answered it with an activation to that port, and faster than a trickle only while feedback comes from there. Knows
nothing of how many clients there are.
"""

import socket
import threading
import time
from dataclasses import dataclass, replace

from probe import clock
from probe.body.speed_test import Direction
from probe.capacity import codec, seal, terms
from probe.capacity.datagrams import Datagrams, wall_offset_ns
from probe.capacity.flow import SILENT_NS, Course, End, Receiving, Sending
from probe.capacity.pdu import Activation, Auth, Malformed, Null, Rate, Setup, Status
from probe.capacity.search import FULL_PACKET_BYTES, SAFE_PACKET_BYTES, State, adjust, signs_of, table
from probe.capacity.terms import Limits
from probe.units import BPS_PER_MBPS

_LOOK_S = 0.1  # how soon a stop is noticed
_GRACE_NS = 500_000_000  # beyond the duration, for the last sub-interval to become whole
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One test, as the server saw it. `datagrams`: of load, sent or received."""

    direction: Direction
    client: str
    datagrams: int
    duration_s: float
    end: End


class Session:
    """Owns `sock`, which is bound to the test port. `keys` are None without authentication."""

    def __init__(
        self, sock: socket.socket, client: tuple[str, int], setup: Setup, keys: seal.Keys | None, limits: Limits
    ) -> None:
        self.port = int(sock.getsockname()[1])
        self.begun = False
        self._sock = sock
        self._client = client
        self._setup = setup
        self._keys = keys
        self._limits = limits
        self._request = self._response = b""
        self._table = table(FULL_PACKET_BYTES if setup.full_packets else SAFE_PACKET_BYTES)
        self._state = State()

    def open_firewall(self) -> None:
        """The null request; it goes unanswered."""
        unit = Null(auth=response_auth(self._setup.auth))
        self._reply(self._sealed(codec.encode_null(unit)), self._client)

    def run(self, stop: threading.Event) -> Served | None:
        """To the end, and closes. None where no activation came."""
        try:
            agreed = self._await(stop)
            if agreed is None:
                return None
            self.begun = True
            return self._serve(agreed, stop)
        finally:
            self._sock.close()

    def _await(self, stop: threading.Event) -> Activation | None:
        until_ns = time.monotonic_ns() + SILENT_NS
        self._sock.settimeout(_LOOK_S)
        while time.monotonic_ns() < until_ns and not stop.is_set():
            try:
                data, address = self._sock.recvfrom(2 * codec.ACTIVATION_BYTES)
            except OSError:  # nothing came, or an earlier unit of ours was refused
                continue
            agreed = self._read(data) if address[0] == self._client[0] else None
            if agreed is not None and self._accept(data, agreed, address):
                return agreed
        return None

    def _read(self, data: bytes) -> Activation | None:
        asked = codec.decode_activation(data)
        if isinstance(asked, Malformed) or not self._is_genuine(data, asked.auth):
            return None
        agreed = terms.accept(asked, self._limits)
        return replace(agreed, rate=self._table[0] if agreed.upstream else Rate(), auth=response_auth(asked.auth))

    def _accept(self, data: bytes, agreed: Activation, address: tuple[str, int]) -> bool:
        self._request, self._response = data, self._sealed(codec.encode_activation(agreed))
        try:
            self._sock.connect(address)
        except OSError:
            return False
        return self._reply(self._response, None)

    def _reply(self, unit: bytes, address: tuple[str, int] | None) -> bool:
        """False where it cannot be sent: the client asks again, or goes."""
        try:
            if address is None:
                self._sock.send(unit)
            else:
                self._sock.sendto(unit, address)
        except OSError:
            return False
        return True

    def _is_genuine(self, data: bytes, auth: Auth) -> bool:
        if self._keys is None:
            return auth.mode == seal.MODE_NONE
        recent = seal.is_recent(auth.unix_time, int(clock.now().timestamp()))
        return recent and auth.mode == seal.MODE_CONTROL and seal.is_genuine(data, self._keys.client)

    def _sealed(self, unit: bytes) -> bytes:
        return unit if self._keys is None else seal.sealed(unit, self._keys.server)

    def _serve(self, agreed: Activation, stop: threading.Event) -> Served:
        started_ns = time.monotonic_ns()
        until_ns = started_ns + agreed.duration_s * _NS_PER_S + _GRACE_NS
        link = Datagrams(self._sock)
        most_bps = min(self._limits.bps, (self._setup.bandwidth_mbps or float("inf")) * BPS_PER_MBPS)
        settings = terms.settings_of(agreed, most_bps)

        def steer(status: Status) -> Rate:
            self._state = adjust(self._state, signs_of(status), settings)
            return self._table[self._state.row]

        def strange(unit: bytes) -> None:
            if unit == self._request:  # our response was lost
                link.send(self._response)

        course = Course(
            leads=True,
            trial_ms=agreed.trial_ms,
            sub_interval_ms=agreed.sub_interval_ms,
            offset_ns=wall_offset_ns(),
            auth_mode=agreed.auth.mode,
            steer=steer,
            is_over=lambda now_ns: now_ns >= until_ns,
            strange=strange,
            stop=stop,
        )
        return self._flow(link, course, agreed, started_ns)

    def _flow(self, link: Datagrams, course: Course, agreed: Activation, started_ns: int) -> Served:
        if agreed.upstream:
            receiving = Receiving(link, course)
            end, datagrams = receiving.run(), receiving.tally.datagrams
        else:
            sending = Sending(link, course, self._table[0])
            end, datagrams = sending.run(), sending.sequence
        return Served(
            direction=Direction.UPLOAD if agreed.upstream else Direction.DOWNLOAD,
            client=self._client[0],
            datagrams=datagrams,
            duration_s=(time.monotonic_ns() - started_ns) / _NS_PER_S,
            end=end,
        )


def response_auth(asked: Auth) -> Auth:
    """The authentication block of a response, without its digest."""
    if asked.mode != seal.MODE_CONTROL:
        return Auth()
    return Auth(mode=asked.mode, unix_time=int(clock.now().timestamp()), key_id=asked.key_id)
