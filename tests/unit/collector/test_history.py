"""Silences and what the outside witness saw, in a journal on a real disk."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collector import history
from collector.envelope import Enrolled, StatusSeen, Witnessed
from collector.journal import Journal
from collector.store import Store
from probe.wire import Status
from tests.integration.collector_rig import AT

ONLINE, SLEEPING, LOST = Status.ONLINE, Status.SLEEPING, Status.LOST
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    for probe, line in (("p1", "casa"), ("p2", "casa"), ("p3", "praia")):
        journal.enrol(Enrolled(probe=probe, line=line, public_jwk="{}", enrolled_at=AT))
    yield journal
    journal.close()


def minute(number: float) -> datetime:
    return AT + timedelta(minutes=number)


def hear(journal: Journal, number: float, status: Status, *, probe: str = "p1", line: str = "casa") -> None:
    journal.store([], [StatusSeen(line=line, probe=probe, status=status, at=minute(number))])


def silences(path: Path, lines: tuple[str, ...] = ("casa",), *, first: float = -1, last: float = 99) -> list[object]:
    found = Store(path).silences(lines, minute(first), minute(last))
    return [(one.probe, one.status, one.start_at, one.end_at) for one in found]


def test_a_probe_that_was_missed_was_silent_until_it_came_back(journal: Journal, path: Path) -> None:
    for number, status in ((0, ONLINE), (1, LOST), (3, ONLINE), (5, SLEEPING)):
        hear(journal, number, status)
    assert silences(path) == [("p1", LOST, minute(1), minute(3)), ("p1", SLEEPING, minute(5), None)]


def test_a_status_that_is_told_again_is_no_change(journal: Journal, path: Path) -> None:
    for number in range(5):
        hear(journal, number, LOST)
    assert silences(path) == [("p1", LOST, minute(0), None)]


def test_a_silence_that_touches_the_period_is_given_whole(journal: Journal, path: Path) -> None:
    for number, status in ((0, LOST), (10, ONLINE), (20, LOST), (30, ONLINE)):
        hear(journal, number, status)
    assert silences(path, first=5, last=6) == [("p1", LOST, minute(0), minute(10))]
    assert silences(path, first=10, last=20) == []


def test_each_probe_is_silent_on_its_own(journal: Journal, path: Path) -> None:
    hear(journal, 1, LOST)
    hear(journal, 2, LOST, probe="p2")
    hear(journal, 3, LOST, probe="p3", line="praia")
    hear(journal, 4, ONLINE)
    assert [one[0] for one in silences(path)] == ["p1", "p2"]  # type: ignore[index]  # pairs of texts
    assert len(silences(path, ("casa", "praia"))) == 3


def test_the_oldest_changes_of_a_probe_that_flaps_go(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_CHANGES", 10)
    hear(journal, 0, LOST, probe="p2")
    for number in range(40):
        hear(journal, number, LOST if number % 2 else ONLINE)
    own = [one for one in silences(path) if one[0] == "p1"]  # type: ignore[index]  # as above
    assert own[0] == ("p1", LOST, minute(31), minute(32))
    assert len(own) == 5
    assert len(silences(path)) == 6, "another probe's stay"


def a_minute(number: float, *, line: str = "casa", answered: int = 2) -> Witnessed:
    return Witnessed(
        line=line,
        started_at=minute(number),
        ended_at=minute(number + 1),
        method="icmp",
        asked_count=2,
        answered_count=answered,
    )


def test_what_the_witness_saw_is_read_back_by_line_and_time(journal: Journal, path: Path) -> None:
    seen = [a_minute(0), a_minute(1, answered=0), a_minute(0, line="praia")]
    journal.witness(seen)
    assert Store(path).witnessed(["casa"], minute(0), minute(2)) == tuple(seen[:2])
    assert Store(path).witnessed(["casa"], minute(1), minute(2)) == (seen[1],)
    assert Store(path).witnessed(["praia", "casa"], minute(0), minute(1)) == (seen[0], seen[2])


def test_minutes_older_than_any_claim_go(journal: Journal, path: Path) -> None:
    journal.witness([a_minute(0)])
    later = (history.WITNESSED_DAYS + 1) * 24 * 60
    journal.witness([a_minute(later)])
    assert Store(path).witnessed(["casa"], minute(0), minute(later + 1)) == (a_minute(later),)


def test_a_journal_of_the_first_version_is_brought_to_this_one_with_all_that_it_holds(path: Path) -> None:
    from collector import schema

    with sqlite3.connect(path) as db:
        db.executescript(schema.MIGRATIONS[0])
        db.execute(
            "INSERT INTO probe (probe, line, public_jwk, enrolled_us, status) VALUES ('p1', 'casa', '{}', 0, 'lost')"
        )
        db.execute("PRAGMA user_version = 1")
    db.close()
    journal = Journal(path)
    hear(journal, 1, LOST)
    hear(journal, 2, ONLINE)
    hear(journal, 3, SLEEPING)
    journal.close()
    assert silences(path) == [("p1", SLEEPING, minute(3), None)], "what it was before was not written down"
