"""`prova incident` from the first word to the last, on a real home."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.audit_log import book
from collector.audit_log.act import Act, Entry, Outcome
from collector.home import CollectorHome
from collector.journal import Journal
from collector.uptime.diary import FILE, Diary
from probe import clock
from prova.incident.command import command


def _asked(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--home", str(home)], catch_exceptions=False, standalone_mode=False)


def _opened(home: Path, *more: str) -> Result:
    return _asked(home, "open", "--title", "A disk was stolen", "--kind", "confidentiality", "--risk", "likely", *more)


def test_an_incident_from_its_opening_to_its_close(tmp_path: Path) -> None:
    paper = tmp_path / "report.txt"
    paper.write_text("what the police wrote")
    home = tmp_path / "home"
    assert "A disk was stolen" in _opened(home, "--lines", "3", "--attach", str(paper)).stdout
    (one,) = json.loads(_asked(home, "list", "--json").stdout)["incidents"]
    name = one["id"]
    assert (one["line_count"], one["clocks"][0]["duty"]) == (3, "gdpr.33.1")
    assert (home / "incidents" / "papers" / one["papers"][0]["sha256"]).read_text() == "what the police wrote"
    _asked(home, "update", name, "--told", "authority", "--reference", "CNPD 1", "--note", "Sent by post.")
    _asked(home, "close", name, "--outcome", "It was encrypted.")
    shown = _asked(home, "show", name, "--zone", "Europe/Lisbon").stdout
    assert "CNPD 1" in shown
    assert "Sent by post." in shown
    assert "It was encrypted." in shown
    told = [line.entry.act for line in book.check(CollectorHome(home).audit_log).lines]
    assert told == [Act.INCIDENT_NOTED] * 3, "each entry is told to the audit log"


def test_a_clock_that_runs_out_ends_the_list_with_1_where_that_is_asked_for(tmp_path: Path) -> None:
    since = (clock.now() - timedelta(hours=65)).isoformat()
    _opened(tmp_path, "--aware", since)
    result = _asked(tmp_path, "list", "--exit-code")
    assert result.return_value == 1
    assert "DUE SOON" in result.stdout
    assert _asked(tmp_path, "list", "--exit-code", "--warn-hours", "2").return_value == 0
    assert _asked(tmp_path, "list").return_value == 0


@pytest.mark.parametrize("language", ["pt", "en"])
def test_a_notice_is_written_once_and_never_over_another_file(tmp_path: Path, language: str) -> None:
    _opened(tmp_path)
    name = json.loads(_asked(tmp_path, "list", "--json").stdout)["incidents"][0]["id"]
    file = tmp_path / "notice.txt"
    _asked(tmp_path, "template", name, "--to", "authority", "--lang", language, "-o", str(file))
    assert name in file.read_text()
    with pytest.raises(Exception, match="is there already"):
        _asked(tmp_path, "template", name, "--to", "authority", "--lang", language, "-o", str(file))


def test_what_looks_like_an_incident_is_proposed_and_opened_only_when_told(tmp_path: Path) -> None:
    layout, now = CollectorHome(tmp_path), clock.now()
    Journal(layout.journal).close()
    beats = layout.journal.with_name(FILE)
    Diary(beats).beat(now - timedelta(hours=3), 0.0)
    Diary(beats).beat(now - timedelta(hours=1), 0.0)
    for _ in range(20):
        refused = Entry(at=now, who="page:192.0.2.7", act=Act.SIGN_IN, outcome=Outcome.REFUSED)
        book.append(layout.audit_log, refused)
    found = json.loads(_asked(tmp_path, "suggest", "--json").stdout)["suggestions"]
    assert [one["sign"] for one in found] == ["down_s", "sign_in"]
    assert json.loads(_asked(tmp_path, "list", "--json").stdout)["incidents"] == []
    assert _asked(tmp_path, "suggest", "--auto", "--exit-code").return_value == 1
    assert _asked(tmp_path, "suggest", "--auto", "--exit-code").return_value == 0, "they are open by now"
    assert len(json.loads(_asked(tmp_path, "list", "--json").stdout)["incidents"]) == 2


def test_a_damaged_store_is_a_sign_once_the_store_is_verified(tmp_path: Path) -> None:
    Journal(CollectorHome(tmp_path).journal).close()
    assert json.loads(_asked(tmp_path, "suggest", "--verify", "--json").stdout)["suggestions"] == []
    CollectorHome(tmp_path).journal.write_bytes(b"not what it was" * 1000)
    found = json.loads(_asked(tmp_path, "suggest", "--json").stdout)["suggestions"]
    assert [one["sign"] for one in found] == ["unreadable"]
