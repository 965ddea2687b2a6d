"""Shell. The server's side of a beginning: TLS, the client's first request, our answer to it; all of it bounded.

Knows nothing of the test that follows, nor of what is answered to a client that wants no WebSocket.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from probe.throughput.patience import StoppedError, insist
from probe.throughput.web import request as web
from probe.throughput.web.request import Request
from probe.throughput.websocket import upgrade
from probe.throughput.websocket.dialect import Asked, Dialect
from probe.throughput.websocket.upgrade import Refusal

_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Greeted:
    """A client with whom the WebSocket is agreed. `early`: what it sent behind its request."""

    sock: socket.socket
    dialect: Dialect
    asked: Asked
    early: bytes


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that asks over plain HTTP. `early`: what it sent behind its first request."""

    sock: socket.socket
    first: Request
    early: bytes


def greet(
    sock: socket.socket,
    tls: ssl.SSLContext | None,
    dialects: Sequence[Dialect],
    knows: Callable[[str], bool],
    stop: threading.Event,
) -> Greeted | Caller | None:
    """None where nothing was agreed; the client was told why if it could be. Owns `sock`: closed then.

    `knows`: whether a path is answered over plain HTTP.
    """
    until = time.monotonic() + _LIMIT_S
    sock.setblocking(False)
    try:
        if tls is not None:
            sock = tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        greeted = _agree(sock, dialects, knows, until, stop)
    except (OSError, StoppedError):  # it went away, was too slow, or its TLS was no TLS
        greeted = None
    if greeted is None:
        sock.close()
    return greeted


def _agree(
    sock: socket.socket,
    dialects: Sequence[Dialect],
    knows: Callable[[str], bool],
    until: float,
    stop: threading.Event,
) -> Greeted | Caller | None:
    if isinstance(sock, ssl.SSLSocket):
        insist(sock, sock.do_handshake, until, stop)
    head = _read_head(sock, until, stop)
    request, end, early = head.partition(upgrade.END)
    if not end:
        return None
    plain = web.read(request + end)
    if isinstance(plain, Request) and not plain.upgrades and knows(plain.path):
        return Caller(sock, plain, early)
    answer = _judge(request + end, dialects)
    if isinstance(answer, Refusal):
        insist(sock, partial(sock.send, upgrade.refuse(answer)), until, stop)
        return None
    key, dialect, asked = answer
    insist(sock, partial(sock.send, upgrade.agree(key=key, protocol=dialect.subprotocol)), until, stop)
    return Greeted(sock, dialect, asked, early)


def _judge(head: bytes, dialects: Sequence[Dialect]) -> tuple[str, Dialect, Asked] | Refusal:
    request = upgrade.read_request(head)
    if isinstance(request, Refusal):
        return request
    for dialect in dialects:
        asked = dialect.asked(request.target)
        if asked is None:
            continue
        if isinstance(asked, Refusal):
            return asked
        if dialect.subprotocol not in request.protocols:
            return Refusal(HTTPStatus.BAD_REQUEST, f"Sec-WebSocket-Protocol must be {dialect.subprotocol}")
        return request.key, dialect, asked
    known = [path for dialect in dialects for path in dialect.paths.values()]
    return Refusal(HTTPStatus.NOT_FOUND, f"only {', '.join(known)} are here")


def _read_head(sock: socket.socket, until: float, stop: threading.Event) -> bytes:
    head = b""
    while upgrade.END not in head and len(head) <= upgrade.MAX_HEAD_BYTES:
        piece = insist(sock, partial(sock.recv, 4096), until, stop)
        head += piece
        if not piece or not head[:1].isalpha():  # the end, or another protocol, which may never send an empty line
            break
    return head
