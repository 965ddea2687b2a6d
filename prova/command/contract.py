"""Shell. `prova contract`: make, check or show a contract file."""

from pathlib import Path

import click

from analysis.contract import Contract
from analysis.contract_file import load, template
from probe.body.speed_test import Direction
from probe.units import mbps_of_bps
from prova.exit import CommandError


@click.group("contract")
def command() -> None:
    """The contract summary (CST) as a file."""


@command.command("new")
@click.argument("file", type=click.Path(path_type=Path), default="contract.toml")
def new(file: Path) -> None:
    """Write a contract file to fill in. Never overwrites one."""
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(template())
    except FileExistsError as error:
        raise CommandError(f"{file} is there already. Edit it, or name another file.") from error
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}. Name another place.") from error
    click.echo(f"Fill in {file}, then: prova contract check {file}")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with a contract file, all at once."""
    contract = load(file)
    _show(contract)
    for note in contract.notes:
        click.echo(f"Note: {note.where}: {note.en}")
    click.echo("The contract file is in order.")


@command.command("show")
@click.argument("file", type=click.Path(path_type=Path))
def show(file: Path) -> None:
    """Show what a contract file promises."""
    _show(load(file))


def _show(contract: Contract) -> None:
    line = contract.line
    click.echo(f"{contract.operator}, {contract.technology}, line {line.id} ({line.zone.key}, {line.region})")
    for terms in contract.terms:
        click.echo(f"from {terms.from_on}: {terms.service}")
        for direction in Direction:
            speeds = terms.speeds(direction)
            promised = {"maximum": speeds.maximum_bps, "normal": speeds.normal_bps, "minimum": speeds.minimum_bps}
            shown = ", ".join(
                f"{name} {'not stated' if bps is None else f'{mbps_of_bps(bps):g} Mbit/s'}"
                for name, bps in promised.items()
            )
            click.echo(f"  {direction:>8}: {shown}")
