"""Shell. Stores met by other versions: an older Prova opens a newer store, and upgrades of old stores are killed.

The older ones are the project's own commits, each the last of its form of the journal. Needs git and its history.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path

from bench.faults.bed import PROVA, BedError
from bench.faults.copies import statements
from bench.faults.lives import lives
from bench.faults.row import Row
from collector import schema
from collector.home import CollectorHome
from collector.proof.audit.check import Question, check
from tests.integration.lake_rig import House
from tests.store.test_versions import VERSIONS, an_old_house

ROOT = Path(__file__).parents[2]
_COMMAND_S = 60.0
_MOST_S = 0.03
_NEWER = "was made by a newer Prova"


async def older(home: Path, _chance: random.Random, times: int) -> Row:
    return await asyncio.to_thread(_older, home, times)


def _older(home: Path, times: int) -> Row:
    """Each older version's own collector on a store of this version: refused in a sentence, and nothing is written."""
    house = House(home / "home")
    house.sender()
    house.fill(days=2, per_day=6)
    failures, said, tried = [], "", 0
    before = _state(house)
    for commit in _last_of_each():
        tree = _checked_out(commit, home / commit)
        for _ in range(times):
            done = _collector(tree, house)
            tried += 1
            said = next((line for line in done.stderr.splitlines() if _NEWER in line), said)
            if done.returncode != 2 or _NEWER not in done.stderr:
                failures.append(f"{commit[:7]} ended with {done.returncode}: {done.stderr[-300:]}")
            if _state(house) != before:
                failures.append(f"{commit[:7]} wrote to the store")
    found = check(house.layout, Question(), say=lambda _: None)
    return Row(
        fault="opened by an older version",
        times=tried,
        acknowledged=len(house.ids()),
        lost=0,
        doubled=0,
        defects=len(found.defects),
        seen="no byte of the store changed",
        said=said,
        failures=tuple(failures),
    )


def _collector(tree: Path, house: House) -> "subprocess.CompletedProcess[str]":
    """That version's collector at work on the store, or rather not."""
    settings = house.home / "settings.toml"
    settings.write_text('[broker]\nhost = "127.0.0.1"\nport = 1\n')
    words = [PROVA, "collector", "run", "--home", str(house.home), "--settings", str(settings)]
    env = os.environ | {"PYTHONPATH": str(tree)}
    return subprocess.run(words, capture_output=True, text=True, timeout=_COMMAND_S, check=False, env=env)


def _state(house: House) -> tuple[object, ...]:
    return statements(house.layout.journal), house.layout.journal.read_bytes()


def _last_of_each() -> list[str]:
    """The last commit of each older form of the journal."""
    changes = _git("log", "--format=%H", "--reverse", "--", "collector/schema.py").split()
    found: dict[int, str] = {}
    for earlier, later in pairwise(changes):
        if _version(earlier) < _version(later):
            found[_version(earlier)] = _git("rev-parse", f"{later}^").strip()
    if not found:
        raise BedError("the project's history is not here: clone it with its history")
    return list(found.values())


def _version(commit: str) -> int:
    text = _git("show", f"{commit}:collector/schema.py")
    names = text.split("MIGRATIONS: tuple[str, ...] = (")[1].split(")")[0]
    return len([name for name in names.split(",") if name.strip()])


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=_COMMAND_S, check=False)
    if done.returncode:
        raise BedError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _checked_out(commit: str, folder: Path) -> Path:
    """The code of a commit."""
    folder.mkdir()
    with subprocess.Popen(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True, timeout=_COMMAND_S)
    return folder


async def upgraded(home: Path, chance: random.Random, times: int) -> Row:
    return await asyncio.to_thread(_upgraded, home, chance, times)


def _upgraded(home: Path, chance: random.Random, times: int) -> Row:
    """Stores of each older version, killed on their way to this one: of the one version or the other, never between."""
    old = [version for version in VERSIONS if version < schema.VERSION]
    failures: list[str] = []
    between = stored = lost = 0
    with lives() as at:
        for number in range(times):
            house = an_old_house(old[number % len(old)], home / str(number))
            before = statements(house.layout.journal)
            pid = at.start("upgrade", home=str(house.home))
            time.sleep(chance.uniform(0, _MOST_S))
            os.kill(pid, signal.SIGKILL)
            between += at.end() != 0
            found = statements(house.layout.journal)
            if found != before and found[1] != schema.VERSION:
                failures.append(f"a store of version {before[1]} was left between versions")
            if at.run("upgrade", home=str(house.home)) != 0:
                failures.append("the upgrade could not be begun again")
            failures += [str(one) for one in check(CollectorHome(house.home), Question(), say=lambda _: None).defects]
            records = sum(line.startswith('INSERT INTO "record"') for line in before[0])
            stored += records
            lost += records - len(house.ids())
    return Row(
        fault="upgrade of an old store, kill -9",
        times=times,
        acknowledged=stored,
        lost=lost,
        doubled=0,
        defects=0,
        seen=f"{between} killed before the end; versions {', '.join(str(one) for one in old)}",
        failures=tuple(failures[:5]),
    )
