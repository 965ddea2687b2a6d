"""`prova import` from a file to what `prova show` and `prova check` say of it."""

import json
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from prova.exit import Exit, mendable
from prova.main import cli

ROW = "2026-03-01T{:02}:00:00Z,94.5,11.25,8.5\n"
HEAD = "timestamp,download_mbps,upload_mbps,ping_ms\n"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def prova(home: Path, *words: str) -> Done:
    """One command in this very process, ended as `prova.main` ends it."""
    ran = CliRunner().invoke(cli, [*words, "--home", str(home)], standalone_mode=False)
    error = ran.exception
    if error is None:
        return Done(int(ran.return_value or 0), ran.stdout, ran.stderr)
    if isinstance(error, click.ClickException):
        return Done(Exit.USAGE, ran.stdout, error.format_message())
    mend = mendable(error)
    if mend is None:
        raise error
    return Done(mend[1], ran.stdout, mend[0])


def a_log(folder: Path, *hours: int, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(ROW.format(hour) for hour in hours))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def shown(home: Path) -> list[dict[str, object]]:
    done = prova(home, "show", "tests", "--line", "casa", "--from", "2026-03-01", "--to", "2026-03-02", "--json")
    tests: list[dict[str, object]] = json.loads(done.stdout)["tests"]
    return tests


def test_a_log_is_imported_once_shown_with_its_grade_and_taken_back(tmp_path: Path, home: Path) -> None:
    log = a_log(tmp_path, 10, 11, 12)
    first = prova(home, "import", str(log), "--line", "casa")
    assert (first.returncode, first.stderr) == (0, "")
    assert "6 results taken" in first.stdout
    assert "grade B" in first.stdout
    assert "prova show tests --line casa --from 2026-03-01 --to 2026-03-03" in first.stdout
    again = prova(home, "import", str(log), "--line", "casa")
    assert again.returncode == 0
    assert "0 results taken, 6 were there" in again.stdout
    tests = shown(home)
    assert len(tests) == 6
    assert {test["grade"] for test in tests} == {"B"}
    assert all("imported" in test["reasons"] and test["valid_for"] == ["met"] for test in tests)  # type: ignore[operator]
    listed = json.loads(prova(home, "import", "--list", "--json").stdout)
    (entry,) = listed["imports"]
    assert (entry["result_count"], entry["name"], entry["format"]) == (6, "log.csv", "generic")
    taken_back = prova(home, "import", "--line", "casa", "--forget", entry["sha256"])
    assert taken_back.returncode == 0
    assert shown(home) == []


def test_overlapping_exports_add_only_what_is_new(tmp_path: Path, home: Path) -> None:
    one, two = a_log(tmp_path, 10, 11), a_log(tmp_path, 11, 12, name="two.csv")
    done = prova(home, "import", str(one), str(two), str(one), "--line", "casa", "--json")
    report = json.loads(done.stdout)
    assert [(file["new_count"], file["known_count"]) for file in report["files"]] == [(4, 0), (2, 2)]
    assert (report["schema"], report["grade_at_best"]) == ("prova.import/1", "B")
    assert len(shown(home)) == 6


def test_a_question_about_one_file_leaves_all_files_out(tmp_path: Path, home: Path) -> None:
    good, open_question = a_log(tmp_path, 10), tmp_path / "naive.csv"
    open_question.write_text(HEAD + "2026-03-01 12:00:00,1,1,1\n")
    asked = prova(home, "import", str(good), str(open_question), "--line", "casa")
    assert asked.returncode == 2
    assert "naive.csv: 1 of its times do not say their time zone" in asked.stderr
    assert not home.exists()
    assert prova(home, "import", str(good), str(open_question), "--line", "casa", "--timezone", "UTC").returncode == 0
    assert len(shown(home)) == 4


def test_a_dry_run_says_all_and_writes_nothing(tmp_path: Path, home: Path) -> None:
    done = prova(home, "import", str(a_log(tmp_path, 10)), "--line", "casa", "--dry-run")
    assert done.returncode == 0
    assert "2 results would be taken" in done.stdout
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Name the line"),
        (("--line", "casa"), 2, "Name the files"),
        (("LOG", "--line", "../casa"), 2, "must be 1 to 63"),
        (("LOG", "--line", "casa", "--format", "nothing"), 2, "is not known; there are: auto, breitbandmessung"),
        (("LOG", "--line", "casa", "--timezone", "Mars/Base"), 2, "is no time zone"),
        (("LOG", "--line", "casa", "--timezone", "../../etc/passwd"), 2, "is no time zone"),
        (("LOG", "--line", "casa", "--mapping", "/absent.toml"), 2, "cannot be read"),
        (("/absent.csv", "--line", "casa"), 2, "cannot be read"),
        (("LOG", "--line", "casa", "--format", "ookla-json"), 2, "This file is not ookla-json"),
        (("--line", "casa", "--forget", "abc"), 2, "No file abc"),
        (("EMPTY", "--line", "casa"), 3, "No file held a result"),
    ],
)
def test_what_cannot_be_done_ends_in_one_sentence(
    tmp_path: Path, home: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    paths = {"LOG": str(a_log(tmp_path, 10)), "EMPTY": str(a_log(tmp_path, name="empty.csv"))}
    done = prova(home, "import", *(paths.get(word, word) for word in words))
    assert done.returncode == code, done.stderr
    assert said in done.stderr


def test_slow_imported_tests_alone_are_no_breach_and_check_says_why(tmp_path: Path, home: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text(
        'operator = "NOS"\nservice = "Fibra"\ntechnology = "ftth"\ndated = 2026-01-15\nprofile = "pt-nos"\n'
        '[line]\nid = "casa"\ntimezone = "Europe/Lisbon"\nmunicipality = "Lisboa"\nregion = "mainland"\n'
        "[download]\nmaximum_mbps = 1000\nnormal_mbps = 1000\nminimum_mbps = 400\n"
        "[upload]\nmaximum_mbps = 200\nnormal_mbps = 200\nminimum_mbps = 80\n"
        '[price]\nmonthly_eur = "39.99"\nbilling_day = 5\n'
    )
    assert prova(home, "import", str(a_log(tmp_path, *range(24))), "--line", "casa").returncode == 0
    days = ("--contract", str(contract), "--from", "2026-03-01", "--to", "2026-03-02")
    done = prova(home, "check", *days, "--json", "--exit-code")
    findings = [one for one in json.loads(done.stdout)["findings"] if one["period"]["local_day"]]
    speeds = [one for one in findings if one["rule"].startswith("speed.")]
    assert speeds
    assert {one["verdict"] for one in speeds} == {"insufficient"}
    assert {one["n_excluded"].get("imported") for one in speeds if one["rule"] == "speed.normal"} == {24}
    assert done.returncode == 3
    assert "imported from another tool's log" in done.stderr
