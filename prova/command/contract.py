"""Shell. `prova contract`: make, import, check or show a contract file."""

from pathlib import Path

import click

from analysis.contract_file import load, template
from prova.contract.import_pdf import command as import_command
from prova.contract_words import shown
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
    click.echo(shown(load(file)))
    click.echo("The contract file is in order.")


@command.command("show")
@click.argument("file", type=click.Path(path_type=Path))
def show(file: Path) -> None:
    """Show what a contract file promises."""
    click.echo(shown(load(file)))


command.add_command(import_command)
