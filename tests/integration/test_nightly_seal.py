"""The seal that a collector makes by itself once a day, in a process of its own, with a real journal and lake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.lake import nightly
from collector.lake.nightly import due, seal_daily
from collector.lake.seal import alone
from collector.settings import BrokerSettings, CollectorSettings
from probe import keyfile
from prova.port import free_port
from tests.integration.collector_rig import WITHIN_S, Collector, until
from tests.integration.lake_rig import START_AT, House

MINUTE = timedelta(minutes=1)
NOW_AT = START_AT + timedelta(days=2, hours=1)


@dataclass
class Nightly:
    """The seal of one home at work, its clock in our hands."""

    home: CollectorHome
    now: datetime = NOW_AT
    said: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            seal_daily(self.home, now=lambda: self.now, stop=stop, say=self.said.append, first_look_s=0.01)
        )
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, WITHIN_S)


def _journal_batches(house: House) -> int:
    return int(house.store._ask("SELECT count(*) FROM batch")[0][0])


async def test_what_came_on_days_that_are_over_is_sealed_without_being_asked(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=3, per_day=4)
    before, night = house.everything(), Nightly(house.layout)
    async with night.running():
        await until(lambda: bool(house.store._ask("SELECT 1 FROM checkpoint WHERE day = 20732")))
    assert night.said == []
    assert house.everything() == before
    left = house.store._ask("SELECT min(received_us) / 86400000000 FROM batch")
    assert left == [(20733,)]  # the day that is not over stays


async def test_a_running_collector_seals_though_it_has_no_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "_FIRST_LOOK_S", 0.01)
    house = House(tmp_path)
    house.sender()
    house.fill(days=2, per_day=4)
    before = house.everything()
    keyfile.load_or_make(house.layout.key)  # a store without its key is not gone on with
    nowhere = CollectorSettings(broker=BrokerSettings(port=free_port()))
    async with Collector(tmp_path, nowhere) as collector:
        await until(lambda: _journal_batches(house) == 0)
    assert house.everything() == before
    assert not any("sealed" in one for one in collector.said)


async def test_a_seal_that_cannot_be_made_is_told_once_and_nothing_is_lost(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=1, per_day=4)
    before, night = house.everything(), Nightly(house.layout)
    with alone(house.layout):
        async with night.running():
            await until(lambda: bool(night.said))
    assert "Another seal runs" in night.said[0]
    assert house.everything() == before
    async with night.running():
        await until(lambda: _journal_batches(house) == 0)
    assert house.everything() == before


async def test_a_collector_that_is_stopped_waits_for_no_seal(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=1, per_day=200)
    before, night = house.everything(), Nightly(house.layout)
    async with night.running():
        await asyncio.sleep(0)
    assert house.everything() == before
    assert night.said == []


def test_a_day_is_over_ten_minutes_after_its_end_in_utc(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=1, per_day=4)
    midnight = datetime(2026, 10, 6, tzinfo=UTC)
    assert not due(house.layout.journal, midnight + 9 * MINUTE)
    assert due(house.layout.journal, midnight + 10 * MINUTE)
    house.seal()
    assert not due(house.layout.journal, midnight + timedelta(days=9))
    assert not due(tmp_path / "none.sqlite3", midnight)
