"""The connection to the broker, against peers that behave in every way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from collector.inflow import packet
from collector.inflow.connection import Connection, ConnectionLostError, Entrance
from collector.inflow.packet import Publication

WITHIN_S = 10
WELCOME = b"\x20\x02\x00\x00"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _peer(behave: Behaviour) -> AsyncIterator[Connection]:
    """A connection to a peer that behaves so once it was asked to let us in; `heard` of it is what came."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"me")
            await behave(reader, writer)
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Connection(Entrance(host="127.0.0.1", port=port, identifier="me", keepalive_s=1), lambda _: None)


async def _lost(connection: Connection) -> str:
    async with connection.opened(), asyncio.timeout(WITHIN_S):
        return await connection.lost


def _writes(*answers: bytes, close: bool = False) -> Behaviour:
    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer)
            await writer.drain()
        if close:
            writer.close()

    return behave


async def test_a_refusal_is_said_as_the_broker_means_it() -> None:
    async with _peer(_writes(b"\x20\x02\x00\x05")) as connection:
        with pytest.raises(ConnectionLostError, match="Not authorized"):
            await _lost(connection)


async def test_a_peer_that_speaks_another_language_is_left() -> None:
    async with _peer(_writes(b"HTTP/1.1 400 Bad Request\r\n\r\n", close=True)) as connection:
        with pytest.raises(ConnectionLostError):
            await _lost(connection)


async def test_a_connection_that_ends_is_noticed() -> None:
    async with _peer(_writes(WELCOME, close=True)) as connection:
        assert await _lost(connection) == "it went away"


async def test_bytes_that_are_no_packet_end_the_connection() -> None:
    async with _peer(_writes(WELCOME, b"\x30\xff\xff\xff\xff\xff")) as connection:
        assert "length" in await _lost(connection)


async def test_a_broker_that_answers_no_longer_is_noticed() -> None:
    async with _peer(_writes(WELCOME)) as connection:
        assert await _lost(connection) == "it answers no longer"


async def test_while_paused_nothing_is_heard_and_afterwards_everything() -> None:
    sent = [packet.publish(number, "t", b"x" * 1000) for number in range(1, 501)]
    heard: list[Publication] = []
    all_heard = asyncio.Event()
    async with _peer(_writes(WELCOME, *sent)) as connection:

        def hear(message: Publication) -> None:
            heard.append(message)
            if len(heard) == 1:
                connection.pause()
            if len(heard) == len(sent):
                all_heard.set()

        connection._heard = hear
        async with connection.opened():
            await asyncio.sleep(0.6)  # longer than an answer may take with this keepalive
            assert 1 <= len(heard) < len(sent)
            assert not connection.lost.done()
            connection.go_on()
            async with asyncio.timeout(WITHIN_S):
                await all_heard.wait()
    assert [one.number for one in heard] == list(range(1, 501))


async def test_a_port_where_nobody_listens_is_named() -> None:
    connection = Connection(Entrance(host="127.0.0.1", port=1, identifier="me"), lambda _: None)
    with pytest.raises(ConnectionLostError, match="Connect call failed"):
        async with connection.opened():
            pass
