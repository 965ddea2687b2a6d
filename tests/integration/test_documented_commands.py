"""The commands of each document, typed one after another as a reader would, in a home with a day of tests."""

import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from prova.exit import Exit, mendable
from prova.main import cli
from tests.documented import ROOT
from tests.e2e.served import CONTRACT
from tests.e2e.stores import GOOD, NOW, fill

WALKS = tomllib.loads((ROOT / "tests" / "documented_commands.toml").read_text(encoding="utf-8"))["walk"]
FILES = {
    "contract.toml": CONTRACT,
    "contracts/casa.toml": CONTRACT,
    "lines.csv": "line,operator,region,node,segment,technology,tier\ncasa,NOS,Lisboa,olt-7,pon-3,ftth,1000/200\n",
    "log.csv": "timestamp,download_mbps,upload_mbps,ping_ms\n2026-03-01T10:00:00,94.5,11.25,8.5\n",
    "report.pdf": "%PDF-1.4\n",
}


@dataclass(frozen=True)
class Step:
    text: str
    exits: tuple[int, ...] = (0,)


def steps(document: str) -> Iterator[Step]:
    for one in WALKS:
        if one["document"] == document:
            yield from map(Step, one.get("prepare", ()))
            yield Step(one.get("as", one["run"]), tuple(one.get("exits", (0,))))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a day of tests."""
    return fill(tmp_path_factory.mktemp("day") / "home", replace(GOOD, days=1), until=NOW)


def ended(text: str) -> tuple[int, str]:
    """The exit code of one command, ended as `prova.main` ends it, and all that it said; what follows > is written."""
    words, _, target = text.replace("[", "").replace("]", "").partition(">")
    ran = CliRunner().invoke(cli, shlex.split(words)[1:], standalone_mode=False)
    if target:
        Path(target.strip()).write_text(ran.stdout)
    error = ran.exception
    if error is None:
        return int(ran.return_value or 0), ran.output
    if isinstance(error, click.ClickException):
        return int(Exit.USAGE), error.format_message()
    mend = mendable(error)
    if mend is None:
        raise error
    return int(mend[1]), mend[0]


@pytest.mark.parametrize("document", sorted({one["document"] for one in WALKS}))
def test_the_commands_of_a_document_do_what_it_says(
    document: str, day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(day, tmp_path / "home")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROVA_HOME", str(tmp_path / "home"))
    for step in steps(document):
        code, said = ended(step.text)
        assert code in step.exits, f"{document}: {step.text} ended with {code}: {said}"
