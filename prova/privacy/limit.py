"""Shell. `prova privacy restrict` and `object`: a line's data are kept, and used for less.

What is shown elsewhere already is taken back there. Holds no rule of when an objection is right.
"""

from datetime import date
from pathlib import Path

import click

from collector.audit_log.act import Act
from collector.erasure import shown
from collector.request.entry import Event, Kind, Purpose
from collector.request.standing import EVERY_PURPOSE, Request
from probe import clock
from prova.audit.noted import noting
from prova.exit import Exit
from prova.home import Home, resolve
from prova.option import Day, LineName, home_option
from prova.privacy.asked import Wished, ended, known_line, received_option, taken_up

_SHOWN = {Purpose.PROJECTION}


@click.command("restrict")
@click.option("--line", required=True, type=LineName(), help="Whose line.")
@click.option("--until", "until_on", type=Day(), help="It ends as this day begins. Default: until `lift`.")
@click.option("--reason", default="", help="Why, in the words of whoever asked.")
@received_option
@home_option
def restrict(*, line: str, until_on: date | None, reason: str, received_on: date | None, home_path: Path | None) -> int:
    """Keep a line's data and use them for nothing but its own evidence: in no extract, group, database, interface."""
    home = resolve(home_path)
    known_line(home, line)
    if until_on is not None and until_on <= clock.now().date():
        raise click.UsageError(f"--until {until_on} is past or today; name a later day")
    wished = Wished(kind=Kind.RESTRICT, line=line, received_on=received_on, purposes=EVERY_PURPOSE, until_on=until_on)
    return _grant(home, wished, Act.RESTRICTED, reason)


@click.command("object")
@click.option("--line", required=True, type=LineName(), help="Whose line.")
@click.option(
    "--purpose",
    "purposes",
    required=True,
    multiple=True,
    type=click.Choice([one.value for one in Purpose]),
    help="What its data shall not be used for; repeatable.",
)
@click.option("--reason", default="", help="Why, in the words of whoever asked.")
@click.option("--refuse", "refusal", help="Decided against it, for this reason. Default: upheld.")
@received_option
@home_option
def object_(
    *,
    line: str,
    purposes: tuple[str, ...],
    reason: str,
    refusal: str | None,
    received_on: date | None,
    home_path: Path | None,
) -> int:
    """Use a line's data no more for a purpose, or write down why all the same."""
    home = resolve(home_path)
    known_line(home, line)
    asked = tuple(one for one in Purpose if one.value in purposes)
    wished = Wished(kind=Kind.OBJECT, line=line, received_on=received_on, purposes=asked)
    if refusal is not None:
        with noting(home.path, Act.OBJECTED):
            request = ended(home, taken_up(home, wished, reason=reason), Event.REFUSED, line, reason=refusal)
        click.echo(f"{request.id}: refused. Tell whoever asked the reason, and where to complain.")
        return Exit.DONE
    return _grant(home, wished, Act.OBJECTED, reason)


def _grant(home: Home, wished: Wished, act: Act, reason: str) -> int:
    """What is shown elsewhere goes once nothing more is shown there."""
    request: Request = taken_up(home, wished, reason=reason)
    with noting(home.path, act, request.id):
        request = ended(home, request, Event.GRANTED, wished.line)
    problems = []
    if _SHOWN & set(wished.purposes):
        taken_back = shown.withdraw_shown(home.collector, wished.line, now_at=clock.now())
        problems = [f"{one.name}: {one.problem}" for one in taken_back if one.problem]
    until = "" if wished.until_on is None else f" until {wished.until_on}"
    click.echo(
        f"{request.id}: granted{until}. Data of {wished.line} stay and are used no more for"
        f" {', '.join(wished.purposes)}."
    )
    for one in problems:
        click.echo(f"What was shown there before is there still: {one}", err=True)
    return Exit.UNREACHABLE if problems else Exit.DONE
