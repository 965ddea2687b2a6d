"""Shell. One client that asks over plain HTTP, from its first request to its last: LibreSpeed's tests, short answers.

A client has so long in all, and so long to ask again; a body is dropped unseen. Knows nothing of how many clients there
are, nor of rates.
"""

import os
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from probe.body.speed_test import Direction
from probe.throughput import kernel
from probe.throughput.host.work import Place, Work
from probe.throughput.librespeed import endpoints
from probe.throughput.librespeed.endpoints import Endpoint
from probe.throughput.patience import StoppedError, insist, wait
from probe.throughput.web import request as web
from probe.throughput.web.desk import Desk, Reply
from probe.throughput.web.request import Request
from probe.throughput.websocket import upgrade
from probe.throughput.websocket.upgrade import Refusal

LIMIT_S = 75.0  # of a client in all: longer than any test
_ASK_AGAIN_S = 10.0
_NOTE_EVERY_S = 0.05
_DROP_BYTES = 1 << 20
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_CONGESTION_CONTROL = "bbr"  # as for ndt7; the kernel's default where it is missing or not allowed
_LINGER_S = 1.0  # for a refused client to read why: closing over unread data resets


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a client that tested has moved. `bytes`: of bodies, sent or received."""

    direction: Direction
    bytes: int
    duration_s: float
    congestion_control: str


class Visit:
    """Owns `sock`. `early`: what came behind the first request."""

    def __init__(self, sock: socket.socket, early: bytes, desk: Desk, address: str, stop: threading.Event) -> None:
        self._sock, self._early, self._desk, self._address, self._stop = sock, early, desk, address, stop
        self._until = time.monotonic() + LIMIT_S
        self._work: Work = desk.work
        self._place: Place | None = None
        self._noted_at = 0.0
        self._moved = 0
        self._block = memoryview(b"")
        self._began = time.monotonic()

    def run(self, first: Request) -> Visited | None:
        """Until the client goes, or its time is up. None where it moved nothing."""
        asked: Request | None = first
        try:
            while asked is not None and self._answer(asked):
                asked = self._next()
        except (OSError, StoppedError):  # it went away, was too slow, or the server ends
            pass
        finally:
            visited = self._visited()
            if self._place is not None:
                self._work.end(self._place)
            self._sock.close()
        return visited

    def _next(self) -> Request | None:
        """The next request; None where there is none, or none that can be answered."""
        until = min(self._until, time.monotonic() + _ASK_AGAIN_S)
        head, self._early = self._early, b""
        while upgrade.END not in head:
            if len(head) > upgrade.MAX_HEAD_BYTES:
                return None
            piece = insist(self._sock, partial(self._sock.recv, 4096), until, self._stop)
            if not piece:
                return None
            head += piece
        block, end, self._early = head.partition(upgrade.END)
        asked = web.read(block + end)
        if isinstance(asked, Request) and self._desk.knows(asked.path):
            return asked
        refusal = asked if isinstance(asked, Refusal) else Refusal(HTTPStatus.NOT_FOUND, "nothing is here")
        self._send(upgrade.refuse(refusal))
        return None

    def _answer(self, asked: Request) -> bool:
        """Whether the client may ask again."""
        endpoint = endpoints.PATHS.get(asked.path)
        if asked.method == "OPTIONS":
            return self._say(asked, Reply(HTTPStatus.OK), cors=True)
        if asked.method not in ({"GET", "POST"} if endpoint is Endpoint.EMPTY else {"GET"}):
            return self._say(asked, Reply(HTTPStatus.METHOD_NOT_ALLOWED))
        if asked.body_bytes > endpoints.MOST_BODY_BYTES:
            return self._say(asked, Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        if asked.waits:
            self._send(_GO_ON)
        self._drop(asked.body_bytes)
        if endpoint is Endpoint.GARBAGE:
            return self._give_garbage(asked)
        reply = Reply(HTTPStatus.OK) if endpoint is Endpoint.EMPTY else self._desk.reply(asked, self._address)
        return self._say(asked, reply)

    def _say(self, asked: Request, reply: Reply, *, cors: bool = False) -> bool:
        # What a refused client still sends is not waited for: the connection ends.
        stays = asked.stays and (reply.status < HTTPStatus.BAD_REQUEST or not asked.body_bytes)
        head = web.answer(
            reply.status,
            length=len(reply.body),
            kind="application/json" if reply.body else "text/plain",
            stays=stays,
            cors=cors or "cors" in asked.query,
            allow="GET, POST" if reply.status is HTTPStatus.METHOD_NOT_ALLOWED else None,
        )
        self._send(head + reply.body)
        if not stays:
            self._linger()
        return stays

    def _linger(self) -> None:
        """Says that nothing more comes, and hears the client out for a moment."""
        if not isinstance(self._sock, ssl.SSLSocket):
            self._sock.shutdown(socket.SHUT_WR)
        until, buffer = time.monotonic() + _LINGER_S, bytearray(1 << 16)
        while insist(self._sock, partial(self._sock.recv_into, buffer), until, self._stop):
            pass

    def _give_garbage(self, asked: Request) -> bool:
        count = endpoints.chunks(asked.query.get("ckSize"))
        self._begin(Direction.DOWNLOAD)
        cors = "cors" in asked.query
        length = count * endpoints.CHUNK_BYTES
        self._send(web.answer(HTTPStatus.OK, length=length, stays=asked.stays, cors=cors))
        if not self._block:
            self._block = memoryview(os.urandom(endpoints.CHUNK_BYTES))
        for _ in range(count):
            self._send(self._block)
            self._note(endpoints.CHUNK_BYTES)
        return asked.stays

    def _send(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._sock.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                wait(self._sock, select.POLLOUT, self._until, self._stop)
            except ssl.SSLWantReadError:
                wait(self._sock, select.POLLIN, self._until, self._stop)

    def _drop(self, count: int) -> None:
        """The body of a request, unseen: without TLS by the kernel (MSG_TRUNC, tcp(7))."""
        if not count:
            return
        self._begin(Direction.UPLOAD)
        here, self._early = self._early[:count], self._early[count:]
        left, buffer = count - len(here), bytearray(_DROP_BYTES)
        flags = () if isinstance(self._sock, ssl.SSLSocket) else (socket.MSG_TRUNC,)
        self._note(len(here))
        while left:
            take = partial(self._sock.recv_into, buffer, min(left, _DROP_BYTES), *flags)
            came = insist(self._sock, take, self._until, self._stop)
            if not came:
                raise ConnectionResetError
            left -= came
            self._note(came)

    def _begin(self, direction: Direction) -> None:
        if self._place is None or self._place.direction is not direction:
            if self._place is not None:
                self._work.end(self._place)
            elif direction is Direction.DOWNLOAD:
                kernel.ask_congestion_control(self._sock, _CONGESTION_CONTROL)
            self._place = self._work.begin(self._sock, direction, client=self._address, test="librespeed")

    def _note(self, moved: int) -> None:
        self._moved += moved
        now = time.monotonic()
        if self._place is not None and now - self._noted_at >= _NOTE_EVERY_S:
            self._work.note(self._place, kernel.tcp_info(self._sock))
            self._noted_at = now

    def _visited(self) -> Visited | None:
        if self._place is None:
            return None
        try:
            in_use = kernel.congestion_control(self._sock)
        except OSError:
            in_use = "unknown"
        return Visited(
            direction=self._place.direction,
            bytes=self._moved,
            duration_s=time.monotonic() - self._began,
            congestion_control=in_use,
        )
