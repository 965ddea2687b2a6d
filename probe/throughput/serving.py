"""Shell. One client of the measuring server, from its first byte to its last.

Knows nothing of how many clients there are.
"""

import random
import socket
import ssl
import threading
import time
import uuid
from dataclasses import dataclass

from probe import clock
from probe.record import Direction
from probe.throughput import kernel
from probe.throughput.arrival import Arrival
from probe.throughput.ndt7 import measurement
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.tcp_info import TcpInfo
from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.frame import Binary, Close, Event, Opcode, Ping, Status, Violation
from probe.throughput.websocket.greet import Greeted, greet

_TICK_S = 0.01  # between two readings of what arrived
_LOOK_S = 0.1  # how soon a stop is noticed
_CONGESTION_CONTROL = "bbr"  # as M-Lab's server; the kernel's default where it is missing or not allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One test, as the server saw it. `bytes`: TCP payload acknowledged (download) or received (upload)."""

    direction: Direction
    client: str
    bytes: int
    duration_s: float
    congestion_control: str


def serve(sock: socket.socket, tls: ssl.SSLContext | None, stop: threading.Event) -> Served | None:
    """Serves `sock` and closes it. None where no test came about."""
    try:
        in_use = kernel.ask_congestion_control(sock, _CONGESTION_CONTROL)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ends = measurement.Connection(
            client=_written(sock.getpeername()),
            server=_written(sock.getsockname()),
            uuid=str(uuid.uuid4()),
            start_time=clock.now().isoformat(),
        )
    except OSError:  # it has gone already
        sock.close()
        return None
    greeted = greet(sock, tls, stop)
    return None if greeted is None else _Session(greeted, ends, in_use).run(stop)


def _written(address: tuple[str, int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Session:
    def __init__(self, greeted: Greeted, ends: measurement.Connection, congestion_control: str) -> None:
        self._sock = greeted.sock
        self._channel = Channel(greeted.sock, client=False, early=greeted.early)
        self._asked = greeted.asked
        self._ends = ends
        self._congestion_control = congestion_control
        self._started = time.monotonic()
        self._samples: list[Arrival] = []  # since the last message
        self._over = False
        self._client_closed = False
        self._refused = False

    def run(self, stop: threading.Event) -> Served:
        try:
            if self._asked.direction is Direction.DOWNLOAD:
                self._channel.begin_bulk()
            self._serve(stop)
            served = self._served(self._channel.tcp_info())
            self._part(stop)
            return served
        finally:
            self._channel.close()

    def _serve(self, stop: threading.Event) -> None:
        until = self._started + ndt7.FULL_DURATION_S
        read_at = text_at = time.monotonic()
        while not (self._over or self._channel.ended or stop.is_set()):
            now = time.monotonic()
            if now >= until:
                return
            if now >= read_at:
                self._read()
                read_at = now + _TICK_S
            if now >= text_at:
                self._tell()
                text_at = now + _next_text_s()
            for event in self._channel.turn(min(read_at, text_at, until)):
                self._take(event)

    def _read(self) -> None:
        info = self._channel.tcp_info()
        early_exit_bytes = self._asked.early_exit_bytes
        if self._asked.direction is Direction.UPLOAD and info.bytes_received is not None:
            self._samples.append(Arrival(self._elapsed_us(), info.bytes_received, info.data_segs_in))
        elif early_exit_bytes is not None and (info.bytes_acked or 0) >= early_exit_bytes:
            self._over = True

    def _tell(self) -> None:
        """A message and, as M-Lab's server does, a ping with the time."""
        text = measurement.encode(
            connection=self._ends,
            elapsed_us=self._elapsed_us(),
            tcp=self._channel.tcp_info(),
            bbr=kernel.bbr_info(self._sock, self._congestion_control),
            congestion_control=self._congestion_control,
            samples=self._samples,
            test=self._asked.direction,
        )
        self._samples.clear()
        self._channel.say(Opcode.TEXT, text)
        self._channel.say(Opcode.PING, str(time.monotonic_ns()).encode("ascii"))

    def _elapsed_us(self) -> int:
        return round((time.monotonic() - self._started) * 1_000_000)

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
            direction=self._asked.direction,
            client=self._ends.client,
            bytes=(info.bytes_acked if download else info.bytes_received) or 0,
            duration_s=self._elapsed_us() / 1_000_000,
            congestion_control=self._congestion_control,
        )

    def _part(self, stop: threading.Event) -> None:
        """A last count, the closing frame, and time for the client to take both: closing over unread data resets."""
        if not self._refused:
            if self._asked.direction is Direction.UPLOAD:
                self._tell()
            self._channel.say_close(Status.NORMAL, "Done sending")
        until = time.monotonic() + ndt7.HARD_LIMIT_S - ndt7.FULL_DURATION_S
        while not (self._channel.ended or stop.is_set()) and time.monotonic() < until:
            if self._client_closed and self._channel.drained:
                return
            for event in self._channel.turn(min(until, time.monotonic() + _LOOK_S)):
                self._client_closed |= isinstance(event, Close)


def _next_text_s() -> float:
    """ndt7's memoryless ticker, within its bounds."""
    wait_s = random.expovariate(1 / ndt7.TEXT_EVERY_S)
    return min(max(wait_s, ndt7.TEXT_SOONEST_S), ndt7.TEXT_LATEST_S)
