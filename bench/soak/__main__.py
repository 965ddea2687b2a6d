"""A week of a fleet in minutes, with faults, and everything counted at its end.

    python -m bench.soak [--probes 50] [--watched 5] [--days 7] [--faults 8] [--seed N] [--json]

A real mosquitto, `prova collector run` by a clock that is moved on a day at a time, on a file system of its own, and
probes with real spools. Each day is sent as fast as it goes while faults fall at random moments; each night seals,
keeps its declared times and copies the store, by the product's own commands. Needs root, mosquitto, e2fsprogs and
faketime; all of it happens in namespaces of its own. The exit code is 1 where anything was lost, doubled or changed.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.faults.disk import Disk
from bench.soak.count import Counted, counted
from bench.soak.faults import FAULTS
from bench.soak.house import House, midnight

_INSIDE = "PROVA_SOAK_INSIDE"
_DAY_WITHIN_S = 1800.0
_SAMPLE_S = 1.0


@dataclass
class Curve:
    """What the collector's processes held, by day: MiB and open files."""

    by_day: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    async def draw(self, one: House) -> None:
        while True:
            process = one.running.get("collector")
            if process is not None and process.poll() is None:
                with suppress(OSError, IndexError, ValueError):
                    self.by_day.setdefault(one.day, []).append(_held([process.pid, *one.workers()]))
            await asyncio.sleep(_SAMPLE_S)

    def told(self) -> list[dict[str, float]]:
        return [
            {
                "day": day,
                "median_mib": round(statistics.median(held for held, _ in found)),
                "most_mib": round(max(held for held, _ in found)),
                "median_files": statistics.median(files for _, files in found),
            }
            for day, found in sorted(self.by_day.items())
        ]


def _held(pids: list[int]) -> tuple[float, int]:
    """MiB of all of them, and open files of the first."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * 4096 / 2**20, len(list(Path(f"/proc/{pids[0]}/fd").iterdir()))


async def day(one: House, number: int, given: argparse.Namespace, chance: random.Random, done: Counter[str]) -> float:
    """One day: sent, with faults, until every spool is empty. The seconds that it took."""
    one.set_clock(midnight(number) + timedelta(hours=23, minutes=50))
    await one.mend()
    began = time.monotonic()
    one.take(number)
    due = given.faults
    deadline = began + _DAY_WITHIN_S
    while True:
        if due:
            await asyncio.sleep(chance.uniform(0.5, 4))
            name = chance.choice(tuple(FAULTS))
            await FAULTS[name](one, chance)
            done[name] += 1
            due -= 1
        await one.mend()
        if not due and _is_sent(one, number, given):
            return time.monotonic() - began
        if time.monotonic() > deadline:
            raise SystemExit(f"day {number} was not sent within {_DAY_WITHIN_S:.0f} s")
        await asyncio.sleep(0.2)


def _is_sent(one: House, number: int, given: argparse.Namespace) -> bool:
    from bench.soak.count import expected_count

    states = {state.probe: state for state in one.spools()}
    return len(states) == given.probes and all(
        states[f"p{probe}"].last_sequence == expected_count(probe, number, watched=probe < given.watched)
        and not states[f"p{probe}"].unsealed_records
        and not states[f"p{probe}"].sealed_batches
        for probe in range(given.probes)
    )


async def night(one: House, number: int, copies: Path, failures: list[str]) -> None:
    """Seal, declared times, copy: after midnight, by the collector's own clock, beside its work."""
    one.set_clock(midnight(number + 1) + timedelta(minutes=20))
    for words in (
        ("collector", "seal"),
        ("privacy", "retention", "--delete"),
        ("collector", "backup", "--to", str(copies)),
    ):
        ended = await asyncio.to_thread(one.command, *words)
        if ended.returncode:
            failures.append(f"{' '.join(words[:2])} ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")


@dataclass
class Result:
    """All of it."""

    seed: int
    days: list[float]
    faults: Counter[str]
    found: Counted
    curve: list[dict[str, float]]
    failures: list[str]

    def told(self) -> dict[str, Any]:
        rate = self.found.records / sum(self.days)
        return {
            "schema": "prova.soak/1",
            "seed": self.seed,
            "seconds_by_day": [round(one, 1) for one in self.days],
            "records_per_s": round(rate),
            "faults": dict(self.faults),
            **self.found.told(),
            "curve": self.curve,
            "failures": self.failures,
            "holds": self.found.holds and not self.failures,
        }


async def soaked(home: Path, given: argparse.Namespace) -> Result:
    chance, faults, failures, curve = random.Random(given.seed), Counter[str](), list[str](), Curve()
    disk = Disk(image=home / "disk.img", at=home / "collector")
    one = House(home, given.probes, given.watched, given.processes, disk)
    one.build()
    one.set_clock(midnight(0))
    took: list[float] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        await one.mend()
        tasks = [asyncio.create_task(one.listen()), asyncio.create_task(curve.draw(one))]
        for number in range(given.days):
            took.append(await day(one, number, given, chance, faults))
            sys.stderr.write(f"day {number}: {took[-1]:.0f} s, {sum(faults.values())} faults so far\n")
            await night(one, number, home / "copies", failures)
        one.set_clock(midnight(5000))  # whatever date an arrival was given, it is over
        await night(one, 5000, home / "copies", failures)
        found = await asyncio.to_thread(counted, one, home / "copies")
        return Result(given.seed, took, faults, found, curve.told(), failures + [f"rejected {x}" for x in one.rejected])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        one.end()


def _alone() -> None:
    """Starts itself again in namespaces of its own."""
    if os.environ.get(_INSIDE):
        return
    os.environ[_INSIDE] = "1"
    again = [sys.executable, "-m", "bench.soak", *sys.argv[1:]]
    script = 'ip link set lo up && exec "$0" "$@"'
    os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", script, *again])  # noqa: S606


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--probes", type=int, default=50)
    options.add_argument("--watched", type=int, default=5, help="of them, with a minute of four targets every minute")
    options.add_argument("--processes", type=int, default=3, help="that the probes share")
    options.add_argument("--days", type=int, default=7)
    options.add_argument("--faults", type=int, default=8, help="a day")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    _alone()
    logging.disable()  # the listener's own client complains of each broker that is killed under it
    with tempfile.TemporaryDirectory(prefix="prova-soak-", ignore_cleanup_errors=True) as scratch:
        told = asyncio.run(soaked(Path(scratch), given)).told()
    if given.json:
        print(json.dumps(told, indent=2))
    else:
        for name, value in told.items():
            print(f"{name}: {value}")
    return 0 if told["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
