import stat
from pathlib import Path

import pytest

from probe.identity import ProbeHome, load_or_make, secret_seed, software
from probe.settings import SettingsError


def test_a_machine_keeps_the_name_and_key_it_made(tmp_path: Path) -> None:
    home = ProbeHome(root=tmp_path)
    first = load_or_make(home, line="casa", probe=None)
    again = load_or_make(home, line="casa", probe=None)
    assert first.probe == again.probe == home.name.read_text().strip()
    assert first.probe.startswith("p-")
    assert len(first.probe) == 8
    assert first.key.as_dict(private=True) == again.key.as_dict(private=True)


def test_a_name_in_the_settings_goes_first(tmp_path: Path) -> None:
    home = ProbeHome(root=tmp_path)
    assert load_or_make(home, line="casa", probe="sotao").probe == "sotao"
    assert not home.name.exists()


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    home = ProbeHome(root=tmp_path)
    load_or_make(home, line="casa", probe=None)
    assert stat.S_IMODE(home.key.stat().st_mode) == 0o600


def test_a_damaged_name_is_told_with_its_mend(tmp_path: Path) -> None:
    home = ProbeHome(root=tmp_path)
    home.name.parent.mkdir()
    home.name.write_text("Not a name")
    with pytest.raises(SettingsError, match="holds no name of a probe"):
        load_or_make(home, line="casa", probe=None)


def test_a_seed_is_a_probes_own_and_stays(tmp_path: Path) -> None:
    one = load_or_make(ProbeHome(root=tmp_path / "a"), line="casa", probe="p")
    other = load_or_make(ProbeHome(root=tmp_path / "b"), line="casa", probe="p")
    assert secret_seed(one, "schedule") == secret_seed(one, "schedule")
    assert secret_seed(one, "schedule") != secret_seed(other, "schedule")
    assert secret_seed(one, "schedule") != secret_seed(one, "else")


def test_records_name_their_software() -> None:
    assert software().startswith("prova 0.")
