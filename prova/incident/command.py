"""Shell. `prova incident`: the register of incidents, its clocks, its notices."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from analysis.incident.clock import clocks, is_urgent
from analysis.incident.incident import Audience, Kind, Risk, Role, Severity
from analysis.incident.letter import LANGUAGES, letter
from analysis.incident.register import named
from probe import clock
from prova.exit import Exit
from prova.home import make, resolve
from prova.incident import shown
from prova.incident.desk import Desk
from prova.incident.suggested import suggest
from prova.option import Moment, Zone, home_option, json_option, one_of

_soon_option = click.option(
    "--warn-hours", default=12.0, show_default=True, type=click.FloatRange(0), help="What counts as soon."
)
_zone_option = click.option("--zone", type=Zone(), default="UTC", show_default=True, help="In which times are shown.")
_paper = click.Path(exists=True, dir_okay=False, path_type=Path)


def _facts(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that bring facts, of `open` and `update` alike."""
    for one in reversed(
        (
            click.option(
                "--kind",
                "kinds",
                multiple=True,
                type=one_of(Kind),
                help="What was hurt; repeat.",
            ),
            click.option("--risk", type=one_of(Risk), help="To people's rights and freedoms."),
            click.option("--severity", type=one_of(Severity), help="Instead of what the rules say."),
            click.option("--category", "categories", multiple=True, help="A kind of data that is affected; repeat."),
            click.option("--lines", "line_count", type=click.IntRange(0), help="How many lines are affected."),
            click.option("--people", "people_count", type=click.IntRange(0), help="How many people."),
            click.option("--records", "record_count", type=click.IntRange(0), help="How many records."),
            click.option("--happened", "happened_at", type=Moment(), help="When it happened, if known."),
            click.option("--consequences", help="What is likely to come of it."),
            click.option("--measures", help="What was done, or is proposed."),
            click.option("--attach", "papers", multiple=True, type=_paper, help="Evidence, kept with it; repeat."),
            home_option,
        )
    ):
        command = one(command)
    return command


@click.group("incident")
def command() -> None:
    """Incidents of the measuring system: what happened, whom to tell until when, what was decided."""


command.add_command(suggest)


@command.command("open")
@click.option("--title", required=True, help="What happened, in a line.")
@click.option("--aware", "aware_at", type=Moment(), help="When it became known: clocks run from here. Default: now.")
@click.option(
    "--role",
    type=one_of(Role),
    default=Role.CONTROLLER.value,
    show_default=True,
    help="What you are in law: it decides whom to tell.",
)
@_facts
def open_(home_path: Path | None, aware_at: datetime | None, papers: tuple[Path, ...], **given: Any) -> None:
    """Write a new incident down. Its clocks run from when it became known."""
    home, now = resolve(home_path), clock.now()
    make(home)
    told = {"do": "open", "aware_at": (aware_at or now).isoformat(), **_given(given)}
    told = {"kinds": [Kind.AVAILABILITY.value], "risk": Risk.UNKNOWN.value} | told
    incident = Desk(home).write(told, at=now, papers=papers)
    for line in shown.rows(incident, now, timedelta(hours=12), ZoneInfo("UTC")):
        click.echo(line)


@command.command("update")
@click.argument("name", metavar="ID")
@click.option("--title", help="Another title.")
@click.option("--note", "notes", multiple=True, help="What was found or decided, in words; repeat.")
@click.option("--not-owed", help="With one --note that says why: the id of a duty that is not owed.")
@click.option("--told", type=one_of(Audience), help="Who was told.")
@click.option("--told-at", type=Moment(), help="When. Default: now.")
@click.option("--reference", default="", help="Under what they filed it.")
@_facts
def update(  # noqa: PLR0913  one option each
    *,
    name: str,
    home_path: Path | None,
    notes: tuple[str, ...],
    not_owed: str | None,
    told: str | None,
    told_at: datetime | None,
    reference: str,
    papers: tuple[Path, ...],
    **given: Any,
) -> None:
    """Write down what became known, was decided, or who was told. Nothing that stands there is changed."""
    if not_owed and len(notes) != 1:
        raise click.UsageError("--not-owed wants one --note, which says why")
    now = clock.now()
    entry: dict[str, Any] = {"do": "update", "id": name, **_given(given)}
    if notes:
        entry["decisions"] = [{"words": one, "ends": not_owed or ""} for one in notes]
    if told:
        entry["told"] = [{"audience": told, "at": (told_at or now).isoformat(), "reference": reference}]
    if len(entry) == 2 and not papers:
        raise click.UsageError("say what is new: a --note, a --told, a number or a paper")
    incident = Desk(resolve(home_path)).write(entry, at=now, papers=papers)
    click.echo(shown.row(incident, now, timedelta(hours=12), ZoneInfo("UTC")))


