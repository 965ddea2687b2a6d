"""What is one line's alone, and in which order it goes: what tells whose it was goes last."""

from pathlib import Path

from prova.home import Home
from prova.privacy import line_files


def _home(tmp_path: Path, line: str = "casa") -> Home:
    home = Home(tmp_path)
    for name in ("setup.toml", "setup.toml.before-1", "notify-told.json", "case.toml", "page-password"):
        (tmp_path / name).write_text("")
    (tmp_path / "notify.toml").write_text('urls_file = "mine"\n')
    (tmp_path / "mine").write_text("mailto://user:password@host\n")
    (tmp_path / "lines" / line / "probe").mkdir(parents=True)
    return home


def test_of_the_homes_own_line_all_goes_and_what_tells_whose_it_was_last(tmp_path: Path) -> None:
    home = _home(tmp_path)
    home.contract.write_text('[line]\nid = "casa"\n')
    (tmp_path / "lines" / "loja").mkdir()
    names = [str(one.relative_to(tmp_path)) for one in line_files.of_line(home, "casa", with_case=True)]
    told = ["case.toml", "mine", "notify-told.json", "notify.toml", "setup.toml", "setup.toml.before-1"]
    assert names == [*told, "lines/casa", "contract.toml"]
    assert [one.name for one in line_files.of_line(home, "loja", with_case=True)] == ["loja"]
    assert "case.toml" not in {one.name for one in line_files.of_line(home, "casa", with_case=False)}


def test_without_a_contract_a_home_is_its_only_lines(tmp_path: Path) -> None:
    home = _home(tmp_path)
    assert line_files.is_own(home, "casa")
    (tmp_path / "lines" / "loja").mkdir()
    assert not line_files.is_own(home, "casa")


def test_an_address_file_elsewhere_is_left_alone(tmp_path: Path) -> None:
    home = _home(tmp_path)
    (tmp_path / "notify.toml").write_text('urls_file = "../../etc/passwd"\n')
    assert list(line_files.addresses(home)) == []
