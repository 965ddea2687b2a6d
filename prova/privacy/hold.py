"""Shell. `prova privacy hold` and `release`: what of a line is kept for a claim, until it is settled.

Knows nothing of what is deleted.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from collector.audit_log.act import Act
from collector.home import CollectorHome
from probe import clock
from prova.audit.noted import note, user
from prova.home import resolve
from prova.option import Day, LineName, home_option, json_option

if TYPE_CHECKING:
    from collector.retention.claim import ClaimHold

_BY = click.option("--by", metavar="NAME", help="Who says so. Default: the user of this machine.")


@click.command("hold")
@home_option
@json_option
@_BY
@click.option("--line", type=LineName(), help="The line. Without it, the holds that stand are shown.")
@click.option("--from", "from_on", type=Day(), help="The first day that is held.")
@click.option("--to", "to_on", type=Day(), help="The day after the last. Default: no end.")
@click.option("--reason", help="For which claim, in one line.")
@click.option("--timezone", "zone_name", default="Europe/Lisbon", show_default=True, help="The line's zone.")
def hold(home_path: Path | None, *, as_json: bool, line: str | None, **told: Any) -> None:
    """Keep a line's days for a claim: no period's end and no erasure removes them while the hold stands."""
    home = resolve(home_path).collector
    if line is None:
        _show(home, as_json=as_json)
        return
    placed = _place(home, line, told)
    note(home.root, Act.HELD, f"hold {placed.number}")
    click.echo(json.dumps(asdict(placed), indent=2, default=str) if as_json else _words(placed))


@click.command("release")
@home_option
@_BY
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why, in one line: decided, settled, withdrawn.")
def release(home_path: Path | None, *, by: str | None, number: int, reason: str) -> None:
    """End the hold of that NUMBER: what it alone kept goes at the next deletion."""
    from collector.retention import hold_file
    from collector.retention.claim import Released

    home = resolve(home_path).collector
    told = Released(number=number, reason=reason, released_by=by or user(), released_at=clock.now())
    ended = hold_file.release(home, told)
    note(home.root, Act.RELEASED, f"hold {number}")
    click.echo(f"Released: {_words(ended)}")


def _place(home: CollectorHome, line: str, told: Mapping[str, Any]) -> "ClaimHold":
    from collector.retention import hold_file
    from collector.retention.claim import ClaimHold

    if told["from_on"] is None or not told["reason"]:
        raise click.UsageError("--line also wants --from DAY and --reason TEXT")
    placed = ClaimHold(
        number=0,
        line=line,
        from_at=_begin(told["from_on"], told["zone_name"]),
        to_at=None if told["to_on"] is None else _begin(told["to_on"], told["zone_name"]),
        reason=told["reason"],
        placed_by=told["by"] or user(),
        placed_at=clock.now(),
    )
    return hold_file.place(home, placed)


def _show(home: CollectorHome, *, as_json: bool) -> None:
    from collector.retention.hold_file import holds

    standing = holds(home)
    if as_json:
        told = {"schema": "prova.holds/1", "holds": [asdict(one) for one in standing]}
        click.echo(json.dumps(told, indent=2, default=str))
        return
    for one in standing:
        click.echo(_words(one))
    if not standing:
        click.echo("Nothing is held.")


def _words(one: "ClaimHold") -> str:
    end = "on" if one.to_at is None else f"to {one.to_at:%Y-%m-%d %H:%M} UTC"
    said = f"{one.reason}; {one.placed_by}, {one.placed_at:%Y-%m-%d}"
    return f"{one.number}  line {one.line}  from {one.from_at:%Y-%m-%d %H:%M} UTC {end}  ({said})"


def _begin(day: date, zone_name: str) -> datetime:
    from analysis.period import local_day

    try:
        return local_day(day, ZoneInfo(zone_name)).start_at
    except (ValueError, OSError, KeyError) as error:
        raise click.UsageError(f"--timezone {zone_name!r} is no time zone; write for example Europe/Lisbon") from error
