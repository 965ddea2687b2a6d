"""Shell. One connection to the broker: messages in, each stamped as it arrives, and receipts out.

A message is acknowledged only when told so, after it is on the disk, and while too many wait the socket is not read:
the broker keeps what the disk cannot take. aiomqtt 2 has no words for either, so this module, and no other, speaks to
the paho client inside it. Knows nothing of what messages hold.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from collector.envelope import Arrival
from collector.settings import BrokerSettings, SettingsError
from probe.wire import VERSION, Kind

_KINDS = (Kind.RECORDS, Kind.STATUS)
_EVERY_LINE = [f"prova/{VERSION}/+/+/{kind}" for kind in _KINDS]
_LINES_AT_ONCE = 500  # of one SUBSCRIBE: some tens of kilobytes
_ANSWER_WITHIN_S = 5.0
_LEAVE_WITHIN_S = 1.0
_KEEPALIVE_S = 20
_MOST_WAITING = 600  # in memory; mosquitto 2.0 forgets its own max_inflight_messages after the first acknowledgement


class LinkError(Exception):
    """The broker cannot be reached, refused us, or went away. The text says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message in hand. `mid` is its number on this connection, 0 where it asks for no acknowledgement."""

    arrival: Arrival
    mid: int


def now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the room's one clock


class Link:
    """An open connection with its subscriptions."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._paho: paho.Client = client._client  # noqa: SLF001  see the module's docstring
        self._paho.manual_ack_set(True)
        self._paho.max_inflight_messages_set(0)
        self._paho.on_message = self._arrived
        self._waiting: deque[Taken] = deque()
        self._news = asyncio.Event()
        self._held: socket.socket | None = None

    async def take(self, most: int) -> list[Taken]:
        """The messages that are there, at least one and at most `most`, in order of arrival. Waits for the first.

        Raises LinkError.
        """
        while not self._waiting:
            self._news.clear()
            await self._news_or_end()
        group = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        if self._held is not None and len(self._waiting) <= _MOST_WAITING // 2:
            self._read_on(self._held)
        return group

    def acknowledge(self, group: Sequence[Taken]) -> None:
        """Tells the broker that it need not keep these any longer."""
        for one in group:
            if one.mid:
                self._paho.ack(one.mid, 1)

    def publish(self, topic: str, payload: bytes) -> None:
        """Sends without waiting for the broker's acknowledgement, which proves nothing.

        It would come behind the messages that are not read for the time being.
        """
        self._paho.publish(topic, payload, qos=1)

    async def listen(self, lines: Sequence[str]) -> None:
        """Has the broker send what probes of these lines write. Raises LinkError."""
        for begin in range(0, len(lines), _LINES_AT_ONCE):
            some = lines[begin : begin + _LINES_AT_ONCE]
            await _subscribe(self._client, [f"prova/{VERSION}/{line}/+/{kind}" for line in some for kind in _KINDS])

    async def _news_or_end(self) -> None:
        news = asyncio.create_task(self._news.wait())
        gone = self._client._disconnected  # noqa: SLF001  see the module's docstring
        either: set[asyncio.Future[Any]] = {news, gone}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if gone.done():
            raise LinkError(str(gone.exception() or "it went away"))

    def _arrived(self, _client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        arrival = Arrival(topic=message.topic, payload=bytes(message.payload), received_at=now())
        self._waiting.append(Taken(arrival, message.mid))
        self._news.set()
        sock = self._paho.socket()
        if len(self._waiting) >= _MOST_WAITING and self._held is None and isinstance(sock, socket.socket):
            asyncio.get_running_loop().remove_reader(sock)
            self._held = sock

    def _read_on(self, held: socket.socket) -> None:
        if self._paho.socket() is held:  # else it was closed meanwhile
            asyncio.get_running_loop().add_reader(held, self._read)
        self._held = None

    def _read(self) -> None:
        """What aiomqtt does when the socket has something: TLS may have decoded more than one read takes."""
        self._paho.loop_read()
        while isinstance(sock := self._paho.socket(), ssl.SSLSocket) and sock.pending():
            self._paho.loop_read()


@asynccontextmanager
async def connected(settings: BrokerSettings, *, identifier: str) -> AsyncIterator[Link]:
    """A connection in the lasting session `identifier`; of a share of the lines, none is listened to yet.

    Raises LinkError, SettingsError.
    """
    tls = tls_of(settings) if settings.tls else None
    client = _client(settings, tls, identifier=identifier)
    link = Link(client)
    await _knock(settings, tls)
    try:
        async with entered(client):
            if settings.share.whole:
                await _subscribe(client, _EVERY_LINE)
            else:
                await client.unsubscribe(_EVERY_LINE)  # a lasting session may be older than the share
            yield link
    except aiomqtt.MqttError as error:
        raise LinkError(str(error)) from error


async def _subscribe(client: aiomqtt.Client, topics: Sequence[str]) -> None:
    """Raises LinkError."""
    try:
        codes = await client.subscribe([(topic, 1) for topic in topics])
    except aiomqtt.MqttError as error:
        raise LinkError(str(error)) from error
    if any(isinstance(code, ReasonCode) and code.is_failure for code in codes):
        raise LinkError("it refuses the subscriptions of this user")


@asynccontextmanager
async def entered(client: aiomqtt.Client) -> AsyncIterator[None]:
    """The client connected, and its socket closed at the end whatever the broker does. Raises MqttError."""
    try:
        async with client:
            try:
                yield
            finally:
                client.timeout = _LEAVE_WITHIN_S
    finally:
        client._client.reinitialise()  # noqa: SLF001  aiomqtt 2 keeps the socket of a broker that never answered
        gone = client._disconnected  # noqa: SLF001  and complains where nobody looks at how the connection ended
        if gone.done() and not gone.cancelled():
            gone.exception()


async def _knock(settings: BrokerSettings, tls: ssl.SSLContext | None) -> None:
    """Returns if the port accepts a connection, with TLS if that is set. Raises LinkError.

    aiomqtt connects in a thread that nothing can stop, and leaves a socket behind where TLS fails: it is only let
    near a door that opens.
    """
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            _, writer = await asyncio.open_connection(settings.host, settings.port, ssl=tls)
    except OSError as error:
        raise LinkError(str(error) or "no answer in time") from error
    writer.transport.abort()


def _client(settings: BrokerSettings, tls: ssl.SSLContext | None, *, identifier: str) -> aiomqtt.Client:
    client = aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.username,
        password=password_of(settings),
        identifier=identifier,
        clean_session=False,
        timeout=_ANSWER_WITHIN_S,
        keepalive=_KEEPALIVE_S,
        # Else each receipt waits 40 ms behind the acknowledgement just before it (Nagle against delayed ACKs).
        socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
        tls_context=tls,
    )
    _fail_at_once(client)
    return client


