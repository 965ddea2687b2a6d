"""The whole probe: real broker, real measuring server on this machine, a collector of the test's own."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from probe import agent, key
from probe.body.notice import Notice
from probe.body.reachability import NoAnswer, Reachability, Role
from probe.body.speed_test import SpeedTest
from probe.identity import ProbeHome
from probe.record import Record
from probe.settings import ProbeSettings, SettingsError, parse
from probe.spool import SpoolError, read_state
from probe.throughput.server import MeasuringServer
from prova.port import free_port
from tests.integration.collector_rig import WITHIN_S, Broker, a_broker, needs_mosquitto, until
from tests.integration.probe_rig import COLLECTOR_KEY, LINE, PROBE, PROBE_KEY, Desk, a_desk

pytestmark = needs_mosquitto
TESTED_WITHIN_S = 60  # a test is the work of a process of its own, which starts anew
CHILD = """
import asyncio, json, signal, sys
from pathlib import Path
from probe import agent, settings

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    given = settings.parse(json.loads(sys.argv[1]))
    await agent.run(given, Path(sys.argv[2]), stop=stop, say=lambda words: print(words, flush=True))

asyncio.run(main())
"""


@pytest.fixture
def server() -> Iterator[str]:
    with MeasuringServer("127.0.0.1") as running:
        host, port = running.address
        yield f"ws://{host}:{port}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose probe has the key that the desk knows."""
    layout = ProbeHome(root=tmp_path)
    layout.key.parent.mkdir()
    layout.key.touch(0o600)
    layout.key.write_text(json.dumps(PROBE_KEY.as_dict(private=True)))
    (tmp_path / "collector.jwk").write_text(key.public_jwk(COLLECTOR_KEY))
    return tmp_path


def settings_of(home: Path, port: int, *, password_file: Path | None = None, **measure: Any) -> dict[str, Any]:
    collector: dict[str, Any] = {"port": port, "receipt_key_file": str(home / "collector.jwk")}
    if password_file is not None:
        collector |= {"username": PROBE, "password_file": str(password_file)}
    return {
        "line": LINE,
        "probe": PROBE,
        "collector": collector,
        "measure": {
            "demonstration": True,
            "first_test_after_s": 0,
            "duration_s": 2,
            "most_bytes": 10**13,  # within one machine a line's cap is spent in a second
            **measure,
        },
        "reachability": {"interval_s": 1},
    }


def with_broker(home: Path, broker: Broker, **measure: Any) -> dict[str, Any]:
    return settings_of(home, broker.plan.port, password_file=broker.plan.password_file(PROBE), **measure)


@dataclass
class Agent:
    """A probe in this process; `said` is what it said so far."""

    settings: ProbeSettings
    home: Path
    said: list[str] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def end(self, running: asyncio.Task[None]) -> float:
        """Stops it; the seconds that took."""
        began = time.monotonic()
        self.stop.set()
        await asyncio.wait_for(running, WITHIN_S)
        return time.monotonic() - began


@asynccontextmanager
async def an_agent(settings: dict[str, Any], home: Path) -> AsyncIterator[tuple[Agent, asyncio.Task[None]]]:
    one = Agent(parse(settings), home)
    running = asyncio.create_task(agent.run(one.settings, home, stop=one.stop, say=one.said.append))
    try:
        yield one, running
    finally:
        await one.end(running)


def speed_tests(desk: Desk) -> list[SpeedTest]:
    return [record.body for record in desk.records if isinstance(record.body, SpeedTest)]


def minutes(records: list[Record]) -> list[Reachability]:
    return [record.body for record in records if isinstance(record.body, Reachability)]


async def test_a_probe_tells_of_its_start_its_tests_its_minute_and_its_end(home: Path, server: str) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        async with an_agent(with_broker(home, broker, servers=[server]), home):
            await until(lambda: len(speed_tests(desk)) == 2, TESTED_WITHIN_S)
        await until(lambda: desk.statuses == ["online", "sleeping"])
        kinds = [record.body.kind.value for record in desk.records if isinstance(record.body, Notice)]
        assert kinds == ["started", "stopped"]
        assert [(one.direction.value, one.failure) for one in speed_tests(desk)] == [
            ("download", None),
            ("upload", None),
        ]
        assert all(one.server.demonstration for one in speed_tests(desk))
        assert [record.sequence for record in desk.records] == list(range(1, len(desk.records) + 1))
        assert {record.software.split()[0] for record in desk.records} == {"prova"}
        watched = {(one.role, one.loopback) for minute in minutes(desk.records) for one in minute.targets}
        assert (Role.SERVER, True) in watched
    state = read_state(ProbeHome(root=home).spool)
    assert state is not None
    assert (state.unsealed_records, state.sealed_batches) == (0, 0)


