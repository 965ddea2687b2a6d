"""Shell. The power fails under the collector, and under seals and copies; and the disk fills up, or fails."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bench.faults.bed import Bed, BedError, bed
from bench.faults.disk import Disk
from bench.faults.kills import closed, words
from bench.faults.row import Row
from prova.exit import Exit

_MOST_S = 0.6
_FULL_S = 8.0
_MEGABYTES = {"ext4": 256, "xfs": 320}
NO_ROOM, NO_DISK, BACK = "has no room", "look after its disk", "can be written again"


@asynccontextmanager
async def _on_a_disk(home: Path, chance: random.Random, kind: str = "ext4") -> AsyncIterator[tuple[Bed, Disk]]:
    disk = Disk(home / "disk.img", home / "collector", kind)
    disk.make(megabytes=_MEGABYTES[kind])
    try:
        async with bed(home, chance) as one:
            yield one, disk
    finally:
        disk.unmount()


async def _cut(home: Path, chance: random.Random, times: int, *, kind: str) -> Row:
    """The collector's machine loses its power, the broker on it too; the probes stand elsewhere."""
    async with _on_a_disk(home, chance, kind) as (one, disk):
        for number in range(times):
            if number % 3:
                await one.flowing()
            await one.pause(_MOST_S)
            disk.cut()
            one.kill("collector")
            one.kill("broker")
            disk.come_back()
            one.start("broker")
            one.start("collector")
        await one.flowing()
        seen = f"{disk.canaries_gone} of {disk.canaries} files written beside it without fsync were gone"
        if not disk.canaries_gone:
            one.failures.append("no cut lost anything at all: the instrument is blind")
        return await closed(one, f"power cut, {kind}", times, seen=seen)


async def cut_ext4(home: Path, chance: random.Random, times: int) -> Row:
    return await _cut(home, chance, times, kind="ext4")


async def cut_xfs(home: Path, chance: random.Random, times: int) -> Row:
    return await _cut(home, chance, times, kind="xfs")


async def filled(home: Path, chance: random.Random, times: int) -> Row:
    """The disk has no room left while probes send; then somebody makes room.

    What the log of the journal has of room already goes on to be written: not every time does the collector notice.
    """
    async with _on_a_disk(home, chance) as (one, disk):
        noticed = 0
        for _ in range(times):
            await one.flowing()
            await one.pause(_MOST_S)
            told = one.said.count(NO_ROOM)
            filler = disk.fill(leaving_bytes=chance.choice((0, 0, 50_000)))
            with suppress(BedError):
                await one.waited(lambda n=told: one.said.count(NO_ROOM) > n, "word of the full disk", _FULL_S)
            noticed += one.said.count(NO_ROOM) > told
            filler.unlink()
        await one.waited(lambda: one.said.count(BACK) == one.said.count(NO_ROOM), "word of the room")
        seen = f"noticed in {noticed} of {times}; the collector never ended"
        if one.running["collector"].poll() is not None:
            one.failures.append("the collector ended by itself")
        return await closed(one, "disk filled", times, seen=seen, said=words(one.said, NO_ROOM))


async def failed(home: Path, chance: random.Random, times: int) -> Row:
    """The kernel finds an error and makes the disk read-only; a person repairs it and starts the collector again."""
    async with _on_a_disk(home, chance) as (one, disk):
        for _ in range(times):
            told = one.said.count(NO_DISK)
            await one.flowing()
            await one.pause(_MOST_S)
            disk.fail()
            await one.waited(lambda n=told: _noticed(one, n), "word of the read-only disk")
            one.kill("collector", by=signal.SIGTERM)
            disk.repair()
            one.start("collector")
        await one.flowing()
        one.failures += await asyncio.to_thread(_refused_at_start, one, disk)
        return await closed(one, "disk read-only", times, said=words(one.said, NO_DISK))


def _noticed(one: Bed, told: int) -> bool:
    """It says so once more, or ended with a sentence where it was only just starting."""
    return one.said.count(NO_DISK) > told or one.running["collector"].poll() == Exit.USAGE


def _refused_at_start(one: Bed, disk: Disk) -> list[str]:
    """A collector that is started on a disk that lets nobody write says so and ends."""
    one.kill("collector", by=signal.SIGTERM)
    disk.unmount()
    disk.mount("ro")
    done = one.command("collector", "run", "--home", str(one.home), *one.settings())
    disk.unmount()
    disk.mount()
    one.start("collector")
    if done.returncode == 2 and "Read-only file system" in done.stderr and "Traceback" not in done.stderr:
        return []
    return [f"on a read-only disk it ended with {done.returncode}: {done.stderr[-300:]}"]
