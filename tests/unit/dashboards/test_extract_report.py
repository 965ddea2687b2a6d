"""The report of an extract: from its package alone, the same each time, and its figures computed again by strangers."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from analysis.extract.report.package import PackageError, package
from dashboards.report.write import PROGRAM
from prova.command.many.report import command
from prova.exit import CommandError
from tests.unit.analysis.extract.made_extract import made_extract


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_extract(tmp_path_factory.mktemp("extract"))


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def report(package: Path, folder: Path) -> Any:
    return (
        CliRunner()
        .invoke(command, [str(package), "-o", str(folder)], standalone_mode=False, catch_exceptions=False)
        .return_value
    )


def alone(program: Path, *arguments: str) -> tuple[int, str]:
    """By Python without its site packages, its environment, or this repository."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(program), *arguments],
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def signed_anew(public: Path) -> None:
    """As whoever forges would do it."""
    lines = []
    for line in (public / "SHA256SUMS").read_text().splitlines():
        name = line[66:]
        lines.append(f"{hashlib.sha256((public / name).read_bytes()).hexdigest()}  {name}\n")
    (public / "SHA256SUMS").write_text("".join(lines))


def test_a_copy_of_the_package_elsewhere_gives_the_same_bytes(copy: Path, tmp_path: Path) -> None:
    public = copy / "public"
    kept = {path.name: path.read_bytes() for path in public.glob("re*.*")}
    assert kept.keys() == {
        "report.html", "report.pdf", "report.en.html", "report.en.pdf", "report.json", PROGRAM,
    }  # fmt: skip
    for name in kept:
        (public / name).unlink()
    assert report(public, tmp_path / "again") == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == kept


def test_a_program_that_knows_nothing_of_prova_gets_the_same_figures(made: Path) -> None:
    code, said = alone(made / "public" / PROGRAM)
    assert (code, said.split()[1:]) == (0, ["figures", "computed", "again,", "0", "differ."])
    assert int(said.split()[0]) > 1000


@pytest.mark.slow
def test_the_same_for_the_single_lines_and_those_of_the_month_before(made: Path) -> None:
    program = made / "restricted" / "recompute_lines.py"
    changes = (made / "public" / "data" / "changes.csv").read_text()
    assert changes.count(",higher\n") > 5
    code, said = alone(program, "--public", str(made / "public"), "--previous", str(made / "then"))
    assert (code, said.split()[1:]) == (0, ["figures", "computed", "again,", "0", "differ."])
    assert int(said.split()[0]) > 2000


def in_report(public: Path) -> None:
    path = public / "report.json"
    told = json.loads(path.read_text())
    row = told["figures"][0]["rows"][0]
    row["value"] = round(row["value"] + 0.0001, 4)
    path.write_text(json.dumps(told))


def on_page(public: Path) -> None:
    path = public / "report.en.html"
    text = path.read_text()
    at = text.index("<td>", text.index("<tbody>"))
    path.write_text(f"{text[:at]}<td>12.3\N{NO-BREAK SPACE}%{text[text.index('</td>', at) :]}")


def in_curve(public: Path) -> None:
    replace_cell(public / "data" / "distribution.csv", "line_count", lambda value: str(int(value) + 1))


def in_changes(public: Path) -> None:
    replace_cell(public / "data" / "changes.csv", "finding", lambda _: "lower")


def in_pairs(public: Path) -> None:
    replace_cell(public / "data" / "operator_pairs.csv", "difference", lambda value: str(float(value) + 0.01))


def in_counts(public: Path) -> None:
    replace_cell(public / "data" / "aggregates.csv", "test_count", lambda value: str(int(value) + 1))


def replace_cell(path: Path, column: str, by: Callable[[str], str]) -> None:
    head, *rows = path.read_bytes().decode().split("\r\n")
    at = head.split(",").index(column)
    number = next(number for number, row in enumerate(rows) if row.split(",")[at])
    cells = rows[number].split(",")
    cells[at] = by(cells[at])
    rows[number] = ",".join(cells)
    path.write_bytes("\r\n".join([head, *rows]).encode())


@pytest.mark.parametrize("forge", [in_report, on_page, in_curve, in_changes, in_pairs, in_counts])
def test_one_figure_that_was_changed_is_found(copy: Path, forge: Callable[[Path], None]) -> None:
    public = copy / "public"
    forge(public)
    signed_anew(public)
    code, said = alone(public / PROGRAM)
    assert code == 1
    assert "differs: " in said
    assert "SHA256" not in said


def test_a_file_that_is_not_what_its_checksum_says_is_found(copy: Path) -> None:
    with (copy / "public" / "README.md").open("a") as file:
        file.write(" ")
    code, said = alone(copy / "public" / PROGRAM)
    assert (code, "differs: SHA256 of README.md" in said) == (1, True)


