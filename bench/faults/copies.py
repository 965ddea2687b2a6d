"""Shell. Seal, backup, restore and the view in a database, killed or without power at random moments, begun again.

All or nothing, or taken up where it was: what the store gives is the same record for record after each, and a copy that
says it is whole is.
"""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.faults.disk import Disk
from bench.faults.lives import Lives, lives
from bench.faults.row import Row
from collector.home import CollectorHome
from collector.operation.copies import moments
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from tests.integration import influx_rig
from tests.integration.lake_rig import DAY_ON, NOW_AT, START_AT, House

_MOST_S = {"seal": 0.2, "backup": 0.25, "restore": 0.4, "project": 0.3}
_DAY = timedelta(days=1)
_SENDERS = (("casa", "p1"), ("casa", "p2"), ("praia", "p3"))
Everything = list[tuple[str, str, int, bytes]]


@dataclass
class Keeper:
    """A store that grows, and every copy that was made of it. `done` counts what was killed in which work."""

    house: House
    place: Path
    at: Lives
    chance: random.Random
    days: int = 0
    copies: dict[datetime, Everything] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    ended: int = 0

    def prepare(self, do: str) -> None:
        """So that there is something to do: two days more of every probe, or the view to be made from its beginning."""
        if do in {"seal", "backup"}:
            self.house.fill(days=2, per_day=8, from_at=START_AT + self.days * _DAY)
            self.days += 2
        if do == "project":
            self.house.layout.projection_place.unlink(missing_ok=True)

    def given(self) -> dict[str, str]:
        """What each of the works must be told."""
        return {
            "home": str(self.house.home),
            "place": str(self.place),
            "target": str(self.place.with_name("restored")),
            "before_on": (DAY_ON + self.days * _DAY).isoformat(),
            "now_at": (NOW_AT + timedelta(seconds=sum(self.done.values()) + self.ended)).isoformat(),
        }

    def sound(self, before: Everything, what: str) -> None:
        """The store gives what it gave, and all of it proves."""
        if self.house.everything() != before:
            self.failures.append(f"after {what} the store gives other records")
        if found := check(self.house.layout, Question(), say=lambda _: None).defects:
            self.failures.append(f"after {what}: {found[0]}")

    def copied(self, before: Everything) -> None:
        """The newest copy, of before or of now, can be put back and is what the store was."""
        if not (self.place / "copies").exists():
            return
        made = moments(f"copies/{path.name}" for path in (self.place / "copies").glob("*.json"))
        for one in made:
            self.copies.setdefault(one, before)
        if not made:
            return
        with _scratch(self.place.with_name("again")) as target:
            restore(CollectorHome(target), str(self.place), at=None, say=lambda _: None)
            if House(target).everything() != self.copies[made[-1]]:
                self.failures.append("a copy gives other records than the store had")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keeper(home: Path, place: Path, at: Lives, chance: random.Random) -> Keeper:
    house = House(home, chance=chance)
    for line, name in _SENDERS:
        house.sender(line, name)
    one = Keeper(house, place, at, chance)
    one.prepare("seal")
    return one


async def killed(home: Path, chance: random.Random, times: int) -> Row:
    return await asyncio.to_thread(_killed, home, chance, times)


def _killed(home: Path, chance: random.Random, times: int) -> Row:
    """Each work in turn, killed with -9, until it was killed often enough."""
    with ExitStack() as stack:
        influx = stack.enter_context(influx_rig.running(_made(home / "influx")))
        one = _keeper(home / "home", home / "place", stack.enter_context(lives()), chance)
        more = {"url": influx.url, "bucket": influx_rig.BUCKET}
        one.at.run("backup", **one.given())
        one.copied(one.house.everything())
        while sum(one.done.values()) < times:
            do = min(_MOST_S, key=lambda name: one.done[name])
            one.prepare(do)
            before = one.house.everything()
            pid = one.at.start(do, **one.given(), **more)
            time.sleep(chance.uniform(0, _MOST_S[do]))
            os.kill(pid, signal.SIGKILL)
            _after(one, do, one.at.end(), before)
        one.failures += _shown(one, influx, more)
        one.failures += _nothing_left(one)
        return _row(one, "seal, backup, restore, project: kill -9", times)


