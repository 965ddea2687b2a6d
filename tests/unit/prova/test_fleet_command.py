"""`prova fleet`: what it keeps and what it says."""

import json
import stat
from pathlib import Path

from click.testing import CliRunner, Result

from prova.command.fleet import command


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--home", str(home)])


def lines(folder: Path, text: str) -> str:
    path = folder / "lines.csv"
    path.write_text(text)
    return str(path)


def test_what_is_imported_is_shown_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    file = lines(tmp_path, "line,operator,segment\ncasa,NOS,pon-1\nlar,NOS,pon-1\n")
    told = run(home, "import", file, "--json")
    assert json.loads(told.stdout)["new"] == ["casa", "lar"]
    assert stat.S_IMODE((home / "fleet" / "topology.csv").stat().st_mode) == 0o600
    assert run(home, "show", "--by", "segment").stdout == "pon-1  2 lines: casa, lar\n"
    assert "casa  operator NOS, segment pon-1  from ... to ..." in run(home, "show").stdout
    assert json.loads(run(home, "show", "--json").stdout)["schema"] == "prova.topology/1"


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    file = lines(tmp_path, "line\ncasa\n")
    assert "Would keep: 1 lines new" in run(tmp_path / "home", "import", file, "--dry-run").stdout
    assert not (tmp_path / "home").exists()


def test_a_file_with_a_problem_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path, "import", lines(tmp_path, "line,node\ncasa,a\n"))
    before = (tmp_path / "fleet" / "topology.csv").read_bytes()
    told = run(tmp_path, "import", lines(tmp_path, "line,node\ncasa,b\nlar,=1\n"), "--from", "2026-10-01")
    assert told.exit_code == 1  # raised; the front door makes a sentence of it
    assert "begins as a formula does" in str(told.exception)
    assert (tmp_path / "fleet" / "topology.csv").read_bytes() == before


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_bytes(b"line,node\ncasa,Lisb\xf4a\n")
    assert "is not UTF-8" in str(run(tmp_path, "import", str(tmp_path / "lines.csv")).exception)


def test_a_column_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    file = lines(tmp_path, "line\ncasa\n")
    assert "is not NAME=HEADING" in run(tmp_path, "import", file, "--column", "street=Side Z").output


def test_a_line_that_moved_is_shown_over_all_its_days(tmp_path: Path) -> None:
    run(tmp_path, "import", lines(tmp_path, "line,node\ncasa,a\n"))
    run(tmp_path, "import", lines(tmp_path, "line,node\ncasa,b\n"), "--from", "2026-10-01")
    told = json.loads(run(tmp_path, "show", "--line", "casa", "--json").stdout)["lines"]
    assert [(one["node"], one["from_on"], one["to_on"]) for one in told] == [
        ("a", None, "2026-10-01"),
        ("b", "2026-10-01", None),
    ]
