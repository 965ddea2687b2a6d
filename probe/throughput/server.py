"""Shell. The measuring server: the other end of ndt7, msak and LibreSpeed tests, and of latency1 beside them.

One thread for each client, at most `max_clients` and so many of one address; each has a time limit from the first byte
to the last, and whatever a client sends ends at worst its own connection. Knows nothing of rates: it counts and tells.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.throughput.host import standing
from probe.throughput.host.told import Host
from probe.throughput.host.work import Work
from probe.throughput.latency1.server import LatencyServer
from probe.throughput.listen import ServerError, bound
from probe.throughput.serving import Served, serve
from probe.throughput.web.desk import Desk
from probe.throughput.websocket import upgrade

DEFAULT_MAX_CLIENTS = 32
MOST_PER_ADDRESS = 20  # a test's sixteen connections at most, and those that ask beside it
_ACCEPT_S = 0.2  # how soon `close` is noticed
_FAREWELL_S = 5.0  # for the clients' threads to end


class MeasuringServer:
    """Listens from `start` (or `with`) to `close`. `tls_cert`, `tls_key`: PEM files; with them it speaks wss, without
    them ws. Port 0 takes a free one; `address` tells which. latency1 is served over UDP at `latency`, (host, port), by
    default at the port that TCP has if it is free, else at another. `host_is`: what the server tells of itself, by
    default an instance that nobody has seen before. `elsewhere`: how many tests other servers of this process serve.
    `on_served` is called in a client's thread after each test.
    """

    def __init__(  # noqa: PLR0913  one parameter for each thing that an operator may choose
        self,
        host: str,
        port: int = 0,
        *,
        tls_cert: Path | None = None,
        tls_key: Path | None = None,
        latency: tuple[str, int] | None = None,
        host_is: Host | None = None,
        elsewhere: Callable[[], int] = lambda: 0,
        max_clients: int = DEFAULT_MAX_CLIENTS,
        on_served: Callable[[Served], None] | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._latency_at = latency
        self._host_is = host_is or standing.passing()
        self._work = Work(elsewhere)
        self._tls = None if tls_cert is None else _tls_context(tls_cert, tls_key)
        self._max_clients = max_clients
        self._on_served = on_served
        self._stop = threading.Event()
        self._threads: dict[threading.Thread, str] = {}  # with the client's address
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._latency: LatencyServer | None = None
        self._desk: Desk | None = None

    @property
    def address(self) -> tuple[str, int]:
        """(host, port) as bound. Raises ServerError before `start`."""
        if self._listener is None:
            raise ServerError("The measuring server has not been started.")
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    @property
    def latency_port(self) -> int:
        """The UDP port of latency1. Raises ServerError before `start`."""
        if self._latency is None:
            raise ServerError("The measuring server has not been started.")
        return self._latency.port

    def start(self) -> None:
        """Binds and serves in the background. Raises ServerError."""
        self._listener = _listen(self._host, self._port)
        try:
            self._latency = LatencyServer(self._bind_latency(), self._stop)
        except ServerError:
            self._listener.close()
            raise
        self._desk = Desk(
            host=self._host_is,
            work=self._work,
            latency=self._latency,
            connections=lambda: len(self._threads),
            most_connections=self._max_clients,
        )
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), name="prova-server")
        self._accepting.start()

    def close(self) -> None:
        """Ends every test under way and waits for it."""
        self._stop.set()
        if self._accepting is not None:
            self._accepting.join()
        with self._lock:
            serving = tuple(self._threads)
        for thread in serving:
            thread.join(_FAREWELL_S)
        if self._latency is not None:
            self._latency.close()
        if self._listener is not None:
            self._listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        listener.settimeout(_ACCEPT_S)
        while not self._stop.is_set():
            try:
                sock, client = listener.accept()
            except TimeoutError:
                continue
            except OSError:  # the client went before it was taken, or this process is out of files: the next may do
                self._stop.wait(_ACCEPT_S)
                continue
            self._admit(sock, str(client[0]))

    def _admit(self, sock: socket.socket, address: str) -> None:
        with self._lock:
            held = sum(1 for other in self._threads.values() if other == address)
            if len(self._threads) < self._max_clients and held < MOST_PER_ADDRESS:
                thread = threading.Thread(target=self._serve, args=(sock,), name="prova-served", daemon=True)
                self._threads[thread] = address
                try:
                    thread.start()
                except RuntimeError:  # this process may have no more threads
                    del self._threads[thread]
                else:
                    return
        self._turn_away(sock)

    def _turn_away(self, sock: socket.socket) -> None:
        """Without waiting: this is the accepting thread."""
        with sock:
            if self._tls is None:
                sock.setblocking(False)
                try:
                    sock.send(upgrade.refuse(upgrade.Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "all places are taken")))
                except OSError:
                    return

    def _serve(self, sock: socket.socket) -> None:
        try:
            assert self._desk is not None
            served = serve(sock, self._tls, self._desk, self._stop)
            if served is not None and self._on_served is not None:
                self._on_served(served)
        finally:
            with self._lock:
                self._threads.pop(threading.current_thread(), None)

    def _bind_latency(self) -> socket.socket:
        """Where it was asked for; else at TCP's port, and where that is taken, at any other: clients are told."""
        if self._latency_at is not None:
            return bound(*self._latency_at, socket.SOCK_DGRAM)
        try:
            return bound(self._host, self.address[1], socket.SOCK_DGRAM)
        except ServerError:
            return bound(self._host, 0, socket.SOCK_DGRAM)


def _listen(host: str, port: int) -> socket.socket:
    listener = bound(host, port, socket.SOCK_STREAM)
    listener.listen(64)
    return listener


def _tls_context(cert: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:  # SSLError is one
        raise ServerError(
            f"{cert} and {key or cert} are no certificate and its key: {error}. Give PEM files that belong together."
        ) from error
    return context
