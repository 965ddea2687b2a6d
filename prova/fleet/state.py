"""Shell. `prova fleet health`, `bursts` and `open`: how probes are, what befell many lines, and down to one record."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.fleet import burst_run, drill, topology_file
from analysis.fleet.burst import bursts_json
from analysis.fleet.drill import Step
from analysis.fleet.health import Level
from analysis.fleet.health_json import health_json
from analysis.fleet.health_judge import judge_disk
from analysis.fleet.health_run import judge_fleet
from analysis.fleet.placement import GroupKind, Placement
from analysis.fleet.record_json import record_json
from analysis.period import Period, local_day
from collector.store import Store
from probe import clock
from prova.exit import CommandError, Exit
from prova.fleet.rows import burst_rows, health_rows
from prova.home import Home, resolve
from prova.option import Day, home_option, json_option

_TOLD_AFTER_S = 2.0
_ONE_DAY = timedelta(days=1)
_DAYS_SHOWN = timedelta(days=14)
zone_option = click.option(
    "--timezone", "zone_name", default="Europe/Lisbon", show_default=True, help="In which days begin."
)


@click.command("health")
@click.option("--line", "lines", multiple=True, help="Only the probes of this line; repeatable.")
@click.option(
    "--by", type=click.Choice([kind.value for kind in GroupKind]), help="With --name: the lines of one group."
)
@click.option("--name", "group", help="The group's name.")
@click.option("--all", "every", is_flag=True, help="Show the probes too that are well.")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@click.option("--exit-code", is_flag=True, help="End with 1 where anything is an alarm.")
@home_option
@json_option
def health(  # noqa: PLR0913  one parameter per option
    *,
    lines: tuple[str, ...],
    by: str | None,
    group: str | None,
    every: bool,
    lang: str,
    exit_code: bool,
    home_path: Path | None,
    as_json: bool,
) -> int:
    """How every probe is: heard or silent, late, its clock, its version, its spool; and the mend."""
    home, now = resolve(home_path), clock.now()
    chosen = set(lines) | set(_of_group(home, by, group, now.date()))
    found = judge_fleet(Store(home.collector.journal), now, lines=chosen or None, done=progress("probes"))
    disk = judge_disk(shutil.disk_usage(home.path).free)
    if as_json:
        click.echo(json.dumps(health_json(found, now, collector=disk), indent=2, ensure_ascii=False))
    else:
        for row in health_rows(found, disk, lang, every=every):
            click.echo(row)
    alarmed = Level.ALARM in {*(one.level for one in found), *(one.level for one in disk)}
    return Exit.BREACH if exit_code and alarmed else Exit.DONE


@click.command("bursts")
@click.option("--from", "from_on", type=Day(), help="First day. Default: yesterday.")
@click.option("--to", "to_on", type=Day(), help="The day after the last one. Default: tomorrow.")
@zone_option
@home_option
@json_option
def bursts(*, from_on: date | None, to_on: date | None, zone_name: str, home_path: Path | None, as_json: bool) -> None:
    """Outages that began with many others of the same operator, and what these lines share in the network."""
    home, zone, today = resolve(home_path), zone_of(zone_name), clock.now().date()
    first, after = from_on or today - _ONE_DAY, to_on or today + _ONE_DAY
    if after <= first:
        raise click.UsageError(f"--to {after} must be later than --from {first}; the day given as --to is not included")
    period = Period(local_day(first, zone).start_at, local_day(after, zone).start_at)
    store = Store(home.collector.journal)
    places = {one.line: one for one in topology_file.load(home.topology).on(first)}
    found = burst_run.find(store, store.lines(), period, places, done=progress("lines"))
    if as_json:
        click.echo(json.dumps(bursts_json(found), indent=2, ensure_ascii=False))
        return
    for row in burst_rows(found, zone):
        click.echo(row)


@click.command("open")
@click.option("--region", help="The segments of this region.")
@click.option("--segment", help="The lines of this segment.")
@click.option("--line", help="The days of this line, the last fourteen; or a day's records with --day.")
@click.option("--day", "on_day", type=Day(), help="With --line: this day's records.")
@click.option("--record", "record_id", help="With --line and --day: this record whole, by its id.")
@zone_option
@home_option
@json_option
def open_(  # noqa: PLR0913  one parameter per option
    *,
    region: str | None,
    segment: str | None,
    line: str | None,
    on_day: date | None,
    record_id: str | None,
    zone_name: str,
    home_path: Path | None,
    as_json: bool,
) -> None:
    """From the whole fleet down: regions, a region's segments, a segment's lines, a line's days, a day's records."""
    home, zone, now = resolve(home_path), zone_of(zone_name), clock.now()
    if line is None:
        places = [one for one in topology_file.load(home.topology).on(now.date()) if region in {None, one.region}]
        _print(_level(places, region, segment), as_json=as_json)
        return
    store = Store(home.collector.journal)
    if on_day is None:
        period = Period(now - _DAYS_SHOWN, now)
        _print(drill.days(store, line, period, zone), as_json=as_json)
        return
    kept = [one for one in drill.records(store, line, on_day, zone) if record_id in {None, one.record.id}]
    if record_id is not None and not kept:
        raise CommandError(f"No record {record_id} of {line} began on {on_day}. Leave --record out to see those.")
    for one in kept:
        told = record_json(one, addresses=True)
        if record_id is not None or as_json:
            click.echo(json.dumps(told, indent=2 if record_id is not None else None, ensure_ascii=False))
        else:
            click.echo(f"{one.record.started.at.astimezone(zone):%H:%M:%S}  {told['kind']:<14} {told['id']}")


def _level(places: Sequence[Placement], region: str | None, segment: str | None) -> tuple[Step, ...]:
    if segment is not None:
        return tuple(Step(one.line, {}) for one in places if one.segment == segment)
    return drill.groups(places, GroupKind.REGION if region is None else GroupKind.SEGMENT)


def _print(steps: Sequence[Step], *, as_json: bool) -> None:
    if as_json:
        told = {"schema": "prova.fleet/1", "steps": [{"name": one.name, **one.counts} for one in steps]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for one in steps:
        counts = ", ".join(f"{count} {what}" for what, count in one.counts.items())
        click.echo(f"{one.name or '(none known)'}  {counts}".rstrip())
    if not steps:
        click.echo("Nothing is known there. Take a topology in with `prova fleet import FILE.csv`.")


def _of_group(home: Home, by: str | None, group: str | None, day: date) -> tuple[str, ...]:
    if (by is None) != (group is None):
        raise click.UsageError("--by and --name go together")
    if by is None or group is None:
        return ()
    found = topology_file.load(home.topology).groups(GroupKind(by), day).get(group)
    if found is None:
        raise CommandError(f"No line is in the {by} {group}. See `prova fleet show --by {by}`.")
    return found


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises UsageError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise click.UsageError(f"--timezone {name!r} is no time zone; write for example Europe/Lisbon") from error


def progress(what: str) -> Callable[[int, int], None]:
    """Says on stderr, after two seconds and then now and again, how many of how many are done."""
    told = time.monotonic() + _TOLD_AFTER_S

    def done(number: int, of: int) -> None:
        nonlocal told
        if time.monotonic() >= told:
            told = time.monotonic() + _TOLD_AFTER_S
            click.echo(f"prova: {number} of {of} {what}", err=True)

    return done
