"""Shell. `prova collector backup` and `restore`: the store's copies.

Knows nothing of how they are made or of the time at which a backup is due.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from probe import clock
from prova.home import resolve
from prova.option import home_option

_FORMS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@click.command("backup")
@home_option
@click.option("--to", "place", required=True, help="Where copies lie: a folder, file:// or s3://bucket/prefix.")
def backup(home_path: Path | None, place: str) -> None:
    """Copy the store, its keys and its passwords, while the collector goes on.

    Copies at one place share what did not change. Whoever reads them can sign in this collector's name.
    """
    from collector.operation.backup import backup as back_up

    made = back_up(resolve(home_path).collector, place, now_at=clock.now(), say=_say)
    _say(
        f"Copied {made.file_count} files, {made.byte_count} bytes, of them {made.new_byte_count} new, up to batch"
        f" {made.newest_batch}, as of {made.made_at.isoformat()}."
    )


@click.command("restore")
@home_option
@click.option("--from", "place", required=True, help="Where the copies lie.")
@click.option(
    "--at", "at", type=click.DateTime(_FORMS), help="The newest copy made by then (UTC). Default: the newest."
)
def restore(home_path: Path | None, place: str, at: datetime | None) -> None:
    """Put a copy of the store back into an empty home folder, after checking all of it."""
    from collector.operation.restore import restore as put_back

    home = resolve(home_path)
    moment = None if at is None else at.replace(tzinfo=UTC)
    done = put_back(home.collector, place, at=moment, say=_say)
    _say(
        f"Restored {done.record_count} records of {done.batch_count} batches, as of {done.made_at.isoformat()}, into"
        f" {home.path}: all of it holds."
    )


def _say(words: str) -> None:
    click.echo(words, err=True)
