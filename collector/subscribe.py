"""Shell. One connection to the broker: messages in, stamped as they are taken, and receipts out.

A message is acknowledged only when told so, after it is on the disk: until then the broker keeps it for this
collector's session and, once enough are open, holds the next ones back. Knows nothing of what messages hold.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from collector.envelope import Arrival
from collector.settings import BrokerSettings, SettingsError
from probe.wire import VERSION, Kind

_TOPICS = [(f"prova/{VERSION}/+/+/{kind}", 1) for kind in (Kind.RECORDS, Kind.STATUS)]
_ANSWER_WITHIN_S = 5.0
_CONNECT_WITHIN_S = 1.4  # time for a second try of the kernel, and below what a stop may take
_LEAVE_WITHIN_S = 1.0
_KEEPALIVE_S = 20
# A broker that never holds back is cut off here; what is dropped was not acknowledged and stays with its probe.
_MAX_WAITING = 2000


class LinkError(Exception):
    """The broker cannot be reached, refused us, or went away. The text says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message in hand. `mid` is its number on this connection, for acknowledging it."""

    arrival: Arrival
    mid: int


@dataclass(frozen=True, slots=True)
class Link:
    """An open connection with its subscriptions."""

    _client: aiomqtt.Client

    async def take(self, most: int) -> list[Taken]:
        """The messages that are there, at least one and at most `most`, in order. Waits for the first.

        Raises LinkError.
        """
        waiting = self._client.messages
        try:
            group = [_taken(await anext(waiting))]
            while len(waiting) and len(group) < most:
                group.append(_taken(await anext(waiting)))
        except aiomqtt.MqttError as error:
            raise LinkError(str(error)) from error
        return group

    def acknowledge(self, group: Sequence[Taken]) -> None:
        """Tells the broker that it need not keep these any longer."""
        for one in group:
            if one.mid:  # what was sent without a number asks for no acknowledgement
                self._client._client.ack(one.mid, 1)  # noqa: SLF001  aiomqtt 2 has no word for it

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publishes (topic, payload) pairs; the broker has them when this returns. Raises LinkError."""
        publishing = asyncio.gather(*(self._client.publish(topic, payload, qos=1) for topic, payload in messages))
        gone = self._client._disconnected  # noqa: SLF001  else it would wait in vain for a broker that has gone
        try:
            either: set[asyncio.Future[Any]] = {publishing, gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not publishing.done():
                raise LinkError("it went away")
            publishing.result()
        except aiomqtt.MqttError as error:
            raise LinkError(str(error)) from error
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)


@asynccontextmanager
async def connected(settings: BrokerSettings, *, identifier: str) -> AsyncIterator[Link]:
    """A connection in the lasting session `identifier`. Raises LinkError, SettingsError."""
    client = _client(settings, identifier=identifier)
    try:
        async with entered(client):
            codes = await client.subscribe(_TOPICS)
            if any(isinstance(code, ReasonCode) and code.is_failure for code in codes):
                raise LinkError("it refuses the subscriptions of this user")
            yield Link(client)
    except aiomqtt.MqttError as error:
        raise LinkError(str(error)) from error


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


def _client(settings: BrokerSettings, *, identifier: str) -> aiomqtt.Client:
    client = aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.username,
        password=_password(settings),
        identifier=identifier,
        clean_session=False,
        timeout=_ANSWER_WITHIN_S,
        keepalive=_KEEPALIVE_S,
        max_queued_incoming_messages=_MAX_WAITING,
        # Else each receipt waits 40 ms behind the acknowledgement just before it (Nagle against delayed ACKs).
        socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
        tls_context=_tls(settings) if settings.tls else None,
    )
    client.pending_calls_threshold = _MAX_WAITING  # a group of receipts is no cause for a warning
    client._client.manual_ack_set(True)  # noqa: SLF001  aiomqtt 2 has no option for it
    client._client.connect_timeout = _CONNECT_WITHIN_S  # noqa: SLF001  nor for this
    return client


def _password(settings: BrokerSettings) -> str | None:
    if settings.password_file is None:
        return None
    try:
        return settings.password_file.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"broker.password_file {settings.password_file} cannot be read: {error.strerror}. Name the file that holds"
            " the collector's password."
        ) from error


def _tls(settings: BrokerSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"broker.ca_file {settings.ca_file} holds no certificates that can be trusted: {error}. Name a PEM file."
        ) from error


def _taken(message: aiomqtt.Message) -> Taken:
    assert isinstance(message.payload, bytes)
    now = datetime.now(UTC)  # noqa: TID251  the room's one clock
    return Taken(Arrival(topic=message.topic.value, payload=message.payload, received_at=now), message.mid)
