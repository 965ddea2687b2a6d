"""Shell. The server of capacity tests: answers setups on the control port, gives each test a port and a thread.

It listens on the loopback unless told otherwise. To whoever asks it sends two small units, never more than the setup
it got and a null request; load goes only where `session` says. Knows nothing of rates.
"""

import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from probe import clock
from probe.capacity import codec, seal, terms
from probe.capacity.pdu import PORT, VERSION, Malformed, Setup, SetupAnswer
from probe.capacity.session import Served, Session, response_auth
from probe.capacity.terms import Limits
from probe.throughput.listen import ServerError, bound

_LOOK_S = 0.2  # how soon `close` is noticed
_FAREWELL_S = 5.0  # for the sessions' threads to end

_Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Place:
    session: Session
    thread: threading.Thread


class CapacityServer:
    """Listens from `start` (or `with`) to `close`. Port 0 takes a free one; `address` tells which.

    With `secret` every test must be authenticated with it. `on_served` is called in a session's thread after each test.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = PORT,
        *,
        secret: str | None = None,
        limits: Limits | None = None,
        on_served: Callable[[Served], None] | None = None,
    ) -> None:
        if secret == "":
            raise ServerError("The secret is empty. Give one, or none to serve without authentication.")
        self._host, self._port = host, port
        self._secret = None if secret is None else secret.encode()
        self._limits = limits or Limits()
        self._on_served = on_served
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._places: dict[tuple[_Address, int], _Place] = {}
        self._control: socket.socket | None = None
        self._listening: threading.Thread | None = None

    @property
    def address(self) -> _Address:
        """(host, port) as bound. Raises ServerError before `start`."""
        if self._control is None:
            raise ServerError("The capacity server has not been started.")
        host, port = self._control.getsockname()[:2]
        return str(host), int(port)

    @property
    def tests_count(self) -> int:
        """Tests under way."""
        with self._lock:
            return sum(place.session.begun for place in self._places.values())

    def start(self) -> None:
        """Binds and serves in the background. Raises ServerError."""
        self._control = bound(self._host, self._port, socket.SOCK_DGRAM)
        self._listening = threading.Thread(target=self._listen, args=(self._control,), name="prova-capacity")
        self._listening.start()

    def close(self) -> None:
        """Ends every test under way and waits for it."""
        self._stop.set()
        if self._listening is not None:
            self._listening.join()
        with self._lock:
            places = list(self._places.values())
        for place in places:
            place.thread.join(_FAREWELL_S)
        if self._control is not None:
            self._control.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self, control: socket.socket) -> None:
        control.settimeout(_LOOK_S)
        while not self._stop.is_set():
            try:
                data, address = control.recvfrom(2 * codec.SETUP_BYTES)
            except OSError:  # nothing came, or an earlier response was refused
                continue
            setup = codec.decode_setup(data)
            if not isinstance(setup, Malformed) and setup.is_request:
                self._answer(control, data, setup, address)

    def _answer(self, control: socket.socket, data: bytes, setup: Setup, address: _Address) -> None:
        keys = None
        if self._secret is not None and setup.auth.mode == seal.MODE_CONTROL:
            keys = seal.derive(self._secret, setup.auth.unix_time)
        session = self._refuse(data, setup, keys) or self._seat(setup, keys, address)
        if isinstance(session, SetupAnswer):
            answer, port = session, 0
        else:
            answer, port = SetupAnswer.ACCEPTED, session.port
        unit = replace(
            setup,
            is_request=False,
            version=VERSION if answer is SetupAnswer.BAD_VERSION else setup.version,
            answer=answer,
            test_port=port,
            auth=response_auth(setup.auth),
        )
        response = codec.encode_setup(unit)
        try:
            control.sendto(response if keys is None else seal.sealed(response, keys.server), address)
        except OSError:
            return
        if isinstance(session, Session):
            session.open_firewall()

    def _refuse(self, data: bytes, setup: Setup, keys: seal.Keys | None) -> SetupAnswer | None:
        answer = terms.refusal(setup, has_secret=self._secret is not None)
        if answer is not None or keys is None:
            return answer
        if not seal.is_genuine(data, keys.client):
            return SetupAnswer.AUTH_FAILED
        return None if seal.is_recent(setup.auth.unix_time, int(clock.now().timestamp())) else SetupAnswer.AUTH_TIME

    def _seat(self, setup: Setup, keys: seal.Keys | None, address: _Address) -> Session | SetupAnswer:
        """The session of this setup: one that waits for its activation already, or a new one if there is room."""
        name = (address, setup.connection_group << 8 | setup.connection_index)
        with self._lock:
            place = self._places.get(name)
            if place is not None:
                return SetupAnswer.NO_CONNECTION if place.session.begun else place.session
            taken = Counter(held[0][0] for held in self._places)
            if len(self._places) >= self._limits.clients or taken[address[0]] >= self._limits.per_address:
                return SetupAnswer.NO_CONNECTION
            try:
                sock = bound(self._host, 0, socket.SOCK_DGRAM)
            except ServerError:  # out of ports or files
                return SetupAnswer.NO_CONNECTION
            session = Session(sock, address, setup, keys, self._limits)
            thread = threading.Thread(target=self._run, args=(name, session), name="prova-capacity-test", daemon=True)
            self._places[name] = _Place(session, thread)
            thread.start()
            return session

    def _run(self, name: tuple[_Address, int], session: Session) -> None:
        try:
            served = session.run(self._stop)
            if served is not None and self._on_served is not None:
                self._on_served(served)
        finally:
            with self._lock:
                del self._places[name]
