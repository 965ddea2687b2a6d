"""Who signs in on the page, noted."""

from pathlib import Path

import pytest

from collector.audit_log.act import Outcome
from collector.audit_log.book import check
from dashboards.web.access.passage import Passage
from prova.audit.page_door import PageDoor
from prova.audit.thinned import EVERY_S


def test_wrong_passwords_are_told_once_a_minute_with_how_many_there_were(tmp_path: Path) -> None:
    now_s = 0.0
    door = PageDoor(tmp_path, lambda: now_s)
    for _ in range(1000):
        door.saw(Passage.REFUSED, "192.0.2.7")
    now_s = EVERY_S
    door.saw(Passage.REFUSED, "192.0.2.8")
    door.saw(Passage.SIGNED_IN, "192.0.2.9")
    door.saw(Passage.SIGNED_OUT, "")
    assert [
        (line.entry.who, line.entry.act, line.entry.on, line.entry.outcome) for line in check(tmp_path / "audit").lines
    ] == [
        ("page:192.0.2.7", "page.sign_in", "wrong password; 0 more since the last one told", Outcome.REFUSED),
        ("page:192.0.2.8", "page.sign_in", "wrong password; 999 more since the last one told", Outcome.REFUSED),
        ("page:192.0.2.9", "page.sign_in", "", Outcome.DONE),
        ("page:not known", "page.sign_out", "", Outcome.DONE),
    ]


def test_where_the_log_cannot_be_written_the_owner_is_told_and_nothing_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "audit").touch()
    PageDoor(tmp_path, lambda: 0.0).saw(Passage.SIGNED_IN, "192.0.2.9")
    assert "The audit log in" in capsys.readouterr().err
