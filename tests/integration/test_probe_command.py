"""`prova probe calibrate` and `prova probe status`, as a person runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probe import identity, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.calibration import kept
from probe.identity import ProbeHome
from probe.spool import Draft, Spool
from tests.build import AT, a_stamp

PROVA = (sys.executable, "-m", "prova.main", "probe")
SETTINGS = """
line = "casa"
probe = "p1"
[collector]
receipt_key_file = "collector-public-key.json"
[measure]
servers = ["wss://measure.example?access_token=secret"]
"""


def prova(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*PROVA, *arguments], capture_output=True, text=True, timeout=110, env=os.environ, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def told(home: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(prova("status", "--home", str(home), "--json", *more).stdout)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "settings.toml").write_text(SETTINGS)
    return tmp_path


def test_before_its_first_start_a_probe_has_settings_alone(home: Path) -> None:
    found = told(home)
    assert (found["schema"], found["spool"], found["calibration"]) == ("prova.probe/1", None, None)
    assert found["settings"]["servers"] == ["wss://measure.example"], "no access token"
    assert not (home / "probe" / "key.json").exists(), "looking makes nothing"
    assert "prova probe calibrate" in prova("status", "--home", str(home)).stdout


def test_what_waits_what_is_parked_and_the_last_receipt_are_told(home: Path) -> None:
    who = identity.load_or_make(ProbeHome(root=home), line="casa", probe="p1")
    with Spool(ProbeHome(root=home).spool, line="casa", probe="p1", key=who.key) as spool:
        for _ in range(3):
            spool.append(
                Draft(started=a_stamp(), ended=a_stamp(), software="prova", body=Notice(kind=NoticeKind.STARTED))
            )
            batch = spool.next_batch()
            assert batch is not None
            if batch.first == 1:
                spool.receipted(batch.sha256, received_at=AT)
            if batch.first == 2:
                spool.reject(batch.sha256, "conflict")
        found = told(home)["spool"]
    assert (found["last_sequence"], found["sealed_batches"], found["rejected_batches"]) == (3, 1, 1)
    assert found["last_receipt_at"] == "2026-11-21T09:00:00Z"
    words = prova("status", "--home", str(home)).stdout
    assert "parked: 1 batches" in words
    assert "last receipt: 2026-11-21 09:00:00 UTC" in words


def test_the_probe_of_a_line_is_found_and_of_several_one_must_be_named(home: Path) -> None:
    for line in ("casa", "praia"):
        folder = home / "up" / "lines" / line / "probe"
        folder.mkdir(parents=True)
        (folder / "settings.toml").write_text(SETTINGS.replace('"casa"', f'"{line}"'))
    assert told(home / "up", "--line", "praia")["settings"]["line"] == "praia"
    assert "Name one with --line: casa, praia" in prova("status", "--home", str(home / "up"), code=2).stderr


@pytest.mark.lab  # loads both cores: alone, like every measurement
@pytest.mark.slow
def test_a_calibration_tries_every_method_and_is_kept_signed(home: Path) -> None:
    done = prova("calibrate", "--home", str(home), "--duration", "1", "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "prova.calibration/1"
    tried = {(one["method"], one["direction"], one["tls"], one["over"]) for one in found["ceilings"]}
    directions = ("download", "upload")
    assert tried == {
        *(
            (method, direction, tls, "loopback")
            for method in ("ndt7", "msak", "librespeed")
            for direction in directions
            for tls in (True, False)
        ),
        *(("udp", direction, False, "loopback") for direction in directions),
    }
    assert all(one["rate_bps"] > 0 for one in found["ceilings"])
    layout = ProbeHome(root=home)
    certificate = kept.load(layout.calibration, key=keyfile.load_or_make(layout.key))
    assert certificate is not None
    assert certificate.machine == found["machine"]
    assert told(home)["calibration"]["holds"]


def test_a_second_host_that_is_not_there_is_one_sentence(home: Path) -> None:
    done = prova("calibrate", "--home", str(home), "--duration", "1", "--server", "ws://127.0.0.1:1", code=4)
    assert "gave no result (refused)" in done.stderr
    assert not ProbeHome(root=home).calibration.exists(), "all or nothing"


def test_a_next_key_is_made_once_and_told_until_it_is_in_place(home: Path) -> None:
    assert "Start the probe once" in prova("rotate-key", "--home", str(home), code=2).stderr
    who = identity.load_or_make(ProbeHome(root=home), line="casa", probe="p1")
    made = prova("rotate-key", "--home", str(home)).stderr
    assert prova("rotate-key", "--home", str(home)).stderr == made
    found = told(home)
    assert found["next_key"] in made
    assert found["key"] == keyfile.load_or_make(ProbeHome(root=home).key).thumbprint() != found["next_key"]
    assert who.probe == "p1"
