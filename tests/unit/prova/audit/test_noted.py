"""Acts noted: by whom, and how they ended."""

from pathlib import Path

import pytest

from collector.audit_log.act import Act, Outcome
from collector.audit_log.book import AuditLogError, check
from prova.audit.noted import note, noting, user


def told(home: Path) -> list[tuple[str, str, Outcome]]:
    return [(line.entry.act, line.entry.on, line.entry.outcome) for line in check(home / "audit").lines]


def test_an_act_is_noted_with_the_user_of_the_process(tmp_path: Path) -> None:
    note(tmp_path, Act.TOKEN_MADE, "0a1b2c3d4e5f")
    (line,) = check(tmp_path / "audit").lines
    assert line.entry.who == user()
    assert line.entry.who.startswith("user:")
    assert line.entry.on == "0a1b2c3d4e5f"


def test_an_act_that_fails_is_noted_as_failed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broke"), noting(tmp_path, Act.EXTRACT_MADE, "2026-10"):
        raise ValueError("it broke")
    assert told(tmp_path) == [("made.extract", "2026-10", Outcome.FAILED)]


def test_what_cannot_be_taken_back_is_told_before_it_begins(tmp_path: Path) -> None:
    with noting(tmp_path, Act.ERASED, "casa"):
        assert told(tmp_path) == [("privacy.erased", "casa", Outcome.BEGUN)]
    assert told(tmp_path)[1:] == [("privacy.erased", "casa", Outcome.DONE)]


def test_what_cannot_be_noted_is_not_done(tmp_path: Path) -> None:
    (tmp_path / "audit").touch()
    done = False
    with pytest.raises(AuditLogError), noting(tmp_path, Act.ERASED, "casa"):
        done = True
    assert not done


def test_a_name_beyond_measure_is_cut(tmp_path: Path) -> None:
    note(tmp_path, Act.DOSSIER_MADE, "x" * 1000)
    assert told(tmp_path)[0][1].endswith("x…")
