"""Shell. `prova privacy log`, `extend`, `refuse` and `lift`: how requests stand, and decisions on them.

A request names its line only as long as that line is not erased.
"""

import json
from datetime import UTC, date
from pathlib import Path

import click

from analysis.privacy.term import due_on
from collector.request.book import Book
from collector.request.entry import Event, Kind, Purpose
from collector.request.standing import Request
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option
from prova.privacy.asked import as_table

_REASON = click.option("--reason", required=True, help="Why, in one line: it is kept with the request.")


@click.command("log")
@home_option
@json_option
@click.option("--exit-code", is_flag=True, help="End with 1 where one is overdue.")
def log(home_path: Path | None, *, as_json: bool, exit_code: bool) -> int:
    """Show every request about somebody's own data, what became of it and its last day."""
    home, today = resolve(home_path), clock.now().astimezone(UTC).date()
    book = Book(home.collector)
    found = book.requests()
    if as_json:
        told = [{**as_table(one), "overdue": one.is_overdue(today), "said": list(book.said(one))} for one in found]
        click.echo(json.dumps({"schema": "prova.requests/1", "requests": told}, indent=2, ensure_ascii=False))
    else:
        for one in found:
            click.echo(_words(book, one, today))
        if not found:
            click.echo("Nobody asked for anything yet.")
    return Exit.BREACH if exit_code and any(one.is_overdue(today) for one in found) else Exit.DONE


@click.command("extend")
@click.argument("request_id", metavar="REQUEST")
@_REASON
@home_option
def extend(request_id: str, reason: str, home_path: Path | None) -> None:
    """Put a request's last day two months off, once; whoever asked must hear why within the first month."""
    home = resolve(home_path)
    request = _open_one(home, request_id)
    today = clock.now().astimezone(UTC).date()
    later = due_on(request.received_on, is_extended=True)
    if request.due_on >= later:
        raise CommandError(f"The request {request.id} was extended before. It is due on {request.due_on}.")
    if today > request.due_on:
        raise CommandError(f"The request {request.id} was due on {request.due_on}: what is late cannot be extended.")
    _follow(home, request, Event.EXTENDED, reason, due=later)
    click.echo(f"{request.id}: due on {later}.")


@click.command("refuse")
@click.argument("request_id", metavar="REQUEST")
@_REASON
@home_option
def refuse(request_id: str, reason: str, home_path: Path | None) -> None:
    """Decide against a request, with the reason that you tell whoever asked."""
    home = resolve(home_path)
    request = _open_one(home, request_id)
    if request.event is Event.BEGUN:
        raise CommandError(f"The request {request.id} was begun. Complete it: the same command again.")
    _follow(home, request, Event.REFUSED, reason)
    click.echo(f"{request.id}: refused.")


@click.command("lift")
@click.argument("request_id", metavar="REQUEST")
@_REASON
@home_option
def lift(request_id: str, reason: str, home_path: Path | None) -> None:
    """End a restriction or an objection: tell the person before you do."""
    home = resolve(home_path)
    request = _named(home, request_id)
    if request.kind not in {Kind.RESTRICT, Kind.OBJECT} or request.event is not Event.GRANTED:
        raise CommandError(f"The request {request.id} is no restriction or objection that stands.")
    _follow(home, request, Event.LIFTED, reason)
    if Purpose.PROJECTION in request.purposes:
        home.collector.projection_place.unlink(missing_ok=True)  # so that all is shown anew
    click.echo(f"{request.id}: lifted.")


def _follow(home: Home, request: Request, event: Event, reason: str, *, due: date | None = None) -> None:
    book = Book(home.collector)
    line = next((str(one["line"]) for one in book.said(request)), "")
    book.follow(request, event, line=line, said={"reason": reason}, at=clock.now(), due_on=due)


def _open_one(home: Home, request_id: str) -> Request:
    request = _named(home, request_id)
    if not request.is_open:
        raise CommandError(f"The request {request.id} is decided: {request.event}.")
    return request


def _named(home: Home, request_id: str) -> Request:
    known = Book(home.collector).requests()
    found = next((one for one in known if one.id == request_id), None)
    if found is None:
        raise CommandError(f"There is no request {request_id}. `prova privacy log` shows those there are.")
    return found


def _words(book: Book, one: Request, today: date) -> str:
    said = book.said(one)
    line = f"line {said[0]['line']}" if said else "a line that was erased, or nothing said"
    late = "  OVERDUE" if one.is_overdue(today) else ""
    about = f"  {', '.join(one.purposes)}" if one.purposes else ""
    reasons = "".join(f"  ({text})" for text in (entry.get("reason") for entry in said) if text)
    return (
        f"{one.id}  {one.kind}  {one.event}  {line}  received {one.received_on}, due {one.due_on}{late}{about}{reasons}"
    )