def _fail_at_once(client: aiomqtt.Client) -> None:
    """A connection's end ends the wait for the broker's answer too, which aiomqtt 2 lets run to its last second."""
    inner: Any = client._client.on_disconnect  # noqa: SLF001  see the module's docstring

    def ended(*told: Any) -> None:
        waiting = client._connected  # noqa: SLF001  see the module's docstring
        if not waiting.done():
            waiting.set_exception(aiomqtt.MqttError("it went away before it answered"))
            waiting.exception()  # where nobody waits any more, nobody need hear of it
        inner(*told)

    client._client.on_disconnect = ended  # noqa: SLF001  see the module's docstring


def password_of(settings: BrokerSettings) -> str | None:
    """What the file holds; None where there is none. Raises SettingsError."""
    if settings.password_file is None:
        return None
    try:
        return settings.password_file.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"broker.password_file {settings.password_file} cannot be read: {error.strerror}. Name the file that holds"
            " the collector's password."
        ) from error


def tls_of(settings: BrokerSettings) -> ssl.SSLContext:
    """Whom the connection trusts, and what it is known by. Raises SettingsError."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"broker.ca_file {settings.ca_file} holds no certificates: {error.strerror}. Name a file in PEM form."
        ) from error
    if settings.certificate_file is not None:
        try:
            context.load_cert_chain(settings.certificate_file, settings.key_file)
        except OSError as error:
            raise SettingsError(
                f"broker.certificate_file {settings.certificate_file} and broker.key_file cannot be used:"
                f" {error.strerror}. Name two files in PEM form that belong together."
            ) from error
    return context
