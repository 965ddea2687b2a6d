"""Shell. `prova collector`: the collector alone."""

import asyncio
import importlib.util
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probe import clock
from prova.change.noted import note_settings, note_software
from prova.collecting.care import announce, backup, metrics, project, restore
from prova.collecting.drill import drill
from prova.collecting.enrol import enrol
from prova.exit import CommandError, Exit
from prova.home import Home, make, resolve
from prova.option import Day, home_option, json_option
from prova.stop import stopping

if TYPE_CHECKING:
    from collector.proof.audit.defect import Audit, Defect

_MOST_SHOWN = 50


@click.group("collector")
def command() -> None:
    """The collector alone."""


for _own in (enrol, backup, restore, drill, project, announce, metrics):
    command.add_command(_own)


@command.command("run")
@home_option
@click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/collector/settings.toml"
)
def run(home_path: Path | None, settings_path: Path | None) -> None:
    """Receive, verify, keep and receipt what probes send, until stopped."""
    from collector import service, settings

    home = resolve(home_path)
    make(home)
    path = settings_path or home.collector_settings
    loaded = settings.load(path)
    note_software(home, "prova", at=clock.now())
    note_settings(home, "collector", path, at=clock.now(), line=None)

    async def serve() -> None:
        with stopping() as stop:
            await service.run(loaded, home.path, stop=stop, say=lambda words: click.echo(words, err=True))

    asyncio.run(serve())


@command.command("seal")
@home_option
@click.option("--before", "before_on", type=Day(), help="What arrived before this UTC day. Default: today.")
@click.option("--lake", "lake_url", help="Where the lake is made: a folder, file:// or s3://bucket. Default: HOME.")
@click.option("--timestamp-url", help="A time-stamping authority (RFC 3161) to ask. Default: as set, else nobody.")
def seal(home_path: Path | None, before_on: date | None, lake_url: str | None, timestamp_url: str | None) -> None:
    """Move what is older than today from the journal to the lake, and sign for it."""
    _need_pyarrow()
    from collector.lake import seal as sealing
    from collector.lake import settings
    from probe import keyfile

    home = resolve(home_path)
    loaded = settings.load(home.collector.seal_settings)
    now = clock.now()
    if before_on is not None and before_on > now.date():
        raise CommandError(f"--before {before_on} is not over yet in UTC; the latest is {now.date()}.")
    order = sealing.Order(
        before_on=before_on or now.date(),
        now_at=now,
        key=keyfile.load_or_make(home.collector.key),
        url=_address(lake_url) or loaded.lake_url,
    )
    report = sealing.seal(home.collector, order, say=_say)
    _say(
        f"{report.record_count} records of {report.batch_count} batches sealed into {report.byte_count} bytes at"
        f" {report.url}; {report.merged_count} small files put together."
    )
    if url := timestamp_url or loaded.timestamp_url:
        _stamp(home, url, loaded.certificate_file)


@command.command("verify")
@home_option
@json_option
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A receipt or a checkpoint that someone else kept. May be given again.",
)
@click.option(
    "--certificate",
    "certificate_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The time-stamping authority's certificates (PEM). Default: as set for sealing.",
)
def verify(home_path: Path | None, *, as_json: bool, against: tuple[Path, ...], certificate_file: Path | None) -> None:
    """Check everything kept: signatures, chains, rows, files, the tree over all of it, time-stamps.

    Ends with exit code 3 where something does not hold.
    """
    _need_pyarrow()
    from collector.lake import settings
    from collector.proof.audit.check import Question, check
    from collector.proof.stamping import read_certificates

    home = resolve(home_path)
    file = certificate_file or settings.load(home.collector.seal_settings).certificate_file
    question = Question(against=against, trusted=read_certificates(file))
    found = check(home.collector, question, say=_say)
    if as_json:
        told = asdict(found) | {"schema": "prova.audit/1", "intact": not found.defects}
        click.echo(json.dumps(told, indent=2))
    else:
        _tell(found)
    if found.defects:
        raise click.exceptions.Exit(Exit.EVIDENCE)


def _tell(found: "Audit") -> None:
    for note in found.notes:
        click.echo(f"note: {note}")
    for defect in found.defects[:_MOST_SHOWN]:
        click.echo(_words(defect))
    if len(found.defects) > _MOST_SHOWN:
        click.echo(f"... and {len(found.defects) - _MOST_SHOWN} more; --json tells all.")
    click.echo(
        f"{found.batch_count} batches, {found.record_count} records, {found.file_count} files,"
        f" {found.checkpoint_count} checkpoints, {found.stamped_count} of them time-stamped:"
        f" {f'{len(found.defects)} defects' if found.defects else 'all of it holds'}."
    )


def _words(defect: "Defect") -> str:
    where = "".join(
        f", {name} {value}"
        for name, value in (("batch", defect.batch), ("probe", defect.probe), ("record", defect.sequence))
        if value is not None
    )
    return f"{defect.kind}: {defect.place}{where}: {defect.detail}"


def _stamp(home: Home, url: str, certificate_file: Path | None) -> None:
    from collector.proof.stamping import stamp

    stamped = stamp(home.collector, url=url, certificate_file=certificate_file)
    waiting = f"; {stamped.waiting} wait for the next seal: {stamped.reason}" if stamped.waiting else ""
    _say(f"{stamped.count} checkpoints time-stamped{waiting}.")


def _address(url: str | None) -> str | None:
    """A folder is meant from where the command is given, not from where the journal lies."""
    return str(Path(url).expanduser().resolve()) if url is not None and "://" not in url else url


def _need_pyarrow() -> None:
    if importlib.util.find_spec("pyarrow") is None:
        raise CommandError("The lake needs pyarrow, which is missing here. Install Prova with its part [collector].")


def _say(words: str) -> None:
    click.echo(words, err=True)
