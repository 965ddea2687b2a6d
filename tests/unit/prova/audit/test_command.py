"""`prova audit`: the log shown, checked, and held against a head kept elsewhere."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.audit_log.act import Act
from prova.audit.command import command
from prova.audit.noted import note
from prova.exit import CommandError, Exit


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--home", str(home)], standalone_mode=False)


def test_it_shows_the_newest_entries_and_that_all_of_it_holds(tmp_path: Path) -> None:
    for number in range(3):
        note(tmp_path, Act.TOKEN_MADE, f"token {number}", who="user:ana")
    shown = run(tmp_path, "--last", "2")
    assert shown.return_value == Exit.DONE
    assert "token 0" not in shown.stdout
    assert "user:ana  api.token_made  token 2  done" in shown.stdout
    assert "3 entries: all of it holds." in shown.stdout


def test_a_changed_entry_ends_with_3(tmp_path: Path) -> None:
    note(tmp_path, Act.TOKEN_MADE, "a")
    note(tmp_path, Act.TOKEN_MADE, "b")
    (path,) = (tmp_path / "audit").glob("*.jsonl")
    path.write_text(path.read_text().replace('"a"', '"x"'))
    assert run(tmp_path).return_value == Exit.EVIDENCE
    told = json.loads(run(tmp_path, "--json").stdout)
    assert told["schema"] == "prova.audit-log/1"
    assert not told["intact"]
    assert told["defects"] == ["entry 1 is not what entry 2 follows: one of the two was changed"]


def test_a_log_made_anew_shows_against_a_head_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    note(tmp_path / "one", Act.TOKEN_MADE, "a")
    kept.write_text(run(tmp_path / "one", "--head").stdout)
    assert run(tmp_path / "one", "--against", str(kept)).return_value == Exit.DONE
    note(tmp_path / "other", Act.TOKEN_MADE, "b")
    assert run(tmp_path / "other", "--against", str(kept)).return_value == Exit.EVIDENCE


def test_a_terminal_is_not_steered_by_a_name(tmp_path: Path) -> None:
    note(tmp_path, Act.TOKEN_MADE, "a\x1b[2Jb\n")
    assert "\x1b" not in run(tmp_path).stdout


def test_what_is_no_head_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("hello")
    with pytest.raises(CommandError, match="holds no head of an audit log"):
        raise run(tmp_path, "--against", str(tmp_path / "kept")).exception or AssertionError
