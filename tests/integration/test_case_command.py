"""`prova case`: a person writes down what happened, and sees the clocks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.journal import Journal
from prova.exit import Exit
from tests.golden.case import HERE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(HERE / "plain_breach" / "contract.toml", tmp_path / "contract.toml")
    journal = CollectorHome(tmp_path).journal
    journal.parent.mkdir()
    Journal(journal).close()
    return tmp_path


def prova(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prova.main", "case", *arguments],
        env={**os.environ, "PROVA_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_fault_that_is_written_down_starts_its_clocks(home: Path) -> None:
    noted = prova(home, "note", "fault", "reported_at=2026-11-02T10:15", "ticket=2026-0001")
    assert noted.returncode == Exit.DONE, noted.stderr
    assert "fault fault-1" in noted.stdout
    prova(home, "note", "complaint", "to=operator", "facts_known_on=2026-11-02", "sent_on=2026-11-05")
    told = json.loads(prova(home, "show", "--json").stdout)
    rules = {one["rule"] for one in told["findings"]}
    assert {"repair.w0", "repair.w1", "repair.w2", "repair.w3", "complaint.decision"} <= rules
    assert [one["kind"] for one in told["entries"]] == ["complaint", "fault"]


@pytest.mark.slow
def test_the_diary_is_shown_in_order_of_time(home: Path) -> None:
    assert prova(home, "show").returncode == Exit.EVIDENCE
    prova(home, "note", "fault", "reported_at=2026-11-02T10:15", "ticket=2026-0001")
    prova(home, "note", "complaint", "to=operator", "facts_known_on=2026-11-02", "sent_on=2026-11-05")
    shown = prova(home, "show", "--lang", "pt")
    assert shown.returncode == Exit.DONE, shown.stderr
    assert shown.stdout.index("2026-11-02  complaint") < shown.stdout.index("repair.w1 fault-1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("note", "fault", "reported_at"), "is no KEY=VALUE"),
        (("note", "fault"), "There is nothing to write down"),
        (("note", "fault", "reported_at=2026-11-02T10:15", "mood=bad"), "mood: unknown key"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(arguments: tuple[str, ...], sentence: str, home: Path) -> None:
    ended = prova(home, *arguments)
    assert ended.returncode == Exit.USAGE
    assert sentence in ended.stderr
    assert not (home / "case.toml").exists()
