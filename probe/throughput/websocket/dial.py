"""Shell. Opens one ndt7 connection: name, address, TCP, TLS, upgrade; all of it within one time limit.

Every way in which this can fail is a `Failure`. Knows nothing of what is measured.
"""

import base64
import errno
import ipaddress
import os
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import SplitResult, urlsplit

from probe.record import Direction, Failure
from probe.throughput import kernel
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.patience import StoppedError, insist, wait
from probe.throughput.plan import Plan
from probe.throughput.websocket import upgrade

_PORTS = {"ws": 80, "wss": 443}
_LOOK_S = 0.1  # how soon a stop is noticed
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EACCES, errno.EPERM}
_Address = tuple[socket.AddressFamily, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Dialled:
    """An open connection, the WebSocket agreed. `early`: bytes that came behind the server's answer."""

    sock: socket.socket
    address: str
    early: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What every step needs; `until` on the monotonic clock."""

    plan: Plan
    direction: Direction
    parts: SplitResult
    until: float
    stop: threading.Event


def dial(plan: Plan, direction: Direction, *, until: float, stop: threading.Event) -> Dialled | Failure:
    """Tries the addresses that the name has in the resolver's order, each for its share of the time left.

    `until` is a second of the monotonic clock.
    """
    call = _Call(plan=plan, direction=direction, parts=urlsplit(plan.url), until=until, stop=stop)
    try:
        connected = _connect(call, _resolve(call))
        return connected if isinstance(connected, Failure) else _open(call, *connected)
    except StoppedError:
        return Failure.ABORTED


def failure_of(error: OSError) -> Failure:
    """What an error of connecting or shaking hands says of the other end."""
    if isinstance(error, TimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, ssl.SSLError):
        return Failure.TLS
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED
    return Failure.NO_ROUTE if error.errno in _NO_ROUTE else Failure.CUT_SHORT


def _resolve(call: _Call) -> list[_Address]:
    """Empty where the name has no address. Raises StoppedError.

    The resolver has limits of its own, but longer ones than ours: it is asked in a thread that ends with them.
    """
    assert call.parts.hostname is not None
    host, port = call.parts.hostname, call.parts.port or _PORTS[call.parts.scheme]
    found: list[_Address] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # UnicodeError: no label of a name may be that long
            return
        found.extend((family, address) for family, _, _, _, address in answers)  # type: ignore[misc]  # IPv6 has more

    if _is_address(host):
        ask()
        return found
    asking = threading.Thread(target=ask, name="prova-resolve", daemon=True)
    asking.start()
    while asking.is_alive() and time.monotonic() < call.until:
        if call.stop.is_set():
            raise StoppedError
        asking.join(_LOOK_S)
    return found[:]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _connect(call: _Call, addresses: list[_Address]) -> tuple[socket.socket, str] | Failure:
    failure = Failure.TIMED_OUT if addresses else Failure.NAME_NOT_RESOLVED
    for index, (family, address) in enumerate(addresses):
        share_s = (call.until - time.monotonic()) / (len(addresses) - index)
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            if call.direction is Direction.UPLOAD:
                kernel.ask_congestion_control(sock, call.plan.congestion_control)
            _reach(sock, address, time.monotonic() + share_s, call.stop)
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


def _open(call: _Call, sock: socket.socket, address: str) -> Dialled | Failure:
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    answer: bytes | Failure
    try:
        if call.parts.scheme == "wss":
            context = _trusting(call.plan)
            sock = context.wrap_socket(sock, server_hostname=call.parts.hostname, do_handshake_on_connect=False)
            insist(sock, sock.do_handshake, call.until, call.stop)
        insist(sock, partial(sock.send, _request(call, key)), call.until, call.stop)
        answer = _judge(_read_head(call, sock), key)
    except OSError as error:
        answer = failure_of(error)
    except StoppedError:
        answer = Failure.ABORTED
    if isinstance(answer, Failure):
        sock.close()
        return answer
    return Dialled(sock, address, answer)


def _trusting(plan: Plan) -> ssl.SSLContext:
    """Raises SSLError, also where the certificates to trust cannot be read."""
    try:
        return ssl.create_default_context(cafile=plan.ca_file)
    except OSError as error:
        raise ssl.SSLError(f"{plan.ca_file}: {error}") from error


def _request(call: _Call, key: str) -> bytes:
    metadata = {"client_name": call.plan.software, "client_library_name": "prova", "client_os": "linux"}
    return upgrade.client_request(
        host=call.parts.netloc.rpartition("@")[2],
        target=ndt7.target(call.direction, call.parts.query, metadata),
        key=key,
        protocol=ndt7.SUBPROTOCOL,
        user_agent=call.plan.software,
    )


def _read_head(call: _Call, sock: socket.socket) -> bytes:
    """Up to the empty line and what came with it; less where the server ended or went on for too long."""
    head = b""
    while upgrade.END not in head and len(head) <= upgrade.MAX_HEAD_BYTES:
        piece = insist(sock, partial(sock.recv, 4096), call.until, call.stop)
        if not piece:
            break
        head += piece
    return head


def _judge(head: bytes, key: str) -> bytes | Failure:
    """What came behind the server's yes."""
    answer, end, early = head.partition(upgrade.END)
    if not end:
        return Failure.PROTOCOL if head else Failure.CUT_SHORT
    read = upgrade.read_answer(answer + end, key=key, protocol=ndt7.SUBPROTOCOL)
    if isinstance(read, upgrade.Refusal):
        return Failure.SERVER_REFUSED
    return Failure.PROTOCOL if isinstance(read, upgrade.Malformed) else early
