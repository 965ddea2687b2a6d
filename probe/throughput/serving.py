"""Shell. One client of the measuring server, from its first byte to its last: greeted, then tested or answered.

Knows nothing of how many clients there are.
"""

import socket
import ssl
import threading
import time
import uuid
from dataclasses import dataclass

from probe import clock
from probe.body.speed_test import Direction
from probe.throughput import kernel
from probe.throughput.host.work import Place
from probe.throughput.msak.protocol import MSAK
from probe.throughput.ndt7.protocol import NDT7
from probe.throughput.said import Ends
from probe.throughput.tcp_info import TcpInfo
from probe.throughput.web.desk import Desk
from probe.throughput.web.visit import Visit, Visited
from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.frame import Binary, Close, Event, Opcode, Ping, Status, Violation
from probe.throughput.websocket.greet import Caller, Greeted, greet
from probe.throughput.websocket.telling import Telling

DIALECTS = (NDT7, MSAK)
_TICK_S = 0.01  # between two readings
_LOOK_S = 0.1  # how soon a stop is noticed
_FAREWELL_S = 3.0  # ndt7 may close hard 13 s after the start, of which the test takes 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One connection, as the server saw it. `bytes`: TCP payload acknowledged (download) or received (upload); of
    LibreSpeed the bodies of requests and answers.
    """

    protocol: str
    direction: Direction
    client: str
    bytes: int
    duration_s: float
    congestion_control: str


def serve(sock: socket.socket, tls: ssl.SSLContext | None, desk: Desk, stop: threading.Event) -> Served | None:
    """Serves `sock` and closes it. None where no test came about."""
    opened = time.monotonic()
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        here, there = kernel.ends(sock)
        address = str(sock.getpeername()[0])
    except OSError:  # it has gone already
        sock.close()
        return None
    greeted = greet(sock, tls, DIALECTS, desk.knows, stop)
    if greeted is None:
        return None
    if isinstance(greeted, Caller):
        visited = Visit(greeted.sock, greeted.early, desk, address, stop).run(greeted.first)
        return None if visited is None else _of_visit(visited, there)
    ends = Ends(here=here, there=there, uuid=str(uuid.uuid4()), start_time=clock.now().isoformat())
    place = desk.work.begin(greeted.sock, greeted.asked.direction, client=address, test=greeted.asked.test)
    try:
        return _Session(greeted, ends, opened, desk, place).run(stop)
    finally:
        desk.work.end(place)


def _of_visit(visited: Visited, client: str) -> Served:
    return Served(
        protocol="librespeed",
        direction=visited.direction,
        client=client,
        bytes=visited.bytes,
        duration_s=visited.duration_s,
        congestion_control=visited.congestion_control,
    )


class _Session:
    def __init__(self, greeted: Greeted, ends: Ends, opened: float, desk: Desk, place: Place) -> None:
        self._sock = greeted.sock
        self._dialect = greeted.dialect
        self._asked = greeted.asked
        self._ends = ends
        self._work = desk.work
        self._place = place
        self._in_use = self._congestion_control()
        self._channel = Channel(greeted.sock, client=False, early=greeted.early)
        self._telling = Telling(
            self._dialect,
            self._channel,
            ends,
            self._asked.direction,
            opened=opened,
            in_use=self._in_use,
            host=lambda: (desk.host, desk.work.working(place)),
        )
        self._over = False
        self._client_closed = False
        self._refused = False

    def run(self, stop: threading.Event) -> Served:
        try:
            if self._asked.direction is Direction.DOWNLOAD:
                self._channel.begin_bulk(self._dialect.first_message_bytes)
            self._serve(stop)
            served = self._served(self._channel.tcp_info())
            self._part(stop)
            return served
        finally:
            self._channel.close()

    def _congestion_control(self) -> str:
        wanted = self._asked.congestion_control
        return (
            kernel.congestion_control(self._sock)
            if wanted is None
            else kernel.ask_congestion_control(self._sock, wanted)
        )

    def _serve(self, stop: threading.Event) -> None:
        until = self._telling.started + self._asked.duration_s
        read_at = time.monotonic()
        while not (self._over or self._channel.ended or stop.is_set()):
            now = time.monotonic()
            if now >= until:
                return
            if now >= read_at:
                self._read()
                read_at = now + _TICK_S
            if now >= self._telling.due:
                self._tell()
            for event in self._channel.turn(min(read_at, self._telling.due, until)):
                self._take(event)

    def _read(self) -> None:
        info = self._channel.tcp_info()
        self._work.note(self._place, info)
        if self._asked.direction is Direction.UPLOAD:
            self._telling.note_arrival(info)
        else:
            self._telling.note_round_trip(info)
        if self._asked.most_bytes is not None and self._moved_bytes(info) >= self._asked.most_bytes:
            self._over = True

    def _moved_bytes(self, info: TcpInfo) -> int:
        """By the measure that the protocol limits."""
        download = self._asked.direction is Direction.DOWNLOAD
        if self._dialect.counts_payload:
            return self._channel.payload_sent if download else self._channel.payload_received
        return (info.bytes_acked if download else info.bytes_received) or 0

    def _tell(self) -> None:
        """A message and, as M-Lab's server does, a ping with the time."""
        self._telling.tell()
        self._channel.say(Opcode.PING, str(time.monotonic_ns()).encode("ascii"))

    def _take(self, event: Event) -> None:
        if isinstance(event, Ping):
            self._channel.say(Opcode.PONG, event.payload)
        elif isinstance(event, Close):
            self._over = self._client_closed = True
        elif isinstance(event, Violation):
            self._refuse(event.status, event.reason)
        elif isinstance(event, Binary) and self._asked.direction is Direction.DOWNLOAD:
            self._refuse(Status.UNSUPPORTED, "a client sends no binary message during a download")

    def _refuse(self, status: Status, reason: str) -> None:
        self._over = self._refused = True
        self._channel.say_close(status, reason)

    def _served(self, info: TcpInfo) -> Served:
        download = self._asked.direction is Direction.DOWNLOAD
        return Served(
            protocol=self._dialect.version,
            direction=self._asked.direction,
            client=self._ends.there,
            bytes=(info.bytes_acked if download else info.bytes_received) or 0,
            duration_s=self._telling.elapsed_us / 1_000_000,
            congestion_control=self._in_use,
        )

    def _part(self, stop: threading.Event) -> None:
        """A last count, the closing frame, and time for the client to take both: closing over unread data resets."""
        if not self._refused:
            self._tell()
            self._channel.say_close(Status.NORMAL, "Done sending")
        until = time.monotonic() + _FAREWELL_S
        while not (self._channel.ended or stop.is_set()) and time.monotonic() < until:
            if self._client_closed and self._channel.drained:
                return
            for event in self._channel.turn(min(until, time.monotonic() + _LOOK_S)):
                self._client_closed |= isinstance(event, Close)
