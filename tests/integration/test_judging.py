"""Processes that judge for a collector: begun when there is much to do, replaced when they are killed, gone with it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import aiomqtt
import pytest

from collector.envelope import Accepted, Arrival, Enrolled
from collector.judging.crew import Crew, CrewError
from collector.settings import CollectorSettings
from probe import key, wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import (
    AT,
    Broker,
    Collector,
    a_broker,
    a_key,
    a_notice,
    a_probe,
    enrol_probe,
    needs_mosquitto,
    sealed,
    until,
)
from tests.integration.judging_rig import is_judge, judges, kill

RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
MANY = 600
ORPHAN = """
import sys, time
from collector.judging.crew import Crew
from collector.judging.order import Judging
crew = Crew(1)
crew.judge((), {}, frozenset())
from tests.integration.judging_rig import judges
print(*judges(), flush=True)
time.sleep(60)
"""


def _arrivals(signed: list[bytes]) -> list[Arrival]:
    return [Arrival(topic=RECORDS, payload=one, received_at=AT) for one in signed]


def _settings(broker: Broker, processes: int) -> CollectorSettings:
    return CollectorSettings(broker=broker.settings.broker, judging_processes=processes)


async def _send(probe: aiomqtt.Client, batches: list[bytes]) -> None:
    probe.pending_calls_threshold = len(batches)
    await asyncio.gather(*(probe.publish(RECORDS, signed, qos=1, timeout=60) for signed in batches))


def _chained(count: int, by: key.Key) -> list[bytes]:
    batches: list[bytes] = []
    for number in range(1, count + 1):
        previous = wire.sha256(batches[-1]) if batches else None
        batches.append(sealed([a_notice(number)], by=by, previous=previous))
    return batches


def test_one_that_is_killed_is_replaced_and_what_it_had_is_judged() -> None:
    by = a_key()
    known = {"p1": Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(by), enrolled_at=AT)}
    arrivals = _arrivals([sealed([a_notice(1)], by=by), b"x"])
    crew = Crew(1)
    try:
        first = crew.judge(arrivals, known, frozenset())
        (process,) = judges()
        kill(process)
        assert crew.judge(arrivals, known, frozenset()) == first
        (other,) = judges()
        assert other != process
        assert isinstance(first[0], Accepted)
    finally:
        crew.close()
    assert not judges()


def test_where_none_lives_long_enough_it_is_said_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    crew = Crew(2)
    with pytest.raises(CrewError, match=r"judging\.processes = 0"):
        crew.judge(_arrivals([b"x"]), {}, frozenset())
    crew.close()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(CrewError, match="No such file"):
        crew.judge(_arrivals([b"x"]), {}, frozenset())
    crew.close()


async def test_one_ends_when_its_collector_is_killed() -> None:
    argv = (sys.executable, "-c", ORPHAN)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as collector:  # noqa: ASYNC220  returns at once
        assert collector.stdout is not None
        judge = int(collector.stdout.readline())
        collector.kill()
    await until(lambda: not is_judge(judge))


@needs_mosquitto
async def test_judges_that_are_killed_while_many_messages_come_lose_nothing_and_change_no_order(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    batches = _chained(MANY, by)
    async with a_broker(tmp_path) as broker, a_probe(broker, max_inflight_messages=MANY) as p1:
        async with Collector(tmp_path, _settings(broker, 2)):
            pass
        await _send(p1, batches)
        async with Collector(tmp_path, _settings(broker, 2)) as collector:
            killing = asyncio.create_task(_kill_three())
            receipts = [await collector.next_receipt(p1) for _ in batches]
            await killing
            counts = collector.store.counts()
    assert [one.batch_sha256 for one in receipts] == [wire.sha256(one) for one in batches]
    assert {one.outcome for one in receipts} == {Outcome.ACCEPTED}
    assert (counts.accepted, counts.duplicate, dict(counts.remarked)) == (MANY, 0, {})
    assert not judges()


async def _kill_three() -> None:
    """As soon as each is there."""
    for _ in range(3):
        await until(lambda: bool(judges()))
        kill(judges().pop())


@needs_mosquitto
async def test_for_a_household_none_is_begun(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with (
        a_broker(tmp_path) as broker,
        a_probe(broker) as p1,
        Collector(tmp_path, _settings(broker, 2)) as collector,
    ):
        for signed in _chained(4, by):
            await p1.publish(RECORDS, signed, qos=1)
        assert {(await collector.next_receipt(p1)).outcome for _ in range(4)} == {Outcome.ACCEPTED}
        assert not judges()


@needs_mosquitto
async def test_where_none_can_judge_batches_wait_and_are_taken_once_one_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    batches = _chained(100, by)
    async with a_broker(tmp_path) as broker, a_probe(broker, max_inflight_messages=100) as p1:
        async with Collector(tmp_path, _settings(broker, 1)):
            pass
        await _send(p1, batches)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        async with Collector(tmp_path, _settings(broker, 1)) as collector:
            await until(lambda: any("judging.processes" in words for words in collector.said))
            monkeypatch.undo()
            assert {(await collector.next_receipt(p1)).outcome for _ in batches} == {Outcome.ACCEPTED}
            assert len([words for words in collector.said if "judging.processes" in words]) == 1
