"""What is declared is carried out by the collector itself, day by day, with a real store and a clock in our hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from collector.audit_log.act import Act, Outcome
from collector.audit_log.book import check
from collector.home import CollectorHome
from collector.retention.claim import ClaimHold, Released
from collector.retention.daily import retain_daily
from collector.retention.hold_file import place, release
from tests.integration.collector_rig import WITHIN_S, until
from tests.integration.lake_rig import NOW_AT, START_AT, House

DAY = timedelta(days=1)
DECLARED = '[records]\ndays = 10\nreason = "half a year to object"\n'


@dataclass
class Daily:
    """The retention of one home at work, its clock in our hands."""

    home: CollectorHome
    now: datetime = NOW_AT
    said: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            retain_daily(self.home, now=lambda: self.now, stop=stop, say=self.said.append, first_look_s=0.01)
        )
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, WITHIN_S)


def _a_house(folder: Path) -> House:
    house = House(folder)
    house.sender()
    house.sender("loja", "p2")
    house.fill(days=2, per_day=4)
    house.seal()
    house.layout.retention_settings.write_text(DECLARED)
    return house


async def test_what_is_due_goes_without_being_asked_and_is_said_and_noted(tmp_path: Path) -> None:
    house = _a_house(tmp_path)
    daily = Daily(house.layout)
    async with daily.running():
        await until(lambda: bool(daily.said))
    assert daily.said == ["Kept as long as declared, and deleted: 16 rows of records of before 2026-11-11."]
    assert house.everything() == []
    noted = [(one.entry.act, one.entry.outcome) for one in check(house.layout.audit_log).lines]
    assert noted == [(Act.RETENTION_DELETED, Outcome.BEGUN), (Act.RETENTION_DELETED, Outcome.DONE)]


async def test_a_held_line_stays_until_the_hold_ends_and_goes_on_the_day_after(tmp_path: Path) -> None:
    house = _a_house(tmp_path)
    hold = ClaimHold(
        number=0, line="casa", from_at=START_AT, to_at=None, reason="complaint", placed_by="ana", placed_at=NOW_AT
    )
    place(house.layout, hold)
    first = Daily(house.layout)
    async with first.running():
        await until(lambda: bool(first.said))
    assert {one.partition("/")[0] for one in house.ids()} == {"p1"}
    release(house.layout, Released(number=1, reason="decided", released_by="ana", released_at=NOW_AT))
    second = Daily(house.layout, now=NOW_AT + DAY)
    async with second.running():
        await until(lambda: bool(second.said))
    assert house.everything() == []


async def test_what_is_in_the_way_is_said_and_nothing_is_deleted(tmp_path: Path) -> None:
    house = _a_house(tmp_path)
    before = house.everything()
    house.layout.retention_settings.write_text("[records]\ndays = 0\n")
    daily = Daily(house.layout)
    async with daily.running():
        await until(lambda: bool(daily.said))
    assert daily.said[0].startswith("What was kept long enough is not deleted yet: ")
    assert house.everything() == before
