"""The outside witness against real sockets, and the collector that keeps what it saw; a probe's silences over a real
broker.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.envelope import Witnessed
from collector.settings import SettingsError, parse
from collector.witness.aim import Aim
from collector.witness.knock import answers
from collector.witness.watch import watch
from probe.wire import Kind, Status, topic
from tests.integration.collector_rig import Collector, a_broker, a_key, enrol_probe, needs_mosquitto, until

WITHIN_S = 2.0


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as one:
        yield one


def port_of(door: socket.socket) -> int:
    return int(door.getsockname()[1])


async def test_an_address_that_takes_or_refuses_a_connection_has_answered(door: socket.socket) -> None:
    assert await answers("127.0.0.1", port_of(door), within_s=WITHIN_S) is True
    door.close()
    assert await answers("127.0.0.1", port_of_a_closed_door(), within_s=WITHIN_S) is True


def port_of_a_closed_door() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return port_of(one)


async def test_an_address_that_stays_silent_has_not_answered(door: socket.socket) -> None:
    waiting = [socket.socket() for _ in range(3)]  # the queue of a door that nobody minds is full after one or two
    try:
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port_of(door)))
        assert await answers("127.0.0.1", port_of(door), within_s=0.3) is False
    finally:
        for one in waiting:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
@pytest.mark.component("namespaces")  # and with them the right to a raw socket
async def test_an_echo_is_an_answer(address: str) -> None:
    assert await answers(address, None, within_s=WITHIN_S) is True


async def test_where_this_machine_cannot_ask_nothing_was_seen() -> None:
    assert await answers("no-such-name.invalid", 443, within_s=WITHIN_S) is None


class Callers:
    """A door that counts who comes."""

    def __init__(self) -> None:
        self.count = 0

    async def come(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        writer.transport.abort()


@asynccontextmanager
async def counted() -> AsyncIterator[tuple[Callers, int]]:
    callers = Callers()
    async with await asyncio.start_server(callers.come, "127.0.0.1", 0) as server:
        yield callers, server.sockets[0].getsockname()[1]


async def test_minutes_tell_how_often_was_asked_and_answered() -> None:
    seen: list[Witnessed] = []
    stop = asyncio.Event()
    times = iter(datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=n) for n in range(100))
    async with counted() as (callers, port):
        aim = Aim(line="casa", address="127.0.0.1", port=port, every_s=0.01)
        watching = asyncio.create_task(watch(aim, emit=seen.append, now=lambda: next(times), stop=stop))
        await until(lambda: callers.count > 2)
        stop.set()
        await asyncio.wait_for(watching, WITHIN_S)
    (one,) = seen
    assert (one.line, one.method) == ("casa", "tcp")
    assert one.asked_count == one.answered_count > 1
    assert "127.0.0.1" not in repr(one), "whose address it was is told to nobody"


@needs_mosquitto
async def test_a_collector_keeps_what_its_witness_saw(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker, counted() as (callers, port):
        enrol_probe(tmp_path, a_key())
        aim = Aim(line="casa", address="127.0.0.1", port=port, every_s=0.05)
        async with Collector(tmp_path, replace(broker.settings, witness=(aim,))) as collector:
            await until(lambda: callers.count > 2)
    now = datetime.now(UTC)  # noqa: TID251  about when the collector saw it
    (seen,) = collector.store.witnessed(["casa"], now - timedelta(minutes=5), now)
    assert seen.asked_count == seen.answered_count > 0


@needs_mosquitto
async def test_a_probe_that_falls_silent_is_lost_and_one_that_says_so_sleeps(tmp_path: Path) -> None:
    mine = topic(Kind.STATUS, "casa", "p1")
    async with a_broker(tmp_path) as broker:
        enrol_probe(tmp_path, a_key())
        async with Collector(tmp_path, broker.settings) as collector:

            def last() -> Status | None:
                return collector.store.probes()[0].status

            async with broker.client("p1") as client:
                for status in (Status.ONLINE, Status.LOST, Status.ONLINE, Status.SLEEPING):
                    await client.publish(mine, status, qos=1, retain=True)
                    await until(lambda status=status: last() is status)  # type: ignore[misc]  # its own default
    now = datetime.now(UTC)  # noqa: TID251  about when the collector heard of it
    lost, asleep = collector.store.silences(["casa"], now - timedelta(minutes=5), now + timedelta(minutes=5))
    assert (lost.status, asleep.status) == (Status.LOST, Status.SLEEPING)
    assert lost.end_at is not None
    assert lost.start_at < lost.end_at <= asleep.start_at
    assert asleep.end_at is None


def test_nobody_is_asked_unless_somebody_says_so(tmp_path: Path) -> None:
    assert parse({}, folder=tmp_path).witness == ()
    aims = parse({"witness": [{"line": "casa", "address": "home.example"}]}, folder=tmp_path).witness
    assert aims == (Aim(line="casa", address="home.example"),)
    assert aims[0].method == "icmp"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "line must be text"),
        ({"line": "Casa!", "address": "a"}, "must be 1 to 63 of"),
        ({"line": "casa", "address": "a", "port": 0}, "port must be a whole number"),
        ({"line": "casa", "address": "a", "every_s": 1}, "every_s must be a number from 5 to 60"),
        ({"line": "casa", "address": "a", "host": "b"}, "host is not a setting"),
    ],
)
def test_what_is_wrong_with_an_aim_is_said(tmp_path: Path, given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse({"witness": [given]}, folder=tmp_path)
    with pytest.raises(SettingsError, match="must be a list of tables"):
        parse({"witness": given}, folder=tmp_path)
