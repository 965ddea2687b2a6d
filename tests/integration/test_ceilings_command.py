"""A contract beyond what this machine can measure: `prova measure --contract`, `check` and `doctor` say so, and why."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collector.journal import Journal
from probe import keyfile
from probe.body.conditions import Path as Way
from probe.body.speed_test import Direction
from probe.calibration import kept, machine
from probe.calibration.certificate import Ceiling, Certificate
from probe.conditions import default_link
from prova.exit import Exit
from prova.home import Home
from tests.build import AT

CONTRACT = """
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "casa"
timezone = "Europe/Lisbon"
municipality = "Lisboa"
region = "mainland"
[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400
[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
"""
REASON = "The contract promises 1000 Mbit/s of download, more than 80 % of the 900 Mbit/s"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Calibrated: 900 Mbit/s for every ndt7 download, 10 Gbit/s for every upload."""
    home = Home(tmp_path)
    home.contract.write_text(CONTRACT)
    link = default_link()
    rates = {Direction.DOWNLOAD: 900_000_000, Direction.UPLOAD: 10_000_000_000}
    certificate = Certificate(
        probe="p1",
        made_at=AT,
        software="prova 0",
        machine=machine.fingerprint(None if link is None else link.interface),
        ceilings=tuple(
            Ceiling(method="ndt7", direction=direction, tls=tls, over=Way.LOOPBACK, rate_bps=bps)
            for direction, bps in rates.items()
            for tls in (True, False)
        ),
    )
    home.probe.key.parent.mkdir()
    kept.save(home.probe.calibration, certificate, key=keyfile.load_or_make(home.probe.key))
    return home


def prova(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prova.main", *arguments],
        env={**os.environ, "PROVA_HOME": str(home.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_test_is_not_held_against_what_this_machine_cannot_measure(home: Home) -> None:
    ended = prova(home, "measure", "--contract", str(home.contract), "--duration", "1", "--json")
    assert ended.returncode == Exit.EVIDENCE
    assert f"download  not held against the contract. {REASON}" in ended.stderr
    assert "upload  not held against the contract: this test says nothing of the line" in ended.stderr
    assert all(test["rate_bps"] for test in json.loads(ended.stdout)["tests"]), "measured it is all the same"


def test_check_says_it_in_the_language_asked_for(home: Home) -> None:
    home.collector.journal.parent.mkdir()
    Journal(home.collector.journal).close()
    said = prova(home, "check", "--contract", str(home.contract), "--lang", "pt").stderr
    assert "prova: O contrato promete 1000 Mbit/s de download, mais de 80 % dos 900 Mbit/s" in said


def test_doctor_says_it_with_the_mend(home: Home) -> None:
    checks = json.loads(prova(home, "doctor", "--json").stdout)["checks"]
    (one,) = [check for check in checks if check["name"] == "calibration"]
    assert one["ok"] is False
    assert one["mend"].startswith(REASON)
