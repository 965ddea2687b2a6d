"""The log of requests: nothing of it changes unseen, and who was erased is nowhere in it."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.request.book import Asked, Book, RequestError
from collector.request.entry import Event, Kind, Purpose
from collector.request.standing import kept_from, pending

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, DUE = date(2026, 11, 22), date(2026, 12, 22)
HERS = Asked(kind=Kind.ERASE, line="vivenda-9q4", received_on=DAY, due_on=DUE)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(CollectorHome(tmp_path))


def test_a_request_is_open_until_it_is_decided_and_overdue_after_its_day(book: Book) -> None:
    request = book.receive(HERS, {"reason": "moved away"}, at=AT)
    assert (request.id, request.is_open) == ("2026-0001", True)
    assert not request.is_overdue(DUE)
    assert request.is_overdue(date(2026, 12, 23))
    later = book.follow(request, Event.EXTENDED, line=HERS.line, said={}, at=AT, due_on=date(2027, 2, 22))
    assert later.due_on == date(2027, 2, 22)
    assert not book.follow(later, Event.GRANTED, line="", said={}, at=AT).is_open
    assert pending(book.requests(), book.subject(HERS.line), Kind.ERASE) is None


def test_what_was_said_goes_without_a_byte_and_the_entries_still_hold(book: Book, tmp_path: Path) -> None:
    book.receive(HERS, {"reason": "moved to Faro"}, at=AT)
    book.receive(Asked(kind=Kind.EXPORT, line="casa", received_on=DAY, due_on=DUE), {"reason": "curious"}, at=AT)
    file = CollectorHome(tmp_path).requests
    assert b"Faro" in file.read_bytes()
    assert book.forget(HERS.line) == 1
    held = file.read_bytes()
    assert not [one for one in (b"Faro", b"vivenda-9q4") if one in held]
    assert [list(book.said(one)) for one in book.requests()] == [[], [{"line": "casa", "reason": "curious"}]]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE entry SET told = replace(told, '2026-12-22', '2027-12-22') WHERE number = 2",
        "DELETE FROM entry WHERE number = 1",
        "UPDATE detail SET told = replace(told, 'curious', 'furious')",
        "INSERT INTO detail VALUES (9, 'casa', '{}')",
    ],
)
def test_a_change_is_found(book: Book, tmp_path: Path, harm: str) -> None:
    book.receive(HERS, {"reason": "curious"}, at=AT)
    book.receive(HERS, {}, at=AT)
    with closing(sqlite3.connect(CollectorHome(tmp_path).requests)) as db, db:
        db.execute(harm)
    with pytest.raises(RequestError, match="does not hold"):
        book.requests()


def test_a_restriction_keeps_its_line_from_use_until_it_ends_or_is_lifted(book: Book) -> None:
    asked = Asked(
        kind=Kind.RESTRICT,
        line="casa",
        received_on=DAY,
        due_on=DUE,
        purposes=tuple(Purpose),
        until_on=date(2027, 1, 1),
    )
    granted = book.follow(book.receive(asked, {}, at=AT), Event.GRANTED, line="casa", said={}, at=AT)
    mark = book.subject("casa")
    assert kept_from(book.requests(), mark, DUE) == frozenset(Purpose)
    assert kept_from(book.requests(), mark, date(2027, 1, 1)) == frozenset()
    assert kept_from(book.requests(), book.subject("loja"), DUE) == frozenset()
    book.follow(granted, Event.LIFTED, line="casa", said={"reason": "settled"}, at=AT)
    assert kept_from(book.requests(), mark, DUE) == frozenset()


def test_a_book_that_is_kept_open_hears_of_what_another_wrote(book: Book, tmp_path: Path) -> None:
    assert book.requests() == ()
    CollectorHome(tmp_path).requests.parent.mkdir(parents=True)
    CollectorHome(tmp_path).requests.touch()
    assert book.requests() == ()
    Book(CollectorHome(tmp_path)).receive(HERS, {}, at=AT)
    assert [one.id for one in book.requests()] == ["2026-0001"]
    assert book.requests() is book.requests()
