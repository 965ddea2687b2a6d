"""Shell. `prova privacy`: what is kept of people, and for how long."""

import importlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.audit_log.act import Act
from probe import clock
from prova.audit.noted import noting
from prova.exit import CommandError
from prova.home import resolve
from prova.option import home_option, json_option
from prova.privacy import hold as claim
from prova.privacy import record as processing

_APART = {  # module below `prova.privacy`, and what it calls the command
    "erase": ("erase", "command"),
    "export": ("export", "command"),
    "extend": ("log", "extend"),
    "lift": ("log", "lift"),
    "log": ("log", "log"),
    "object": ("limit", "object_"),
    "rectify": ("rectify", "command"),
    "refuse": ("log", "refuse"),
    "restrict": ("limit", "restrict"),
}

if TYPE_CHECKING:
    from collector.retention.retain import Due
    from collector.retention.settings import Retention


class _Lazy(click.Group):
    """Commands that stand in a folder of their own are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_APART])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _APART:
            return super().get_command(ctx, cmd_name)
        module, name = _APART[cmd_name]
        found = getattr(importlib.import_module(f"prova.privacy.{module}"), name)
        assert isinstance(found, click.Command)
        return found


@click.group("privacy", cls=_Lazy)
def command() -> None:
    """What is kept of people, and for how long."""


for _one in (processing.record, processing.documents, claim.hold, claim.release):
    command.add_command(_one)


@command.command("retention")
@home_option
@json_option
@click.option("--delete", is_flag=True, help="Delete it now. Without this, it is only shown.")
def retention(home_path: Path | None, *, as_json: bool, delete: bool) -> None:
    """Show what was kept as long as was declared, or delete it: days of the lake, with a signed note in their place.

    Declared in HOME/collector/retention.toml; without it everything is kept.
    """
    from collector.retention import retain, settings
    from probe import keyfile

    home = resolve(home_path).collector
    declared = settings.load(home.retention_settings)
    if not declared.periods:
        raise CommandError(
            f"No period is declared, so everything is kept. Write [records] with days and reason to"
            f" {home.retention_settings}."
        )
    if not home.journal.exists():
        raise CommandError(f"There is no store at {home.journal} yet. Name its home with --home DIR.")
    now = clock.now()
    if delete:
        with noting(home.root, Act.RETENTION_DELETED, ", ".join(one.held for one in declared.periods)):
            found = retain.remove(home, declared, now_at=now, key=keyfile.load_or_make(home.key))
    else:
        found = retain.due(home, declared, today_on=now.astimezone(UTC).date())
    _tell(found, declared, as_json=as_json, deleted=delete)


def _tell(found: "Sequence[Due]", declared: "Retention", *, as_json: bool, deleted: bool) -> None:
    if as_json:
        told = {
            "schema": "prova.retention/1",
            "deleted": deleted,
            "kinds": [asdict(one) for one in found],
            "holds": [asdict(one) for one in declared.holds],
        }
        click.echo(json.dumps(told, indent=2, default=str))
        return
    for hold in declared.holds:
        click.echo(f"Held: nothing from {hold.from_on} on goes ({hold.reason}).")
    for one in found:
        click.echo(_words(one, deleted=deleted))
    if not deleted:
        click.echo(
            "Nothing was deleted. `prova privacy retention --delete` does it; older copies keep it all the same."
        )


def _words(one: "Due", *, deleted: bool) -> str:
    files = f", {one.batch_count} signed batches, {one.byte_count} bytes" if one.file_count else ""
    done = "deleted" if deleted else "would go"
    kept = f" {one.held_count} rows stay, held for a claim." if one.held_count else ""
    return (
        f"{one.held}: before {one.before_on} ({one.days} days: {one.reason}): {one.row_count} rows{files} {done}.{kept}"
    )
