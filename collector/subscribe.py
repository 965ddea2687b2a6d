"""Shell. One connection to the broker: messages in, each stamped as it arrives, and receipts out.

A message is acknowledged only when told so, after it is on the disk. Each probe has a bounded queue, served in turn: a
probe that leaves far more unanswered than it may has the surplus passed over, without receipt, until it sends it again;
and while too much waits in all the socket is not read, so that the broker keeps what the disk cannot take. Knows
nothing of what messages hold.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collector.envelope import Arrival
from collector.inflow.connection import Connection, ConnectionLostError, Entrance
from collector.inflow.packet import Publication
from collector.inflow.waiting import Bounds, Waiting
from collector.settings import BrokerSettings, SettingsError
from probe.key import KeyFileError
from probe.keyfile import check_private
from probe.wire import VERSION, Kind

_KINDS = (Kind.RECORDS, Kind.STATUS)
_EVERY_LINE = [f"prova/{VERSION}/+/+/{kind}" for kind in _KINDS]
_LINES_AT_ONCE = 500  # of one SUBSCRIBE: some tens of kilobytes
_KEEPALIVE_S = 20
_WRITABLE_WITHIN_S = 30.0
_GROUP_BYTES = 4 * 1024 * 1024  # a dozen groups are on their way at once
# Of one probe far more than it ever leaves unanswered (probe/WIRE.md), so that what comes back is one that misbehaves.
_BOUNDS = Bounds(sender_count=4000, sender_bytes=16 * 1024 * 1024, count=20_000, bytes=64 * 1024 * 1024)


class LinkError(Exception):
    """The broker cannot be reached, refused us, or went away. The text says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message in hand. `number` names it on this connection, 0 where it asks for no acknowledgement."""

    arrival: Arrival
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """Messages to settle together. `passed_over` were acknowledged and left to their probe since the last group."""

    taken: tuple[Taken, ...]
    passed_over: int = 0

    @property
    def arrivals(self) -> list[Arrival]:
        """What arrived."""
        return [one.arrival for one in self.taken]


def now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the room's one clock


class Link:
    """An open connection with its subscriptions."""

    def __init__(self, entrance: Entrance) -> None:
        self.connection = Connection(entrance, self._heard)
        self._waiting: Waiting[Taken] = Waiting(_BOUNDS)
        self._news = asyncio.Event()
        self._passed_over = 0

    async def take(self, most: int) -> Group:
        """The messages that are there, at least one and at most `most`, probe by probe in turn. Waits for the first.

        Raises LinkError.
        """
        while not self._waiting:
            self._news.clear()
            await self._event_or_end(self._news, None)
        await self._event_or_end(self.connection.writable, _WRITABLE_WITHIN_S)
        group = Group(tuple(self._waiting.take(most, _GROUP_BYTES)), self._passed_over)
        self._passed_over = 0
        if self._waiting.is_low:
            self.connection.go_on()
        return group

    def acknowledge(self, group: Group) -> None:
        """Tells the broker that it need not keep these any longer."""
        self.connection.acknowledge([one.number for one in group.taken])

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Sends (topic, payload) without waiting for the broker's acknowledgements, which prove nothing.

        They would come behind the messages that are not read for the time being.
        """
        self.connection.publish(messages)

    async def listen(self, lines: Sequence[str]) -> None:
        """Has the broker send what probes of these lines write. Raises LinkError."""
        for begin in range(0, len(lines), _LINES_AT_ONCE):
            some = lines[begin : begin + _LINES_AT_ONCE]
            await self.subscribe([f"prova/{VERSION}/{line}/+/{kind}" for line in some for kind in _KINDS])

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Raises LinkError."""
        try:
            granted = await self.connection.subscribe(topics)
        except ConnectionLostError as error:
            raise LinkError(str(error)) from error
        if not granted:
            raise LinkError("it refuses the subscriptions of this user")

    def _heard(self, message: Publication) -> None:
        """One message, as it is read."""
        arrival = Arrival(topic=message.topic, payload=message.payload, received_at=now())
        sender = message.topic.rpartition("/")[0]  # line and probe: what a probe says keeps its order
        if self._waiting.add(sender, Taken(arrival, message.number), len(message.payload)):
            self._news.set()
        else:
            self._passed_over += 1
            self.connection.acknowledge([message.number])
        if self._waiting.is_full:
            self.connection.pause()

    async def _event_or_end(self, event: asyncio.Event, within_s: float | None) -> None:
        if event.is_set():
            return
        waiting = asyncio.create_task(event.wait())
        lost = self.connection.lost
        either: set[asyncio.Future[Any]] = {waiting, lost}
        try:
            done, _ = await asyncio.wait(either, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not done or lost.done():
            raise LinkError(lost.result() if lost.done() else "it takes nothing any more")


@asynccontextmanager
async def connected(settings: BrokerSettings, *, identifier: str) -> AsyncIterator[Link]:
    """A connection in the lasting session `identifier`; of a share of the lines, none is listened to yet.

    Raises LinkError, SettingsError.
    """
    entrance = Entrance(
        host=settings.host,
        port=settings.port,
        identifier=identifier,
        username=settings.username,
        password=password_of(settings),
        tls=tls_of(settings) if settings.tls else None,
        keepalive_s=_KEEPALIVE_S,
    )
    link = Link(entrance)
    try:
        async with link.connection.opened():
            if settings.share.whole:
                await link.subscribe(_EVERY_LINE)
            else:
                await link.connection.unsubscribe(_EVERY_LINE)  # a lasting session may be older than the share
            yield link
    except ConnectionLostError as error:
        raise LinkError(str(error)) from error


def password_of(settings: BrokerSettings) -> str | None:
    """What the file holds; None where there is none. Raises SettingsError."""
    if settings.password_file is None:
        return None
    try:
        check_private(settings.password_file)
        return settings.password_file.read_text().strip()
    except KeyFileError as error:
        raise SettingsError(f"broker.password_file: {error}") from error
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
