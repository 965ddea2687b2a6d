"""An excerpt of `python -m bench.faults`: faults injected into real processes and real file systems, then a count."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_WITHIN_S = 110


def _table(*words: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.faults", "--json", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
    )
    assert done.stdout, done.stderr
    rows: list[dict[str, object]] = json.loads(done.stdout)["faults"]
    assert (done.returncode, [row for row in rows if not row["holds"]]) == (0, []), done.stderr
    return rows


@pytest.mark.component("mosquitto", "loop")
def test_a_power_cut_loses_and_doubles_nothing_that_was_acknowledged() -> None:
    (row,) = _table("power", "--times", "1")
    assert isinstance(row["acknowledged"], int)
    assert row["acknowledged"] > 20


@pytest.mark.component("mounts", "openssl")
def test_every_flipped_bit_of_evidence_is_found() -> None:
    (row,) = _table("flips", "--times", "1")
    assert row["times"] == 8 + 4


@pytest.mark.slow
@pytest.mark.component("mosquitto", "loop")
@pytest.mark.parametrize("name", ["collector", "broker", "full", "read-only", "copies-power", "older", "upgrade"])
def test_a_fault_loses_and_doubles_nothing_that_was_acknowledged(name: str) -> None:
    _table(name, "--quick")


@pytest.mark.slow
@pytest.mark.component("mosquitto", "loop", "influxdb")
@pytest.mark.parametrize("name", ["database", "copies"])
def test_a_dead_database_holds_nobody_up(name: str) -> None:
    _table(name, "--quick")


@pytest.mark.slow
@pytest.mark.component("mosquitto", "testbed")
def test_a_cut_network_loses_and_doubles_nothing_that_was_acknowledged() -> None:
    _table("network", "--times", "3")


@pytest.mark.slow
@pytest.mark.component("mosquitto", "mounts", "faketime")
def test_a_stepped_clock_loses_and_doubles_nothing_that_was_acknowledged() -> None:
    _table("clock", "--times", "5")