def _after(one: Keeper, do: str, status: int, before: Everything) -> None:
    if status == 0:
        one.ended += 1
    elif status == -signal.SIGKILL:
        one.done[do] += 1
    else:
        one.failures.append(f"{do} ended with {status}")
        one.done[do] += 1
    one.sound(before, f"a killed {do}")
    one.copied(before)
    target = one.place.with_name("restored")
    if target.exists():
        if House(target).everything() != one.copies[max(one.copies)]:
            one.failures.append("a killed restore left a home that is not the copy")
        shutil.rmtree(target)


def _shown(one: Keeper, influx: influx_rig.Influx, more: dict[str, str]) -> list[str]:
    """The view, taken up to its end, has every record."""
    status = one.at.run("project", **one.given(), **more)
    rows = [
        *influx.query("SELECT count(sequence) FROM notice"),
        *influx.query("SELECT count(sequence) FROM speed_test"),
    ]
    shown = sum(int(row["count"]) for row in rows)
    stored = len(one.house.everything())
    return [] if (status, shown) == (0, stored) else [f"the view has {shown} of {stored} records (status {status})"]


def _nothing_left(one: Keeper) -> list[str]:
    """What killed works left behind is gone after the next that ended."""
    for do in ("seal", "backup", "restore"):
        one.ended += 1
        if (status := one.at.run(do, **one.given())) != 0:
            return [f"at last {do} ended with {status}"]
    kept = {path for (path,) in one.house.store._ask("SELECT path FROM segment UNION SELECT path FROM batch_file")}  # noqa: SLF001
    there = {str(path.relative_to(one.house.lake)) for path in one.house.lake.rglob("*.parquet*")}
    beside = [path.name for path in one.house.layout.journal.parent.glob("copy-*")]
    beside += [path.name for path in one.place.parent.glob("*.restoring")]
    return [f"left behind: {name}" for name in [*sorted(there - kept), *beside]]


def _row(one: Keeper, fault: str, times: int, seen: str = "") -> Row:
    found = check(one.house.layout, Question(), say=lambda _: None)
    ids = one.house.ids()
    sent = sum(sender.sequence for sender in one.house.senders)
    told = ", ".join(f"{name} {count}" for name, count in sorted(one.done.items()))
    return Row(
        fault=fault,
        times=times,
        acknowledged=sent,
        lost=sent - len(set(ids)),
        doubled=len(ids) - len(set(ids)),
        defects=len(found.defects),
        seen=f"{told}; {one.ended} ended first; {len(one.copies)} copies put back and compared{seen}",
        failures=tuple(one.failures[:5]),
    )


async def without_power(home: Path, chance: random.Random, times: int) -> Row:
    return await asyncio.to_thread(_without_power, home, chance, times)


def _without_power(home: Path, chance: random.Random, times: int) -> Row:
    """Seals and backups whose machine loses its power; store and copies lie on that disk."""
    disk = Disk(home / "disk.img", home / "disk")
    disk.make(megabytes=256)
    try:
        with lives() as at:
            one = _keeper(home / "disk" / "home", home / "disk" / "place", at, chance)
            while sum(one.done.values()) < times:
                do = min(("seal", "backup"), key=lambda name: one.done[name])
                one.prepare(do)
                before = one.house.everything()
                pid = at.start(do, **one.given())
                time.sleep(chance.uniform(0, _MOST_S[do]))
                disk.cut()
                os.kill(pid, signal.SIGKILL)
                status = at.end()
                disk.come_back()
                _after(one, do, -signal.SIGKILL if status == 1 else status, before)
            seen = f"; {disk.canaries_gone} of {disk.canaries} files written beside it without fsync were gone"
            return _row(one, "power cut in seal and backup, ext4", disk.canaries, seen)
    finally:
        disk.unmount()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def statements(journal: Path) -> tuple[list[str], int]:
    """A journal's whole content, and its version."""
    with closing(sqlite3.connect(journal)) as db:
        return list(db.iterdump()), int(db.execute("PRAGMA user_version").fetchone()[0])
