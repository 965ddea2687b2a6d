"""Shell. `prova privacy erase`: shown first, then done step by step; killed anywhere, the same command completes it.

First where the line was shown, then files of the home folder, then the store, then its copies. Holds no rule of who
may ask.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from analysis.privacy.term import term
from collector.audit_log import book
from collector.audit_log.act import Act
from collector.erasure import copies, shown
from collector.erasure.erase import at_rest, erase
from collector.erasure.store import Order
from collector.request.book import Book
from collector.request.entry import Event, Kind
from collector.request.standing import Request, pending
from collector.retention import hold_file
from probe import clock, keyfile
from prova.audit.noted import noting
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import LineName, home_option, json_option
from prova.privacy import line_files, plan, shared_files, trace
from prova.privacy.asked import Wished, as_table, ended, known_line, received_option, taken_up
from prova.privacy.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it. `problems`: what could not be reached, to be done by the same command later."""

    request: Request
    problems: tuple[str, ...]
    left: tuple[Path, ...]


@click.command("erase")
@click.option("--line", required=True, type=LineName(), help="Whose line.")
@click.option("--case", "with_case", is_flag=True, help="The line's case and papers too.")
@click.option("--yes", is_flag=True, help="Do it now. Without this, it is only shown.")
@received_option
@home_option
@json_option
def command(
    *, line: str, with_case: bool, yes: bool, received_on: date | None, home_path: Path | None, as_json: bool
) -> int:
    """Erase a line from everything here: store, lake, copies, databases, files. What others' proofs need stays.

    End the collector first. What a claim hold keeps is refused, by name.
    """
    home = resolve(home_path)
    begun = _begun(home, line)
    if begun is None:
        known_line(home, line)
    found = plan.made(home, line, with_case=with_case)
    if not yes:
        _show(found, as_json=as_json)
        return Exit.DONE
    request = begun or taken_up(home, Wished(kind=Kind.ERASE, line=line, received_on=received_on))
    _refuse_held(home, found, request)
    with at_rest(home.collector), noting(home.path, Act.ERASED, request.id):
        done = _erase(home, found, request, with_case=with_case)
    _tell(done, as_json=as_json)
    return Exit.UNREACHABLE if done.problems else Exit.DONE


def _begun(home: Home, line: str) -> Request | None:
    """The erasure of that line that is on its way; None where there is none."""
    log = Book(home.collector)
    found = pending(log.requests(), log.subject(line), Kind.ERASE)
    return found if found is not None and found.event is Event.BEGUN else None


def _refuse_held(home: Home, found: Plan, request: Request) -> None:
    """Raises CommandError where a claim hold keeps anything of the line."""
    if not found.holds:
        return
    clause = term(request.received_on).refusal_of_erasure
    stands = "waits" if request.event is Event.BEGUN else "is refused"
    named = "; ".join(f"hold {one.number}, {one.reason}" for one in found.holds)
    if request.event is not Event.BEGUN:
        ended(home, request, Event.REFUSED, found.line, reason=f"{clause}: {named}")
    raise CommandError(
        f"The line {found.line} is held for a claim ({named}), and so it is not erased: {clause}. The request"
        f" {request.id} {stands}; release the hold with `prova privacy release` once it is settled."
    )


def _erase(home: Home, found: Plan, request: Request, *, with_case: bool) -> Done:
    line, own, now = found.line, home.collector, clock.now()
    if request.event is not Event.BEGUN:
        request = ended(home, request, Event.BEGUN, "")
    problems = [f"{one.name}: {one.problem}" for one in shown.withdraw(own, line, now_at=now) if one.problem]
    names = {line, *found.probes}
    book.forget(own.audit_log, names)
    shared_files.forget(home, line, found.probes)
    for path in line_files.of_line(home, line, with_case=with_case):
        line_files.remove(path)
    hold_file.forget(own, line)
    if own.journal.exists():
        order = Order(line=line, request=request.id, now_at=now, key=keyfile.load_or_make(own.key))
        erase(own, order)
        shown.cut(own, found.probes, now_at=now)
    else:
        Book(own).forget(line)
    renewed = copies.renew(own, erased_at=now, now=clock.now, say=_say)
    problems += [f"{one.url}: {one.problem}" for one in renewed if one.problem]
    if not problems:
        request = ended(home, request, Event.GRANTED, "")
    return Done(request=request, problems=tuple(problems), left=trace.left(home.path, names))


def _show(found: Plan, *, as_json: bool) -> None:
    if as_json:
        told = {
            "schema": "prova.erasure-plan/1",
            "line": found.line,
            "held_by": [one.number for one in found.holds],
            "found": list(plan.words(found)),
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for one in plan.words(found):
        click.echo(one)
    for hold in found.holds:
        click.echo(f"Held for a claim (hold {hold.number}, {hold.reason}): it would be refused.")
    click.echo("Nothing was erased. The same with --yes does it, and cannot be taken back.")


def _tell(done: Done, *, as_json: bool) -> None:
    if as_json:
        told = {
            "schema": "prova.erasure/1",
            "request": as_table(done.request),
            "problems": list(done.problems),
            "named_in": [str(one) for one in done.left],
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for one in done.problems:
        click.echo(f"Not done yet: {one}", err=True)
    for path in done.left:
        click.echo(f"The name still stands in {path}, which no command of Prova wrote so: look at it.", err=True)
    if done.problems:
        click.echo(f"{done.request.id}: begun. Run the same again once the above is mended.")
    else:
        click.echo(f"{done.request.id}: erased. Digests without a name stay, for others' proofs rest on them.")


def _say(words: str) -> None:
    click.echo(words, err=True)
