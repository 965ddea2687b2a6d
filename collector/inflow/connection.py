"""Shell. One connection to an MQTT 3.1.1 broker, made for many messages a second: nothing is done with one but read it.

Messages are acknowledged when told, in any order, and while paused the socket is not read, so that the broker keeps
what cannot be taken. Why no library: docs/decisions/0013-a-reader-of-our-own.md. Knows nothing of what messages hold.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from collector.inflow import packet
from collector.inflow.packet import Kind, PacketError, Publication

_ANSWER_WITHIN_S = 5.0
_LEAVE_WITHIN_S = 1.0
_NUMBERS = 65_535  # of packets; 0 is none
_Said = TypeVar("_Said")


class ConnectionLostError(Exception):
    """The broker cannot be reached, refused us, or went away. The text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where and as whom to connect. `tls` is None for a plain connection."""

    host: str
    port: int
    identifier: str
    username: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None
    keepalive_s: int = 20


class Connection(asyncio.Protocol):
    """A connection, once it is `opened`. `heard` is called with each message as it is read."""

    def __init__(self, entrance: Entrance, heard: Callable[[Publication], None]) -> None:
        loop = asyncio.get_running_loop()
        self._entrance = entrance
        self._heard = heard
        self._reader = packet.Reader()
        self._number = 0
        self._connected: asyncio.Future[None] = loop.create_future()
        self._asked: dict[int, asyncio.Future[bool]] = {}
        self.lost: asyncio.Future[str] = loop.create_future()
        self.writable = asyncio.Event()
        self.writable.set()
        self._reading = True
        self._answered = True
        self._leaving = False
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """While the broker lets us in. Raises ConnectionLostError."""
        told = self._entrance
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                await loop.create_connection(lambda: self, told.host, told.port, ssl=told.tls)
        except OSError as error:  # TimeoutError and ssl.SSLError are such
            raise ConnectionLostError(str(error) or "no answer in time") from error
        try:
            await self._enter()
            yield
        finally:
            await self._leave()

    async def subscribe(self, topics: Sequence[str]) -> bool:
        """Whether all of them are granted; True also where so much waits from before that we paused for it.

        Raises ConnectionLostError.
        """
        return await self._ask(packet.subscribe, topics)

    async def unsubscribe(self, topics: Sequence[str]) -> None:
        """Asks for these no longer. Raises ConnectionLostError."""
        await self._ask(packet.unsubscribe, topics)

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Sends (topic, payload), all at once, without waiting for the broker's acknowledgements."""
        self._transport.write(b"".join([packet.publish(self._next_number(), *one) for one in messages]))

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Tells the broker that it need not keep these messages any longer."""
        self._transport.write(b"".join([packet.acknowledge(one) for one in numbers if one]))

    def pause(self) -> None:
        """Reads no more until `go_on`; what is read already is still heard."""
        if self._reading:
            self._reading = False
            self._transport.pause_reading()
        for asked in self._asked.values():  # the answer comes behind what is not read: it is not waited for
            if not asked.done():
                asked.set_result(True)

    def go_on(self) -> None:
        """Reads again."""
        if not self._reading:
            self._reading = self._answered = True
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        if sock is not None:  # else each receipt waits behind the acknowledgement before it (Nagle's algorithm; tcp(7))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._answered = True
        if self._leaving:
            return
        try:
            for head, body in self._reader.read(data):
                if head >> 4 == Kind.PUBLISH:
                    self._heard(packet.publication(head & 0x0F, body))
                else:
                    self._take_answer(head >> 4, body)
        except PacketError as error:
            self._end(str(error))

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(str(exc) if exc else "it went away")

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def _take_answer(self, kind: int, body: bytes) -> None:
        if kind == Kind.CONNACK and not self._connected.done():
            packet.check_connected(body)
            self._connected.set_result(None)
        elif kind in {Kind.SUBACK, Kind.UNSUBACK}:
            number, granted = packet.answered(body)
            asked = self._asked.get(number)
            if asked is not None and not asked.done():
                asked.set_result(granted)
            elif not granted:
                self._end("it refuses the subscriptions of this user")

    async def _ask(self, form: Callable[[int, Sequence[str]], bytes], topics: Sequence[str]) -> bool:
        number = self._next_number()
        asked = self._asked[number] = asyncio.get_running_loop().create_future()
        self._transport.write(form(number, topics))
        try:
            if self._reading:
                await self._answer(asked)
            return not asked.done() or asked.result()
        finally:
            del self._asked[number]

    def _next_number(self) -> int:
        self._number = self._number % _NUMBERS + 1
        return self._number

    async def _answer(self, wanted: "asyncio.Future[_Said]") -> _Said:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                either: set[asyncio.Future[Any]] = {wanted, self.lost}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError as error:
            raise ConnectionLostError("no answer in time") from error
        if wanted.done():
            return wanted.result()
        raise ConnectionLostError(self.lost.result())

    def _keep_alive(self) -> None:
        """Asks whether the broker is there; while paused we cannot hear, and say only that we are."""
        if self._reading and not self._answered:
            self._end("it answers no longer")
            return
        self._answered = False
        self._transport.write(packet.PING)
        self._alarm = asyncio.get_running_loop().call_later(self._entrance.keepalive_s / 2, self._keep_alive)

    def _end(self, why: str) -> None:
        if not self.lost.done():
            self.lost.set_result(why)
        if self._alarm is not None:
            self._alarm.cancel()
        self._transport.abort()

    async def _enter(self) -> None:
        told = self._entrance
        self._transport.write(
            packet.connect(
                told.identifier, username=told.username, password=told.password, keepalive_s=told.keepalive_s
            )
        )
        await self._answer(self._connected)
        self._keep_alive()

    async def _leave(self) -> None:
        """Takes leave, and closes once the broker has, or after a second.

        To close first would answer what is still on its way here with a reset, and a broker that gets one forgets what
        it has not read of us (RFC 9293, section 3.6.1; RFC 2525, section 2.17): receipts of what is committed.
        """
        if self._alarm is not None:
            self._alarm.cancel()
        self._leaving = True
        self.go_on()
        self._transport.write(packet.FAREWELL)
        try:
            if self._connected.done():
                await asyncio.wait({self.lost}, timeout=_LEAVE_WITHIN_S)
        finally:
            self._transport.abort()
