"""Shell. `prova fleet`: where lines hang in the network, how their probes are, what befell many at once."""

import json
from datetime import date
from pathlib import Path

import click

from analysis.event.event import EventKind
from analysis.fleet import topology_file
from analysis.fleet.placement import GroupKind, Placed
from analysis.fleet.topology import Changed, changed, placed_json, topology_json
from analysis.fleet.topology_table import COLUMNS
from probe import clock
from prova.change.noted import note
from prova.exit import CommandError
from prova.fleet.state import bursts, health, open_
from prova.home import make, resolve
from prova.option import Day, home_option, json_option

_NAMED = 8  # lines of each sort


@click.group("fleet")
def command() -> None:
    """Many lines: where each hangs in the network, how their probes are, what befell them together."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--from", "from_on", type=Day(), help="The first day of rows that have none of their own.")
@click.option("--column", "columns", multiple=True, metavar="NAME=HEADING", help="Which heading says what; repeatable.")
@home_option
@json_option
def import_(
    file: Path,
    *,
    dry_run: bool,
    from_on: date | None,
    columns: tuple[str, ...],
    home_path: Path | None,
    as_json: bool,
) -> None:
    """Take in where lines hang in the network: a CSV of line, operator, region, node, segment, technology, tier.

    With `from` and `to`, the first day and the one after the last, a row holds over these days. A circuit list as
    NetBox exports it is understood too. What held before stays known.
    """
    home = resolve(home_path)
    known = topology_file.load(home.topology)
    told = topology_file.told(file, known=known, from_on=from_on, columns=_columns(columns))
    after = changed(known, told.placed)
    if not dry_run:
        make(home)
        topology_file.keep(home.topology, after.topology)
        counts = {"lines": str(len({one.placement.line for one in after.topology.placed})), "file": file.name}
        note(home, EventKind.PLACE, "topology", counts | {"moved": str(len(after.moved))}, at=clock.now(), line=None)
    _tell(after, told.passed_over, kept=not dry_run, as_json=as_json)


@command.command("show")
@click.option("--on", "on_day", type=Day(), help="The day. Default: today.")
@click.option("--by", type=click.Choice([kind.value for kind in GroupKind]), help="Groups of this kind.")
@click.option("--line", help="One line, over all its days.")
@home_option
@json_option
def show(*, on_day: date | None, by: str | None, line: str | None, home_path: Path | None, as_json: bool) -> None:
    """Show where lines hang in the network on a day, or where one has hung."""
    topology = topology_file.load(resolve(home_path).topology)
    day = on_day or clock.now().date()
    if not topology.placed:
        raise CommandError("No topology is known here. Take one in with `prova fleet import FILE.csv`.")
    if as_json:
        told = topology_json(topology, day)
        if line is not None:
            told["lines"] = [placed_json(one) for one in topology.of(line)]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif by is not None:
        for name, lines in topology.groups(GroupKind(by), day).items():
            click.echo(f"{name}  {len(lines)} lines: {_some(lines)}")
    else:
        for one in topology.placed if line is None else topology.of(line):
            if line is not None or one.holds_on(day):
                click.echo(_row(one))


def _columns(told: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in told:
        name, sign, heading = one.partition("=")
        if name not in COLUMNS or not sign or not heading:
            raise click.BadParameter(
                f"{one!r} is not NAME=HEADING, with NAME one of {', '.join(COLUMNS)}", param_hint="--column"
            )
        found[name] = heading
    return found


def _tell(after: Changed, passed_over: tuple[str, ...], *, kept: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "schema": "prova.topology-import/1",
            "kept": kept,
            "new": list(after.new),
            "moved": list(after.moved),
            "same": after.same_count,
            "columns_passed_over": list(passed_over),
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(
        f"{'Kept' if kept else 'Would keep'}: {len(after.new)} lines new, {len(after.moved)} moved,"
        f" {after.same_count} as before."
    )
    for what, lines in (("new", after.new), ("moved", after.moved)):
        if lines:
            click.echo(f"  {what}: {_some(lines)}")
    if passed_over:
        click.echo(f"  columns that say nothing here: {', '.join(passed_over)}")


def _some(lines: tuple[str, ...]) -> str:
    return ", ".join(lines[:_NAMED]) + (" ..." if len(lines) > _NAMED else "")


def _row(one: Placed) -> str:
    place = one.placement
    names = [f"{kind.value} {name}" for kind in GroupKind if (name := place.group(kind)) is not None]
    more = [name for name in (place.technology, place.tier) if name is not None]
    days = f"from {one.from_on or '...'} to {one.to_on or '...'}"
    return f"{place.line}  {', '.join([*names, *more]) or 'nothing known'}  {days}"


for one in (health, bursts, open_):
    command.add_command(one)
