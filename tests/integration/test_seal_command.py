"""`prova collector seal` and `verify` as a person runs them."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from probe import clock
from prova.command.collector import command
from prova.exit import mendable
from prova.port import free_port
from tests.integration.lake_rig import House


@dataclass(frozen=True)
class Ended:
    """How a command ended, as `prova.main` tells it."""

    code: int
    out: str
    err: str


def _prova(home: Path, *arguments: str) -> Ended:
    done = CliRunner().invoke(command, [*arguments, "--home", str(home)])
    if done.exception is None or isinstance(done.exception, SystemExit):
        return Ended(done.exit_code, done.stdout, done.stderr)
    told = mendable(done.exception)
    assert told is not None, done.exception
    return Ended(told[1], done.stdout, told[0])


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.sender()
    house.fill(days=2, per_day=6)
    return house


def test_a_store_is_sealed_and_verified_and_damage_ends_with_3(house: House) -> None:
    sealed = _prova(house.home, "seal")
    assert (sealed.code, sealed.out) == (0, "")
    assert "12 records" in sealed.err
    verified = _prova(house.home, "verify", "--json")
    told = json.loads(verified.out)
    assert (verified.code, told["schema"], told["intact"]) == (0, "prova.audit/1", True)
    assert (told["record_count"], told["checkpoint_count"], told["defects"]) == (12, 2, [])
    manifest = house.lake / "manifests" / "00000001.json"
    manifest.write_text(manifest.read_text().replace('"number": 1', '"number": 2'))
    damaged = _prova(house.home, "verify")
    assert damaged.code == 3
    assert damaged.out.startswith("file: manifests/00000001.json: its digest is not")


def test_what_a_person_can_mend_is_one_sentence(house: House, tmp_path: Path) -> None:
    tomorrow = str(clock.now().date() + timedelta(days=1))
    nowhere = f"s3://bucket/lake?endpoint_override=127.0.0.1:{free_port()}&scheme=http&region=r"
    (house.layout.seal_settings).write_text('[timestamp]\nurl = ""\nurls = "x"\n')
    unknown = _prova(house.home, "seal")
    assert unknown.code == 2
    assert "timestamp.urls is not a setting; perhaps url was meant" in unknown.err
    house.layout.seal_settings.unlink()
    early = _prova(house.home, "seal", "--before", tomorrow)
    assert (early.code, "is not over yet" in early.err) == (2, True)
    unreachable = _prova(house.home, "seal", "--lake", nowhere)
    assert (unreachable.code, "cannot be used" in unreachable.err) == (4, True)
    assert _prova(tmp_path / "none", "verify").code == 2