def test_a_line_that_was_changed_is_found(copy: Path) -> None:
    replace_cell(copy / "restricted" / "data" / "line_periods.csv", "weight", lambda _: "900")
    code, said = alone(copy / "restricted" / "recompute_lines.py", "--public", str(copy / "public"))
    assert (code, "differs: " in said) == (1, True)


def test_a_package_that_is_not_whole_is_told_in_one_sentence(copy: Path) -> None:
    (copy / "public" / "report.json").unlink()
    code, said = alone(copy / "public" / PROGRAM)
    assert (code, said.count("\n"), "take another copy" in said) == (2, 1, True)


def test_what_is_withheld_is_said_to_be_and_is_no_zero(made: Path) -> None:
    told = json.loads((made / "public" / "report.json").read_text())
    by_operator = next(one for one in told["figures"] if one["id"] == "maximum_share.operator.download")
    hidden = [row for row in by_operator["rows"] if row["state"] == "withheld"]
    assert hidden
    assert all(row["value"] is None for row in hidden)
    for name, word in (("report.html", "não publicado"), ("report.en.html", "withheld")):
        text = (made / "public" / name).read_text()
        assert f">{word}</text>" in text
        assert f"{hidden[0]['label']} {word}" in text, "and in the drawing's description"


def test_outages_and_repairs_stand_in_it_as_tables(made: Path) -> None:
    told = {one["id"]: one["rows"] for one in json.loads((made / "public" / "report.json").read_text())["figures"]}
    whole = told["service.operator"][0]
    assert (whole["label"], whole["watched_lines"], whole["state"]) == ("All lines", 160, "shown")
    assert (whole["operator_outages"], whole["lines_without_outage"]) == (120, 40)
    assert {row["state"] for row in told["service.operator"]} == {"shown", "withheld"}
    assert 0 < whole["down_s"] < whole["away_most_s"]
    assert {row["reading"] for row in told["repairs.operator"]} == {"w0"}
    assert f"{whole['down_s'] / 3600:.1f}\N{NO-BREAK SPACE}h</td>" in (made / "public" / "report.en.html").read_text()


def test_every_figure_names_its_table_and_its_rows(made: Path) -> None:
    told = json.loads((made / "public" / "report.json").read_text())
    text = (made / "public" / "report.en.html").read_text()
    assert len(told["figures"]) > 20
    assert text.count('<p class="source">Source: data/') == len(told["figures"]) == text.count("<figure>")
    for one in told["figures"]:
        assert (made / "public" / one["table"]).exists()
    pictures = [
        one for one in told["figures"] if not one["id"].startswith(("pairs", "exclusions", "service", "repairs"))
    ]
    assert text.count('<svg role="img"') == text.count("<desc id=") == len(pictures)


def test_nothing_of_a_package_runs_or_is_loaded(made: Path) -> None:
    text = (made / "public" / "report.html").read_text()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert 'href="http' not in text


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_paper_is_tagged_and_of_its_language(made: Path, lang: str) -> None:
    with PdfReader(made / "public" / ("report.pdf" if lang == "pt" else "report.en.pdf")) as paper:
        catalogue: Any = paper.trailer["/Root"]
        assert catalogue["/MarkInfo"]["/Marked"]
        assert str(catalogue["/Lang"]).startswith(lang)
        said = b"pdfuaid:part" in catalogue["/Metadata"].get_object().get_data()
        assert said, "it says of itself that it is PDF/UA"
        text = paper.pages[0].extract_text()
    assert ("Quality of fixed internet access" if lang == "en" else "Qualidade do acesso fixo") in text


def test_a_package_that_was_changed_or_is_none_is_refused(copy: Path, tmp_path: Path) -> None:
    public = copy / "public"
    table = public / "data" / "indicators.csv"
    table.write_bytes(table.read_bytes() + b" ")
    with pytest.raises(PackageError, match=r"data/indicators\.csv is not the file that datapackage\.json describes"):
        report(public, tmp_path / "again")
    table.unlink()
    with pytest.raises(CommandError, match="Name the public folder"):
        report(public, tmp_path / "again")
    (public / "datapackage.json").write_text('{"resources": [{"path": "../restricted/data/line_periods.csv"}]}')
    with pytest.raises(CommandError, match="outside of its folder"):
        report(public, tmp_path / "again")
    (public / "datapackage.json").write_text("[]")
    with pytest.raises(PackageError, match="describes no package"):
        report(public, tmp_path / "again")
    with pytest.raises(PackageError, match="describes no package"):
        package({})
    assert not (tmp_path / "again").exists()
