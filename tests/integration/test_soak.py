"""An excerpt of `python -m bench.soak`: a small fleet's day with faults, sealed, copied, put back, counted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.component("mosquitto", "loop", "faketime")
def test_a_day_with_faults_loses_doubles_and_changes_nothing() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.soak",
            "--probes",
            "6",
            "--watched",
            "1",
            "--days",
            "1",
            "--faults",
            "4",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["holds"], told
    assert (told["lost"], told["doubled"], told["changed"], told["void"], told["early"]) == (0, 0, 0, 0, 0)
    assert told["records"] > 2000
    assert sum(told["faults"].values()) == 4
    assert "at risk" in told["restored"]
