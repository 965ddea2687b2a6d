"""Shell. `prova incident suggest`: what was counted here and looks like an incident; a person opens one."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from analysis.incident.incident import Risk, Role
from analysis.incident.suggest import Suggestion, suggestions, title_of
from probe import clock
from prova.exit import Exit
from prova.home import resolve
from prova.incident.desk import Desk
from prova.option import home_option, json_option, one_of


@click.command("suggest")
@click.option("--verify", is_flag=True, help="Audit the whole store first, which takes long.")
@click.option("--auto", is_flag=True, help="Open an incident of each that is not open yet.")
@click.option(
    "--role",
    type=one_of(Role),
    default=Role.CONTROLLER.value,
    show_default=True,
    help="With --auto: as in open.",
)
@click.option("--exit-code", is_flag=True, help="End with 1 where something is suggested that is not open.")
@home_option
@json_option
def suggest(*, verify: bool, auto: bool, role: str, exit_code: bool, home_path: Path | None, as_json: bool) -> int:
    """What looks like an incident: damage, chains, refused sign-ins, a collector away. Opens nothing by itself."""
    from prova.incident.counted import counted

    home, now = resolve(home_path), clock.now()
    desk = Desk(home)
    found = suggestions(counted(home, now, verify=verify, say=lambda words: click.echo(words, err=True)), desk.known())
    fresh = [one for one in found if not one.is_known]
    if as_json:
        click.echo(
            json.dumps({"schema": "prova.suggestions/1", "suggestions": [asdict(one) for one in found]}, indent=2)
        )
    else:
        for one in found:
            click.echo(f"{one.kind.value}: {one.title}. {one.reason}{' Open already.' if one.is_known else ''}")
        click.echo(f"{len(found)} signs, {len(fresh)} of them not in an open incident.")
    if auto:
        for one in fresh:
            _open(desk, one, role)
    return Exit.BREACH if fresh and exit_code else Exit.DONE


def _open(desk: Desk, one: Suggestion, role: str) -> None:
    now = clock.now()
    told = {
        "do": "open",
        "title": title_of(one),
        "kinds": [one.kind.value],
        "risk": Risk.UNKNOWN.value,
        "role": role,
        "aware_at": now.isoformat(),
        "decisions": [{"words": f"Opened by --auto: {one.reason}"}],
    }
    incident = desk.write(told, at=now)
    click.echo(f"Opened {incident.id}: {incident.title}", err=True)
