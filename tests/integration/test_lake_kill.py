"""A seal that is killed at any moment, again and again, beside a collector that goes on and readers that look.

PROVA_SEAL_SEED repeats a run. The sealing process is forked from one that has
everything loaded, so that kills fall into the work and not into its start.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.lake_rig import DAY_ON, START_AT, House

SEED = int(os.environ.get("PROVA_SEAL_SEED", str(random.randrange(10**6))))
CHUNK_BYTES = 4000
MOST_S = 0.15  # until the kill; some seals end before
DAY = timedelta(days=1)

SERVER = """
import os, sys, traceback
from datetime import date
from pathlib import Path
sys.path.insert(0, os.getcwd())
from tests.integration.lake_rig import House
import collector.lake.reader

print("ready", flush=True)
for line in sys.stdin:
    home, chunk_bytes, before_on = line.split()
    pid = os.fork()
    if pid == 0:
        try:
            House(Path(home)).seal(before_on=date.fromisoformat(before_on), chunk_bytes=int(chunk_bytes))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(pid, flush=True)
    sys.stdin.readline()  # until then its number is nobody else's
    print(os.waitpid(pid, 0)[1], flush=True)
"""


@dataclass
class Sealer:
    """Starts one sealing process after another."""

    server: subprocess.Popen[str]

    def start(self, house: House, *, before_on: str) -> int:
        """The number of the process, which `end` must be asked of."""
        self._tell(f"{house.home} {CHUNK_BYTES} {before_on}")
        return int(self._told())

    def end(self) -> int:
        """Waits for the process, and says with which status it ended."""
        self._tell("")
        return int(self._told())

    def _tell(self, line: str) -> None:
        assert self.server.stdin is not None
        self.server.stdin.write(f"{line}\n")
        self.server.stdin.flush()

    def _told(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline()


@contextmanager
def a_sealer() -> Iterator[Sealer]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        try:
            yield Sealer(server)
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(20)


def a_house(home: Path) -> House:
    house = House(home)
    for line, name in (("casa", "p1"), ("casa", "p2"), ("praia", "p3")):
        house.sender(line, name)
    return house


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [25, pytest.param(600, marks=pytest.mark.slow)])
def test_a_seal_killed_anywhere_loses_and_doubles_nothing(tmp_path: Path, kills: int) -> None:
    sys.stdout.write(f"PROVA_SEAL_SEED={SEED}\n")
    chance = random.Random(SEED)
    house = a_house(tmp_path)
    killed = day = 0
    with a_sealer() as sealer:
        while killed < kills:
            house.fill(days=2, per_day=12, from_at=START_AT + day * DAY)
            day += 2
            before_on = (DAY_ON + day * DAY).isoformat()
            before = house.everything()
            assert len(before) == len({one[0] for one in before}) == 3 * 12 * day
            status = None
            while killed < kills and status != 0:
                pid = sealer.start(house, before_on=before_on)
                time.sleep(chance.uniform(0, MOST_S))
                os.kill(pid, signal.SIGKILL)
                status = sealer.end()
                assert house.everything() == before
                assert status in {0, signal.SIGKILL}
                killed += status != 0
        sealer.start(house, before_on=before_on)
        assert sealer.end() == 0
    assert house.everything() == before
    assert house.store._ask("SELECT count(*) FROM batch") == [(0,)]
    kept = {path for (path,) in house.store._ask("SELECT path FROM segment UNION SELECT path FROM batch_file")}
    there = {str(path.relative_to(house.lake)) for path in house.lake.rglob("*.parquet")}
    assert there == kept, "what a killed seal left behind is gone"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("days", [2, pytest.param(15, marks=pytest.mark.slow)])
def test_a_read_beside_a_seal_is_of_one_state(tmp_path: Path, days: int) -> None:
    """While a seal runs chunk by chunk and batches come in, every read has what was there when it began, once."""
    house = a_house(tmp_path)
    house.fill(days=days, per_day=24)
    held = set(house.ids())
    late = house.senders[0]
    with a_sealer() as sealer:
        pid = sealer.start(house, before_on=(DAY_ON + days * DAY).isoformat())
        reads = 0
        while reads < 5 or not _ended(pid):
            came = late.batch([START_AT + reads * DAY / 50], START_AT + (days + 5) * DAY)
            house.keep(came)
            held.add(f"{late.name}/{late.sequence}")
            got = house.ids() if reads % 2 else _table_ids(house)
            assert len(got) == len(set(got))
            assert set(got) == held
            reads += 1
        assert sealer.end() == 0
    assert house.store._ask("SELECT count(*) FROM batch") == [(reads,)]


def _ended(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def _table_ids(house: House) -> list[str]:
    table = house.table(["probe", "sequence"])
    return [f"{row['probe']}/{row['sequence']}" for row in table.to_pylist()]
