"""Shell. The wall clock is stepped under the collector, under the probes, or under both, while they work.

libfaketime steps it for these processes alone; monotonic time goes on, as it does on a machine whose clock is set.
"""

import asyncio
import random
from datetime import timedelta
from pathlib import Path

from bench.faults.bed import EVER, Around, Bed, BedError, bed
from bench.faults.kills import row_of
from bench.faults.row import Row

_STEPS_S = (-40 * 365 * 86400, -400 * 86400, -86400, -3600, -1, 1, 3600, 86400, 400 * 86400, 70 * 365 * 86400)
_LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/local/lib/faketime/libfaketime.so.1")


def _faketime(file: Path) -> tuple[tuple[str, str], ...]:
    found = [path for pattern in _LIBRARIES for path in Path("/").glob(pattern.removeprefix("/"))]
    if not found:
        raise BedError("libfaketime is missing: apt install libfaketime")
    return (
        ("LD_PRELOAD", str(found[0])),
        ("FAKETIME_TIMESTAMP_FILE", str(file)),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("FAKETIME_DONT_RESET", "1"),
    )


async def stepped(home: Path, chance: random.Random, times: int) -> Row:
    """From a second to seventy years, forwards and back; then all of it is sealed, and counted again."""
    clocks = {"collector": home / "collector-clock", "probes": home / "probes-clock"}
    for file in clocks.values():
        _set(file, 0)
    around = Around(collector_env=_faketime(clocks["collector"]), probes_env=_faketime(clocks["probes"]))
    async with bed(home, chance, around) as one:
        for _ in range(times):
            await one.flowing()
            await one.pause(0.4)
            _set(clocks[chance.choice(tuple(clocks))], chance.choice((0, *_STEPS_S)))
        await one.flowing()
        await one.drained()
        before = await asyncio.to_thread(one.counted)
        one.failures += await asyncio.to_thread(_sealed, one, home)
        found = await asyncio.to_thread(one.counted)
        if (before.acknowledged, before.lost, before.doubled) != (found.acknowledged, found.lost, found.doubled):
            one.failures.append("sealed, it is not what it was")
        (earliest, latest) = _span(one)
        seen = f"arrivals dated from {earliest[:10]} to {latest[:10]}; all of it sealed afterwards"
        return row_of(found, "clock stepped", times, seen=seen, failures=tuple(one.failures))


def _sealed(one: Bed, home: Path) -> list[str]:
    """Seals all that there is, as on a day long after the last of those dates."""
    file = home / "seal-clock"
    _set(file, int(timedelta(days=80 * 365).total_seconds()))
    done = one.command("collector", "seal", "--home", str(home), env=_faketime(file))
    left = one.store.probes()
    return [] if done.returncode == 0 and left else [f"seal ended with {done.returncode}: {done.stderr[-300:]}"]


def _span(one: Bed) -> tuple[str, str]:
    dates = [
        record.received_at.isoformat() for line in one.store.lines() for record in one.store.records([line], *EVER)
    ]
    return min(dates), max(dates)


def _set(file: Path, offset_s: int) -> None:
    """Whole or not at all: it is read at any moment."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(f"{offset_s:+d}\n")
    fresh.replace(file)
