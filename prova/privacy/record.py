"""Shell. `prova privacy record` and `documents`: what is done with whose data, for people and machines.

Knows nothing of what the record says.
"""

import json
from pathlib import Path

import click

from prova.exit import CommandError
from prova.option import json_option
from prova.privacy.document import part
from prova.privacy.document.documents import documents as every_document
from prova.privacy.document.record_text import record_text
from prova.privacy.processing.record_file import load
from prova.privacy.processing.record_json import record_json

_CONTROLLER = click.option(
    "--controller",
    metavar="TEXT",
    default=part.SLOT,
    help="Who answers for it, with a contact. Default: left to fill in.",
)


@click.command("record")
@json_option
@_CONTROLLER
@click.option("--role", metavar="ROLE", help="Grounds of this role alone: customer, operator, regulator, processor.")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
def record(*, as_json: bool, controller: str, role: str | None, lang: str) -> None:
    """The record of processing: which data, what for, on which ground, where, how long, to whom (GDPR art. 30)."""
    known = load()
    if role is not None and role not in known.role:
        raise CommandError(f"{role!r} is no role. Name one of {', '.join(known.role)}.")
    if as_json:
        click.echo(json.dumps(record_json(known, role=role), indent=2, ensure_ascii=False))
    else:
        click.echo(record_text(known, lang, role=role, controller=controller), nl=False)


@click.command("documents")
@_CONTROLLER
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder."
)
def documents(*, controller: str, folder: Path) -> None:
    """Write record, notice for the home, impact assessment and roles to a folder, each in Portuguese and English."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in every_document(load(), controller=controller).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder} cannot be written ({error.strerror}). Name another with -o.") from error
    click.echo(f"Written to {folder}.")
