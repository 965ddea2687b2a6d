"""Shell. `prova status`: every part of the measuring system, and its service levels."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option

if TYPE_CHECKING:
    from collector.operation.service import Level
    from collector.store import Store
    from prova.status.part import Part


@click.command("status")
@click.option("--exit-code", is_flag=True, help="End with 1 where a part is down or a service level is missed.")
@home_option
@json_option
def command(*, exit_code: bool, home_path: Path | None, as_json: bool) -> int:
    """How the measuring system itself is: its parts, its downtime, and what it asks of itself.

    It says nothing of any line.
    """
    from collector.operation.service import levels, targets
    from collector.store import Store, StoreError
    from prova.status.measured import measured
    from prova.status.part import Stand, parts

    home, now = resolve(home_path), clock.now()
    store = Store(home.collector.journal)
    seen = tuple(parts(home, store, now))
    try:
        found = levels(measured(home, store, now), targets(_own_targets(home)))
    except StoreError:
        found = levels({}, targets(_own_targets(home)))
    if as_json:
        click.echo(json.dumps(_told(seen, found, store, now), indent=2))
    else:
        _tell(seen, found)
    is_amiss = any(one.stand is Stand.DOWN for one in seen) or any(one.met is False for one in found)
    return Exit.BREACH if exit_code and is_amiss else Exit.DONE


def _own_targets(home: Home) -> dict[str, Any]:
    """What a person set for this home. Raises CommandError."""
    path = home.collector.journal.with_name("service.toml")
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read ({error}). Mend that place, or remove the file.") from error


def _told(seen: "tuple[Part, ...]", found: "tuple[Level, ...]", store: "Store", now: datetime) -> dict[str, Any]:
    return {
        "schema": "prova.status/1",
        "at": now.isoformat(),
        "parts": [{"part": one.name, "stand": one.stand.value, "words": one.words} for one in seen],
        "levels": [
            {
                "name": one.target.name,
                "value": one.value,
                "met": one.met,
                "least": one.target.least,
                "most": one.target.most,
                "unit": one.target.unit,
                "over": one.target.over,
                "reason": one.target.reason,
            }
            for one in found
        ],
        "downtime": _downtime(store, now),
    }


def _downtime(store: "Store", now: datetime) -> list[dict[str, Any]]:
    from collector.store import StoreError
    from prova.status.measured import UP_OVER

    try:
        down = store.uptime(now - UP_OVER, now).down
    except StoreError:
        return []
    return [{"start_at": one.start_at.isoformat(), "end_at": one.end_at.isoformat()} for one in down]


def _tell(seen: "tuple[Part, ...]", found: "tuple[Level, ...]") -> None:
    for one in seen:
        click.echo(f"{one.stand.value:>8}  {one.name}: {one.words}")
    for level in found:
        target = level.target
        bound = f"at least {target.least:g}" if target.least is not None else f"at most {target.most:g}"
        stand = {None: "not measured", True: "met", False: "MISSED"}[level.met]
        value = "" if level.value is None else f" {level.value:.4g}"
        click.echo(f"{stand:>12}  {target.name}{value}, {bound} {target.unit}, {target.over}")
