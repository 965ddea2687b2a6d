"""An exercise of restoring, with real journals, real lakes and real signatures."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.audit_log import book
from collector.audit_log.act import Act, Outcome
from collector.operation import ledger
from collector.operation.backup import backup
from collector.operation.copies import CopyError
from collector.proof.note import holds, parts
from probe import clock, keyfile
from prova.collecting.drill import reports
from prova.command.collector import command
from prova.home import Home
from tests.integration.lake_rig import DAY_ON, START_AT, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Three days of two probes, the first two sealed."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender(line="loja", name="p2")
    house.fill(days=3, per_day=4)
    house.seal(before_on=DAY_ON + timedelta(days=2))
    return house


def _drilled(house: House, *words: str) -> Result:
    argv = ["drill", "--home", str(house.home), *words]
    return CliRunner().invoke(command, argv, catch_exceptions=False, standalone_mode=False)


def _entries(house: House) -> tuple[ledger.Entry, ...]:
    return ledger.read(Home(house.home).drills)


def test_a_store_comes_back_whole_and_the_report_is_signed_kept_and_told_to_the_audit_log(house: House) -> None:
    result = _drilled(house, "--json")
    told = json.loads(result.stdout)
    assert result.return_value == 0
    assert (told["held"], told["record_count"], told["compared_lines"]) == (True, len(house.everything()), 2)
    assert set(told["stages"]) == {"copy", "write", "verify", "compare"}
    assert told["recovery_s"] > 0
    assert (told["loss"]["record_count"], told["loss"]["at_risk_s"]) == (0, 0.0)
    (entry,) = _entries(house)
    text, signatures = parts(entry.told["note"].encode())
    assert holds(text, signatures, key=keyfile.load_or_make(house.layout.key))
    assert reports((entry,)) == [told]
    assert [line.entry.act for line in book.check(house.layout.audit_log).lines] == [Act.DRILL_RUN]
    assert not list(house.home.parent.glob("prova-drill-*")), "nothing of it stays"


def test_what_came_after_the_copy_is_counted_as_what_would_be_lost(house: House, tmp_path: Path) -> None:
    backup(house.layout, str(tmp_path / "copies"), now_at=clock.now(), say=lambda _: None)
    house.fill(days=1, per_day=4, from_at=START_AT + timedelta(days=3))
    told = json.loads(_drilled(house, "--backup", str(tmp_path / "copies"), "--json").stdout)
    assert told["held"]
    assert told["loss"]["record_count"] == 8
    assert told["loss"]["at_risk_s"] > 3600
    again = json.loads(_drilled(house, "--backup", str(tmp_path / "copies"), "--fresh", "--json").stdout)
    assert again["loss"]["record_count"] == 0
    assert len(_entries(house)) == 2


def test_a_copy_that_does_not_come_back_is_a_report_and_exit_code_3(house: House, tmp_path: Path) -> None:
    backup(house.layout, str(tmp_path / "copies"), now_at=clock.now(), say=lambda _: None)
    piece = next(path for path in (tmp_path / "copies" / "pieces").rglob("*") if path.is_file())
    piece.write_bytes(b"rotten")
    result = _drilled(house, "--backup", str(tmp_path / "copies"))
    assert result.return_value == 3
    assert "is damaged" in result.stdout
    (told,) = reports(_entries(house))
    assert (told["held"], told["recovery_s"]) == (False, None)
    assert book.check(house.layout.audit_log).lines[-1].entry.outcome is Outcome.FAILED


def test_a_store_that_is_not_what_the_copy_says_is_found_record_by_record(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = tmp_path / "copies"
    backup(house.layout, str(copies), now_at=clock.now(), say=lambda _: None)
    other = House(tmp_path / "other")
    other.sender()
    other.sender(line="loja", name="p2")
    other.fill(days=3, per_day=5)
    shutil.copytree(other.home / "collector", house.home / "collector", dirs_exist_ok=True)
    result = _drilled(house, "--backup", str(copies))
    assert result.return_value == 3
    assert "are not in the copy as they are in the store" in result.stdout


def test_no_room_is_said_before_anything_is_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    small = shutil.disk_usage(house.home)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: small)
    with pytest.raises(CopyError, match="Name a folder on another disk with --scratch"):
        _drilled(house)
    assert _entries(house) == ()


def test_findings_of_a_line_with_a_contract_are_compared_too(house: House, tmp_path: Path) -> None:
    contract = Path("tests/golden/plain_breach/contract.toml")
    text = contract.read_text() if contract.exists() else ""
    assert text, "a contract of the golden scenarios"
    (house.home / "contract.toml").write_text(text)
    told = json.loads(_drilled(house, "--json").stdout)
    assert told["judged_lines"] in {1, 2}


def test_the_register_shows_how_long_each_took(house: House) -> None:
    _drilled(house)
    result = _drilled(house)
    assert "The exercise before took" in result.stdout
    assert "2 exercises." in _drilled(house, "--register").stdout
