"""Shell. Opens one connection: name, address, TCP, TLS, within one time limit.

Every way in which this can fail is a `Failure`. Knows nothing of what is said over the connection.
"""

import errno
import ipaddress
import os
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from probe.body.speed_test import Direction, Failure, Server
from probe.throughput import kernel
from probe.throughput.patience import StoppedError, insist, wait
from probe.throughput.plan import Family, Plan

_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}
_SECURE = {"wss", "https"}
_LOOK_S = 0.1  # how soon a stop is noticed
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EACCES, errno.EPERM}
_FAMILIES = {Family.ANY: socket.AF_UNSPEC, Family.IPV4: socket.AF_INET, Family.IPV6: socket.AF_INET6}
Address = tuple[socket.AddressFamily, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Connected:
    """An open connection, TLS included where the address asks for it. `early`: bytes that came too soon."""

    sock: socket.socket
    address: str
    early: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What every step needs; `until` on the monotonic clock."""

    plan: Plan
    direction: Direction
    until: float
    stop: threading.Event


def call(plan: Plan, direction: Direction, stop: threading.Event) -> Call:
    """A call that has the plan's time from now on."""
    return Call(plan=plan, direction=direction, until=time.monotonic() + plan.connect_timeout_s, stop=stop)


def connect(one: Call) -> Connected | Failure:
    """Tries the addresses that the name has in the resolver's order, each for its share of the time left."""
    sock: socket.socket | None = None
    try:
        reached = _reach_any(one, resolve(one))
        if isinstance(reached, Failure):
            return reached
        sock, address = reached
        if one.plan.parts.scheme in _SECURE:
            sock = _trusting(one.plan).wrap_socket(
                sock, server_hostname=one.plan.parts.hostname, do_handshake_on_connect=False
            )
            insist(sock, sock.do_handshake, one.until, one.stop)
        return Connected(sock, address)
    except StoppedError:
        failure = Failure.ABORTED
    except OSError as error:
        failure = failure_of(error)
    if sock is not None:
        sock.close()
    return failure


def server_of(plan: Plan, connected: Connected | None) -> Server:
    """The record's noun for the other end; None where no connection was made."""
    server = Server(url=plan.shown_url, tls=plan.parts.scheme in _SECURE, demonstration=plan.demonstration)
    if connected is None:
        return server
    sock = connected.sock
    cipher = sock.cipher() if isinstance(sock, ssl.SSLSocket) else None
    return Server(
        url=server.url,
        tls=server.tls,
        demonstration=server.demonstration,
        address=connected.address,
        address_family=6 if sock.family == socket.AF_INET6 else 4,
        tls_version=sock.version() if isinstance(sock, ssl.SSLSocket) else None,
        tls_cipher=None if cipher is None else cipher[0],
    )


def failure_of(error: OSError) -> Failure:
    """What an error of connecting or shaking hands says of the other end."""
    if isinstance(error, TimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, ssl.SSLError):
        return Failure.TLS
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED
    return Failure.NO_ROUTE if error.errno in _NO_ROUTE else Failure.CUT_SHORT


def resolve(one: Call) -> list[Address]:
    """Empty where the name has no address of the plan's family. Raises StoppedError.

    The resolver has limits of its own, but longer ones than ours: it is asked in a thread that ends with them.
    """
    parts = one.plan.parts
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    found: list[Address] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, family=_FAMILIES[one.plan.family], type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # UnicodeError: no label of a name may be that long
            return
        found.extend((family, address) for family, _, _, _, address in answers)  # type: ignore[misc]  # IPv6 has more

    if _is_address(host):
        ask()
        return found
    asking = threading.Thread(target=ask, name="prova-resolve", daemon=True)
    asking.start()
    while asking.is_alive() and time.monotonic() < one.until:
        if one.stop.is_set():
            raise StoppedError
        asking.join(_LOOK_S)
    return found[:]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _reach_any(one: Call, addresses: list[Address]) -> tuple[socket.socket, str] | Failure:
    failure = Failure.TIMED_OUT if addresses else Failure.NAME_NOT_RESOLVED
    for index, (family, address) in enumerate(addresses):
        share_s = (one.until - time.monotonic()) / (len(addresses) - index)
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            if one.direction is Direction.UPLOAD:
                kernel.ask_congestion_control(sock, one.plan.congestion_control)
            _reach(sock, address, time.monotonic() + share_s, one.stop)
        except OSError as error:
            sock.close()
            failure = failure_of(error)
        except StoppedError:
            sock.close()
            raise
        else:
            return sock, address[0]
    return failure


def _reach(sock: socket.socket, address: tuple[str, int], until: float, stop: threading.Event) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setblocking(False)
    number = sock.connect_ex(address)
    if number == errno.EINPROGRESS:
        wait(sock, select.POLLOUT, until, stop)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise OSError(number, os.strerror(number))


def _trusting(plan: Plan) -> ssl.SSLContext:
    """Raises SSLError, also where the certificates to trust cannot be read."""
    try:
        return ssl.create_default_context(cafile=plan.ca_file)
    except OSError as error:
        raise ssl.SSLError(f"{plan.ca_file}: {error}") from error
