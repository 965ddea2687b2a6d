"""Shell. `prova collector backup`, `restore`, `project`, `announce` and `metrics`: the store's copies and its views.

Knows nothing of how they are made or of the time at which a backup is due.
"""

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.audit_log.act import Act
from probe import clock
from prova.audit.noted import note
from prova.exit import CommandError, Exit
from prova.home import resolve
from prova.option import home_option
from prova.stop import stopping

if TYPE_CHECKING:
    from collector.projection.feed import Feed
    from collector.projection.influx import Database
    from collector.projection.project import Hidden, Place

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
    note(resolve(home_path).path, Act.BACKED_UP, f"as of {made.made_at.isoformat()}, to {place}")
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
@click.option(
    "--erased",
    "erased_list",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of who was erased that is newer than the one beside the copies: HOME/collector/erased.txt.",
)
def restore(home_path: Path | None, place: str, at: datetime | None, erased_list: Path | None) -> None:
    """Put a copy of the store back into an empty home folder, after checking all of it.

    Lines that were erased since the copy was made are not in it.
    """
    from collector.operation.restore import restore as put_back

    home = resolve(home_path)
    moment = None if at is None else at.replace(tzinfo=UTC)
    done = put_back(home.collector, place, at=moment, say=_say, erased_list=erased_list)
    note(home.path, Act.RESTORED, f"as of {done.made_at.isoformat()}, from {place}")
    _say(
        f"Restored {done.record_count} records of {done.batch_count} batches, as of {done.made_at.isoformat()}, into"
        f" {home.path}: all of it holds."
    )


@click.command("project")
@home_option
@click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/collector/projection.toml"
)
@click.option("--once", is_flag=True, help="Show what is there and end.")
@click.option("--from-start", is_flag=True, help="Show all of it anew, whatever was shown.")
def project(home_path: Path | None, settings_path: Path | None, *, once: bool, from_start: bool) -> None:
    """Show the store in InfluxDB for dashboards, and follow it until stopped. It is never the evidence."""
    from collector.projection import settings
    from collector.projection.feed import Feed
    from collector.projection.influx import Database, DatabaseError
    from collector.projection.project import Place, catch_up, show_health
    from collector.request.entry import Purpose
    from collector.store import Store
    from prova.privacy import kept_back

    home = resolve(home_path).collector
    loaded = settings.load(settings_path or home.projection_settings)
    place = Place(home.projection_place, loaded.target)
    if from_start:
        place.forget()
    hidden = kept_back.asking(resolve(home_path), Purpose.PROJECTION)
    with closing(Database(loaded)) as database:
        if not once:
            asyncio.run(_follow(Feed(home.journal), database, place, hidden))
            return
        try:
            shown = catch_up(Feed(home.journal), database, place, say=_say, hidden=hidden)
            show_health(Store(home.journal), database, clock.now(), hidden=hidden)
        except DatabaseError as error:
            raise CommandError(f"{error} Run this again once it does.", Exit.UNREACHABLE) from error
    _say(f"{shown.point_count} points written, {shown.refused_count} refused, up to batch {shown.through}.")


@click.command("metrics")
@home_option
@click.option("--listen", default="127.0.0.1:9109", show_default=True, help="HOST:PORT. Whoever reaches it may ask.")
def metrics(home_path: Path | None, listen: str) -> None:
    """Tell Prometheus how this collector fares, until stopped."""
    from collector.projection import settings
    from collector.projection.metrics import Told, answering
    from collector.projection.project import Place
    from collector.store import Store

    home = resolve(home_path).collector
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise CommandError(f"--listen {listen} is no HOST:PORT; write it as 127.0.0.1:9109.")
    own = home.projection_settings
    place = Place(home.projection_place, settings.load(own).target) if own.exists() else None

    async def until_stopped() -> None:
        with stopping() as stop, answering(Told(Store(home.journal), place), host, int(port)) as at:
            _say(f"http://{host}:{at}/metrics")
            await stop.wait()

    asyncio.run(until_stopped())


@click.command("announce")
@home_option
@click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/collector/home-assistant.toml"
)
@click.option("--remove", is_flag=True, help="Take the lines out of Home Assistant and end.")
def announce(home_path: Path | None, settings_path: Path | None, *, remove: bool) -> None:
    """Show every line in Home Assistant, over the broker that you name, until stopped. It is never the evidence."""
    from importlib import metadata

    from aiomqtt import MqttError

    from collector.projection import announce as announcing
    from collector.projection import announce_settings
    from collector.request.entry import Purpose
    from collector.store import Store
    from prova.privacy import kept_back

    home = resolve(home_path).collector
    loaded = announce_settings.load(settings_path or home.announce_settings)
    hidden = kept_back.asking(resolve(home_path), Purpose.PROJECTION)
    announcer = announcing.Announcer(Store(home.journal), loaded, metadata.version("prova"), hidden)
    if remove:
        try:
            _say(f"{asyncio.run(announcing.withdraw(announcer))} lines taken out of Home Assistant.")
        except MqttError as error:
            raise CommandError(f"The broker cannot be reached ({error}). Try again.", Exit.UNREACHABLE) from error
        return

    async def until_stopped() -> None:
        with stopping() as stop:
            await announcing.announce(announcer, now=clock.now, stop=stop, say=_say)

    asyncio.run(until_stopped())


async def _follow(feed: "Feed", database: "Database", place: "Place", hidden: "Hidden") -> None:
    from collector.projection.project import follow

    with stopping() as stop:
        await follow(feed, database, place, stop=stop, say=_say, now=clock.now, hidden=hidden)


def _say(words: str) -> None:
    click.echo(words, err=True)
