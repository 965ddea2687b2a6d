"""The probe's emulated machine shows what a machine would that slept, was switched off, or had its clock set."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.reach.minute import interrupted
from probe.record import Stamp
from tests.lab import machine as machines
from tests.lab.fault import Fault, breaking
from tests.lab.machine import Machine
from tests.lab.namespace import namespace, new_name

pytestmark = [pytest.mark.component("testbed", "namespaces"), pytest.mark.timeout(60)]

WITHIN_S = 20.0
_SLEPT_S = 0.3


@dataclass(frozen=True)
class Told:
    boot_id: str
    wall_s: float
    monotonic_s: float
    boot_s: float


@dataclass
class Alone:
    """As much of a household as the probe's own faults need."""

    machine: Machine | None
    probe: str = ""
    router: str = ""
    provider: str = ""
    servers: str = ""
    networks: tuple[str, str, str] = ("", "", "")

    def reboot_router(self) -> None:
        raise AssertionError

    def told(self) -> list[Told]:
        assert self.machine is not None
        path = self.machine.folder / "out"
        lines = path.read_text().splitlines()[:-1] if path.exists() else []  # the last one may be torn
        return [Told(**json.loads(line)) for line in lines if line.startswith("{") and line.endswith("}")]

    def next(self) -> Told:
        """What is told from now on."""
        known = len(self.told())
        until = time.monotonic() + WITHIN_S
        while len(told := self.told()) < known + 2:
            assert time.monotonic() < until, (self.machine.folder / "out").read_text() if self.machine else ""
            time.sleep(0.01)
        return told[-1]


@pytest.fixture(scope="module")
def shows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return machines.build(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def home(tmp_path: Path, shows: Path) -> Iterator[Alone]:
    with namespace(new_name()) as name:
        one = Machine(name=name, command=(sys.executable, "-m", "tests.lab.tell"), folder=tmp_path, shows=shows)
        with one.running():
            yield Alone(one)


def test_a_machine_that_runs_shows_the_true_wall_clock_and_a_boot_of_its_own(home: Alone) -> None:
    before_s, told, after_s = time.time(), home.next(), time.time()  # noqa: TID251  the truth
    assert before_s - 0.1 <= told.wall_s <= after_s
    assert home.machine is not None
    assert told.boot_id == home.machine.boot_ids[0]
    assert 29 < told.monotonic_s < 60
    assert told.boot_s == pytest.approx(told.monotonic_s, abs=1.5)


def test_after_a_sleep_wall_and_boot_clock_went_on_and_the_monotonic_clock_stood_still(home: Alone) -> None:
    before = home.next()
    with breaking(home, Fault.PROBE_SUSPENDED):
        asleep = len(home.told())
        time.sleep(_SLEPT_S)
        assert len(home.told()) <= asleep + 1, "it does nothing meanwhile"
    after = home.next()
    slept_s = (after.wall_s - before.wall_s) - (after.monotonic_s - before.monotonic_s)
    assert slept_s == pytest.approx(_SLEPT_S, abs=0.15)
    assert after.boot_s - before.boot_s == pytest.approx(after.wall_s - before.wall_s, abs=0.05)
    assert after.boot_id == before.boot_id


def test_a_boot_has_another_id_and_its_clocks_begin_anew(home: Alone) -> None:
    before = home.next()
    with breaking(home, Fault.PROBE_REBOOTED):
        assert home.machine is not None
        assert home.machine.process is None
    after = home.next()
    assert after.boot_id != before.boot_id
    assert home.machine.boot_ids == [before.boot_id, after.boot_id]
    assert 29 < after.monotonic_s < 60
    assert after.wall_s > before.wall_s


@pytest.mark.parametrize(("fault", "by_s"), [(Fault.CLOCK_FORWARD, 3600), (Fault.CLOCK_BACK, -3600)])
def test_a_clock_that_is_set_moves_alone_and_is_set_back(home: Alone, fault: Fault, by_s: int) -> None:
    before = home.next()
    with breaking(home, fault):
        after = home.next()
    jumped_s = (after.wall_s - before.wall_s) - (after.monotonic_s - before.monotonic_s)
    assert jumped_s == pytest.approx(by_s, abs=0.1)
    again = home.next()
    assert (again.wall_s - before.wall_s) - (again.monotonic_s - before.monotonic_s) == pytest.approx(0, abs=0.1)


def test_the_probe_would_see_each_of_them_as_a_break(home: Alone) -> None:
    def stamp(told: Told) -> Stamp:
        at = datetime.fromtimestamp(told.wall_s, UTC)
        return Stamp(at=at, monotonic_ns=round(told.monotonic_s * 1e9), boot_id=told.boot_id)

    before = home.next()
    assert not interrupted(stamp(before), stamp(home.next()))
    with breaking(home, Fault.CLOCK_FORWARD):
        assert interrupted(stamp(before), stamp(home.next()))
