"""Shell. A request taken up: the one that is open for that line, or a new one, written down before anything is done.

Knows nothing of what it asks for.
"""

from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any

import click

from analysis.privacy.term import due_on
from collector.request.book import Asked, Book
from collector.request.entry import Event, Kind, Purpose
from collector.request.standing import Request, pending
from probe import clock
from prova.home import Home
from prova.option import Day

received_option = click.option(
    "--received", "received_on", type=Day(), help="The day on which it was asked for. Default: today."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What is asked for. `received_on` None: today."""

    kind: Kind
    line: str
    received_on: date | None = None
    purposes: tuple[Purpose, ...] = ()
    until_on: date | None = None


def taken_up(home: Home, wished: Wished, **said: str) -> Request:
    """The line's open request of that kind, or a new one with what was said. Raises RequestError, UsageError."""
    now, book = clock.now(), Book(home.collector)
    open_one = pending(book.requests(), book.subject(wished.line), wished.kind)
    if open_one is not None and open_one.purposes == wished.purposes:
        return open_one
    today = now.astimezone(UTC).date()
    day = wished.received_on or today
    if day > today:
        raise click.UsageError(f"{day} is not over yet: a request cannot have been received then")
    try:
        due = due_on(day)
    except ValueError as error:
        raise click.UsageError(f"{error}") from error
    asked = Asked(
        kind=wished.kind,
        line=wished.line,
        received_on=day,
        due_on=due,
        purposes=wished.purposes,
        until_on=wished.until_on,
    )
    return book.receive(asked, said, at=now)


def ended(home: Home, request: Request, event: Event, line: str, **said: str) -> Request:
    """Writes down what became of it; nothing of what was said where `line` is empty. Raises RequestError."""
    return Book(home.collector).follow(request, event, line=line, said=said, at=clock.now())


def as_table(request: Request) -> dict[str, Any]:
    """For machines."""
    return {
        "id": request.id,
        "kind": request.kind.value,
        "state": request.event.value,
        "received_on": request.received_on.isoformat(),
        "due_on": request.due_on.isoformat(),
        "decided_at": None if request.decided_at is None else request.decided_at.isoformat(),
        "purposes": [one.value for one in request.purposes],
        "until_on": None if request.until_on is None else request.until_on.isoformat(),
    }


def known_line(home: Home, line: str) -> None:
    """Raises CommandError where nothing at all is known of the line."""
    from collector.store import Store
    from prova.exit import CommandError

    journal: Path = home.collector.journal
    there = journal.exists() and line in Store(journal).lines()
    if not there and not home.of_line(line).path.exists():
        raise CommandError(
            f"Nothing is known of a line {line} in {home.path}. `prova show probes` names those there are."
        )
