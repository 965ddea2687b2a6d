"""Shell. Collector, broker and database killed with -9 while probes send; and nothing at all, to compare."""

import asyncio
import random
import time
from pathlib import Path

from bench.faults.bed import Around, Bed, Count, bed
from bench.faults.row import Row
from tests.integration import influx_rig

_MOST_S = 0.6


async def closed(one: Bed, fault: str, times: int, *, seen: str = "", said: str = "") -> Row:
    """The run's end: the spools emptied, everything counted."""
    await one.drained()
    found = await asyncio.to_thread(one.counted)
    return row_of(found, fault, times, seen=seen, said=said, failures=tuple(one.failures))


def row_of(
    found: Count, fault: str, times: int, *, seen: str = "", said: str = "", failures: tuple[str, ...] = ()
) -> Row:
    told = f"{found.receipts} receipts heard, {found.receipts_void} void" + (f"; {seen}" if seen else "")
    failed = [*failures, *found.defects[:3]]
    if found.changed:
        failed.append(f"{found.changed} records are there with other content")
    if found.receipts_void:
        failed.append(f"{found.receipts_void} receipts are for batches that are not there")
    return Row(
        fault=fault,
        times=times,
        acknowledged=found.acknowledged,
        lost=found.lost,
        doubled=found.doubled,
        defects=len(found.defects),
        seen=told,
        said=said,
        failures=tuple(failed),
    )


def words(text: str, holding: str) -> str:
    """The first line that says this; empty where none does."""
    return next((line for line in text.splitlines() if holding in line), "")


async def control(home: Path, chance: random.Random, times: int) -> Row:
    """No fault, as long as so many would take."""
    async with bed(home, chance) as one:
        for _ in range(times):
            await one.flowing()
            await one.pause(_MOST_S)
        return await closed(one, "none (control)", times)


async def collector(home: Path, chance: random.Random, times: int) -> Row:
    """Killed while it works, and in every third life while it starts."""
    async with bed(home, chance) as one:
        for number in range(times):
            if number % 3:
                await one.flowing()
            await one.pause(_MOST_S)
            one.kill("collector")
            one.start("collector")
        return await closed(one, "collector, kill -9", times)


async def broker(home: Path, chance: random.Random, times: int) -> Row:
    """Killed with all that it had in memory."""
    async with bed(home, chance) as one:
        for number in range(times):
            if number % 3:
                await one.flowing()
            await one.pause(_MOST_S)
            one.kill("broker")
            await one.pause(0.3)
            one.start("broker")
        return await closed(one, "broker, kill -9", times, said=words(one.said, "No broker at"))


async def database(home: Path, chance: random.Random, times: int) -> Row:
    """Killed while the view in it catches up; the time to a receipt is compared with that beside a live one."""
    with influx_rig.running(_made(home / "influx")) as influx:
        (home / "projection.toml").write_text(f'[influxdb]\nurl = "{influx.url}"\nbucket = "{influx_rig.BUCKET}"\n')
        async with bed(home, chance, Around()) as one:
            shown = ("collector", "project", "--home", str(home), "--settings", str(home / "projection.toml"), "--once")
            gaps: dict[bool, list[float]] = {True: [], False: []}
            for _ in range(times):
                following = asyncio.create_task(asyncio.to_thread(one.command, *shown))
                gaps[True].append(await _gap_s(one))
                await one.pause(_MOST_S)
                influx.kill()
                gaps[False].append(await _gap_s(one))
                await following
                await asyncio.to_thread(influx.start)
            told = await asyncio.to_thread(one.command, *shown)
            await one.drained()
            await asyncio.to_thread(one.command, *shown)
            rows = influx.query("SELECT count(sequence) FROM notice")
            in_view = int(rows[0]["count"]) if rows else 0
            stored = sum(state.last_sequence for state in one.spools())
            if in_view != stored:
                one.failures.append(f"the view has {in_view} of {stored} records")
            seen = (
                f"the view has {in_view:,} of {stored:,} records; longest wait for the next receipts"
                f" {max(gaps[False]):.2f} s with the database dead, {max(gaps[True]):.2f} s with it alive"
            )
            return await closed(one, "database, kill -9", times, seen=seen, said=told.stderr.strip()[-120:])


async def _gap_s(one: Bed) -> float:
    began_s = time.monotonic()
    await one.flowing(10)
    return time.monotonic() - began_s


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