async def test_stopping_aborts_a_running_test_and_ends_within_three_seconds(home: Path, server: str) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        settings = with_broker(home, broker, servers=[server], duration_s=60)
        async with an_agent(settings, home) as (one, running):
            await until(lambda: bool(desk.records))
            await asyncio.sleep(3.5)  # long enough for the sensor to ask beside the running test
            assert await one.end(running) < 3
        await until(lambda: bool(speed_tests(desk)) and bool(minutes(desk.records)), TESTED_WITHIN_S)
        assert [(test.direction.value, test.failure) for test in speed_tests(desk)] == [("download", "aborted")]
        answers = [
            sample.no_answer
            for minute in minutes(desk.records)
            for target in minute.targets
            if target.role is Role.SERVER
            for sample in target.samples
        ]
        assert len(answers) >= 2, "the sensor goes on while a test runs"
        assert NoAnswer.TIMED_OUT not in answers


async def test_a_server_that_cannot_be_reached_is_a_record_too(home: Path) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        settings = with_broker(home, broker, servers=[f"ws://127.0.0.1:{free_port()}"])
        async with an_agent(settings, home):
            await until(lambda: bool(speed_tests(desk)), TESTED_WITHIN_S)
        assert [(test.direction.value, test.failure) for test in speed_tests(desk)] == [("download", "refused")]


async def test_a_probe_measures_without_any_collector_and_stops_as_fast(home: Path, server: str) -> None:
    spool = ProbeHome(root=home).spool

    def kept() -> int:
        state = read_state(spool)
        return 0 if state is None else state.unsealed_records

    async with an_agent(settings_of(home, free_port(), servers=[server]), home) as (one, running):
        await until(lambda: spool.exists() and any("No broker" in sentence for sentence in one.said))
        await until(lambda: kept() >= 3)
        assert await one.end(running) < 3
    assert kept() >= 4, "the end and the minute that had begun are kept too"


async def test_a_killed_probe_is_lost_to_the_broker_and_goes_on_with_its_numbers(home: Path) -> None:
    async with a_broker(home) as broker, a_desk(broker) as desk:
        settings = json.dumps(with_broker(home, broker))
        for run in (1, 2):
            with subprocess.Popen(  # noqa: ASYNC220  returns at once
                [sys.executable, "-W", "error", "-c", CHILD, settings, str(home)], stdout=subprocess.DEVNULL
            ) as child:
                before = len(desk.records)
                await until(lambda expected=run * 2 - 1: len(desk.statuses) == expected)  # type: ignore[misc]  # a lambda's default has no annotation
                await until(lambda count=before: len(desk.records) > count)  # type: ignore[misc]  # the same
                child.send_signal(signal.SIGKILL if run == 1 else signal.SIGTERM)
                await until(lambda expected=run * 2: len(desk.statuses) == expected)  # type: ignore[misc]  # the same
        assert desk.statuses == ["online", "lost", "online", "sleeping"]
        assert [record.sequence for record in desk.records] == list(range(1, len(desk.records) + 1))


async def test_two_probes_cannot_share_a_home(home: Path) -> None:
    settings = settings_of(home, free_port())
    async with an_agent(settings, home) as (one, _):
        await until(lambda: bool(one.said))
        with pytest.raises(SpoolError, match="Another probe is running"):
            await agent.run(parse(settings), home, stop=asyncio.Event(), say=lambda _: None)


async def test_a_missing_secret_is_told_before_anything_begins(home: Path) -> None:
    settings = parse(settings_of(home, 1883, password_file=home / "missing"))
    with pytest.raises(SettingsError, match=r"collector\.password_file: .*missing cannot be read"):
        await agent.run(settings, home, stop=asyncio.Event(), say=lambda _: None)
    assert not ProbeHome(root=home).spool.exists()