@command.command("close")
@click.argument("name", metavar="ID")
@click.option("--outcome", required=True, help="How it ended, and what is done so that it does not come back.")
@home_option
def close(*, name: str, outcome: str, home_path: Path | None) -> None:
    """Close an incident. It stays in the register."""
    now = clock.now()
    incident = Desk(resolve(home_path)).write({"do": "close", "id": name, "outcome": outcome}, at=now)
    click.echo(shown.row(incident, now, timedelta(hours=12), ZoneInfo("UTC")))


@command.command("list")
@click.option("--open", "only_open", is_flag=True, help="Without those that are closed.")
@click.option("--exit-code", is_flag=True, help="End with 1 where a clock of an open one runs out soon, or has.")
@_soon_option
@_zone_option
@home_option
@json_option
def list_(
    *, only_open: bool, exit_code: bool, warn_hours: float, zone: ZoneInfo, home_path: Path | None, as_json: bool
) -> int:
    """Every incident, with the clocks that run."""
    now, soon = clock.now(), timedelta(hours=warn_hours)
    known = [one for one in Desk(resolve(home_path)).known() if not (only_open and one.closed_at)]
    urgent = [one.id for one in known if not one.closed_at and is_urgent(one, now, soon=soon)]
    if as_json:
        told = [shown.as_json(one, now, soon) for one in known]
        click.echo(json.dumps({"schema": "prova.incidents/1", "urgent": urgent, "incidents": told}, indent=2))
    else:
        for one in known:
            click.echo(shown.row(one, now, soon, zone))
        click.echo(f"{len(known)} incidents, {len(urgent)} with a notice due soon or overdue.")
    return Exit.BREACH if urgent and exit_code else Exit.DONE


@command.command("show")
@click.argument("name", metavar="ID")
@_soon_option
@_zone_option
@home_option
@json_option
def show(*, name: str, warn_hours: float, zone: ZoneInfo, home_path: Path | None, as_json: bool) -> None:
    """One incident: what is known, decided, attached, and whom to tell by which clause until when."""
    now, soon = clock.now(), timedelta(hours=warn_hours)
    incident = named(Desk(resolve(home_path)).known(), name)
    if as_json:
        told = {"schema": "prova.incident/1", **shown.as_json(incident, now, soon)}
        click.echo(json.dumps(told, indent=2))
        return
    for line in shown.rows(incident, now, soon, zone):
        click.echo(line)


@command.command("template")
@click.argument("name", metavar="ID")
@click.option(
    "--to",
    type=click.Choice(["authority", "people", "customers"]),
    required=True,
    help="Whom it is for.",
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), required=True, help="In which language.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A new file. Default: stdout.")
@_zone_option
@home_option
def template(*, name: str, to: str, language: str, output: Path | None, zone: ZoneInfo, home_path: Path | None) -> None:
    """A notice filled with what is known of an incident. What only you know stands in brackets; nothing is sent."""
    incident = named(Desk(resolve(home_path)).known(), name)
    running = clocks(incident, clock.now(), soon=timedelta(hours=12))
    text = letter(incident, Audience(to), language, running, zone)
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists():
        raise click.UsageError(f"{output} is there already; name another file")
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output}: a draft. Read it, fill the brackets, and send it yourself.", err=True)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without what was not, as an entry holds it."""
    told = {key: value for key, value in options.items() if value not in (None, ())}
    for key in ("kinds", "categories"):
        if key in told:
            told[key] = [str(one) for one in told[key]]
    return {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for key, value in told.items()
    }
