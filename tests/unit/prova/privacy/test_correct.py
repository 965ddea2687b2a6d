"""One value put right where it stands, once the whole file holds with it."""

from pathlib import Path

import pytest

from analysis.contract_file import ContractError, load
from prova.exit import CommandError
from prova.privacy.correct import corrected
from tests.integration.erasure_rig import CONTRACT


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.toml"
    path.write_text(CONTRACT)
    return path


def test_a_value_is_corrected_the_old_one_told_and_every_other_word_kept(contract: Path) -> None:
    assert corrected(contract, "line.municipality", "Faro", load) == "Lisboa"
    assert contract.read_text() == CONTRACT.replace('"Lisboa"', '"Faro"')
    assert corrected(contract, "price.billing_day", "7", load) == "5"
    assert load(contract).line.municipality == "Faro"


@pytest.mark.parametrize(("place", "value"), [("download.maximum_mbps", "-1"), ("line.timezone", "Mars/Olympus")])
def test_what_the_file_would_not_hold_with_is_not_written(contract: Path, place: str, value: str) -> None:
    with pytest.raises(ContractError):
        corrected(contract, place, value, load)
    assert contract.read_text() == CONTRACT
    assert list(contract.parent.iterdir()) == [contract]


@pytest.mark.parametrize("place", ["line.colour", "lines.id", "operator.name", "line.id.x"])
def test_what_is_not_there_is_named(contract: Path, place: str) -> None:
    with pytest.raises(CommandError, match="has no"):
        corrected(contract, place, "x", load)


def test_an_entry_of_a_list_is_found_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text('[[fault]]\nid = "a"\nticket = "T1"\n\n[[fault]]\nid = "b"\nticket = "T2"  # by phone\n')
    assert corrected(path, "fault.b.ticket", "T3", lambda _: None) == "T2"
    assert 'ticket = "T3"  # by phone' in path.read_text()
