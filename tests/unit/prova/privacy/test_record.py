"""`prova privacy record` and `documents`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from prova.command.privacy import command
from prova.exit import CommandError


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words), standalone_mode=False)


def test_the_record_is_told_to_machines_with_every_field_by_place() -> None:
    told = json.loads(run("record", "--json").stdout)
    assert told["schema"] == "prova.processing/1"
    assert told["place"]["journal.witnessed"]["fields"]["line"] == ["line"]
    measure = next(one for one in told["activity"] if one["id"] == "measure")
    assert "record.speed_test" in measure["places"]
    assert set(measure["basis"]) == {"customer", "operator", "regulator", "processor"}


def test_one_role_is_told_its_own_grounds_alone() -> None:
    told = json.loads(run("record", "--json", "--role", "regulator").stdout)
    assert {role for one in told["activity"] for role in one["basis"]} == {"regulator"}
    text = run("record", "--role", "operator", "--lang", "pt").stdout
    assert "| Operador |" in text
    assert "| Regulador |" not in text
    assert isinstance(run("record", "--role", "king").exception, CommandError)


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_who_answers_for_it_is_written_in_or_left_to_fill_in(lang: str) -> None:
    assert "____" in run("record", "--lang", lang).stdout
    assert "Exemplo, Lda." in run("record", "--lang", lang, "--controller", "Exemplo, Lda.").stdout


def test_every_document_is_written_in_both_languages(tmp_path: Path) -> None:
    run("documents", "-o", str(tmp_path / "new"))
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    kinds = ("assessment", "notice", "record", "roles")
    assert names == [f"{kind}.{lang}.md" for kind in kinds for lang in ("en", "pt")]
    assert all(len(path.read_text(encoding="utf-8")) > 3000 for path in (tmp_path / "new").iterdir())


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in str(run("documents", "-o", str(tmp_path / "file")).exception)
