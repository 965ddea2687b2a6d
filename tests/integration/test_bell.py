"""The bell of a whole probe: somebody on this machine rings, a real test against a real server answers."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe import agent, key
from probe.bell.place import reach
from probe.bell.ring import NobodyError, ring
from probe.bell.said import Refused, Told, Why
from probe.body.draw import Origin
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.identity import ProbeHome
from probe.record import Record
from probe.settings import parse
from probe.throughput.server import MeasuringServer
from prova.port import free_port
from tests.integration.collector_rig import a_broker, needs_mosquitto, until
from tests.integration.probe_rig import COLLECTOR_KEY, Desk, a_desk
from tests.integration.test_agent import home, settings_of, with_broker

pytestmark = needs_mosquitto
WITHIN_S = 60
__all__ = ["home"]


@pytest.fixture
def server() -> Iterator[str]:
    with MeasuringServer("127.0.0.1") as running:
        yield "ws://{}:{}".format(*running.address)


@contextlib.asynccontextmanager
async def a_probe(settings: dict[str, Any], at: Path) -> AsyncIterator[Path]:
    """The bell of a probe that makes no test of its own accord."""
    stop = asyncio.Event()
    settings["measure"]["first_test_after_s"] = 3600
    running = asyncio.create_task(agent.run(parse(settings), at, stop=stop, say=lambda _: None))
    bell = ProbeHome(root=at).bell
    try:
        await until(bell.exists, WITHIN_S)
        yield bell
    finally:
        stop.set()
        await asyncio.wait_for(running, WITHIN_S)
    assert not bell.exists()


async def heard(bell: Path) -> list[Told]:
    return [told async for told in ring(bell)]


def asked_for(desk: Desk) -> list[tuple[Record, SpeedTest]]:
    return [(record, record.body) for record in desk.records if isinstance(record.body, SpeedTest)]


async def test_a_test_that_is_rung_for_is_told_as_it_goes_and_kept_like_any_other(home: Path, server: str) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        async with a_probe(with_broker(home, broker, servers=[server], duration_s=1), home) as bell:
            told = await asyncio.wait_for(heard(bell), WITHIN_S)
            await until(lambda: len(asked_for(desk)) == 2, WITHIN_S)
        assert told[0] == Told()
        moments = [one.moment for one in told if one.moment is not None]
        assert [direction for direction in Direction if any(one.direction is direction for one in moments)] == [
            *Direction
        ]
        assert all(0 <= one.elapsed_s <= one.duration_s + 1 for one in moments)
        downloads = [one.moved_bytes for one in moments if one.direction is Direction.DOWNLOAD]
        assert downloads == sorted(downloads)
        assert any(one.rate_bps for one in moments)
        last = told[-1].ended
        assert last is not None
        assert set(last.records) == {record.id for record, _ in asked_for(desk)}
        draws = [test.draw for _, test in asked_for(desk)]
        assert [(draw.origin, draw.chance) for draw in draws if draw is not None] == [(Origin.ASKED, None)] * 2


async def test_while_one_test_runs_another_is_refused_and_one_called_off_is_kept_as_aborted(
    home: Path, server: str
) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        settings = with_broker(home, broker, servers=[server], duration_s=50)
        async with a_probe(settings, home) as bell:
            first = ring(bell)
            while (await asyncio.wait_for(anext(first), WITHIN_S)).moment is None:
                pass
            assert (await heard(bell))[-1] == Told(refused=Refused(why=Why.UNDER_WAY))
            await first.aclose()
            await until(lambda: bool(asked_for(desk)), WITHIN_S)
        assert [(test.direction, test.failure) for _, test in asked_for(desk)] == [
            (Direction.DOWNLOAD, Failure.ABORTED)
        ]


async def test_bytes_that_are_spent_are_said_with_the_time_when_they_may_be_spent_again(home: Path) -> None:
    settings = settings_of(home, free_port(), servers=["ws://127.0.0.1:9"], bytes_per_day=1)
    (home / "probe" / "rounds.json").write_text(json.dumps({"rounds": [{"began_us": 0, "moved_bytes": 5}]}))
    async with a_probe(settings, home) as bell:
        refused = (await asyncio.wait_for(heard(bell), WITHIN_S))[-1].refused
    assert refused is not None
    assert refused.why is Why.BYTES_SPENT
    assert refused.again_at is not None
    assert (refused.again_at.hour, refused.again_at.minute) == (0, 0)


async def test_without_a_server_it_says_so(home: Path) -> None:
    async with a_probe(settings_of(home, free_port()), home) as bell:
        assert (await asyncio.wait_for(heard(bell), WITHIN_S))[-1] == Told(refused=Refused(why=Why.NO_SERVER))


async def test_what_is_no_wish_gets_no_answer_and_harms_nobody(home: Path) -> None:
    async with a_probe(settings_of(home, free_port()), home) as bell:
        for junk in (b"", b"\n", b"{}\n", b"\xff\xfe\n", b"x" * 100_000, b'{"ask":"everything"}\n'):
            reader, writer = await asyncio.open_unix_connection(sock=reach(bell))
            with contextlib.suppress(OSError):
                writer.write(junk)
                writer.write_eof()
                assert await asyncio.wait_for(reader.read(), WITHIN_S) == b""
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        assert (await asyncio.wait_for(heard(bell), WITHIN_S))[-1].refused is not None
        assert bell.stat().st_mode & 0o777 == 0o600


async def test_where_nobody_answers_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NobodyError, match="does not answer"):
        await heard(tmp_path / "bell")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "bell"))
    with pytest.raises(NobodyError):
        await heard(tmp_path / "bell")


async def test_a_home_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 80) / ("b" * 80)
    (deep / "probe").mkdir(parents=True)
    (deep / "collector.jwk").write_text(key.public_jwk(COLLECTOR_KEY))
    async with a_probe(settings_of(deep, free_port()), deep) as bell:
        assert (await asyncio.wait_for(heard(bell), WITHIN_S))[-1].is_last
