"""Shell. `prova congestion`: which hours of a line, or of many lines together, are worse than the others, and where."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.case.case_file import load as load_case
from analysis.congestion.judgement import Judgement, Kind
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from collector.store import Store
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import Day, home_option, json_option

_DAYS_BACK = 28
_MOST_DAYS = 400


@click.command("congestion")
@click.option("--line", "lines", multiple=True, help="The line (repeatable). Default: the only line there is.")
@click.option("--group", help="Lines of one place together, as segment:NAME (kinds: those of `prova fleet`).")
@click.option("--by", type=click.Choice(["segment", "node", "region", "operator"]), help="Every group of this kind.")
@click.option("--from", "from_on", type=Day(), help=f"First day. Default: {_DAYS_BACK} days before the last.")
@click.option("--to", "to_on", type=Day(), help="The day after the last one. Default: today.")
@click.option("--timezone", "zone_name", default="Europe/Lisbon", show_default=True, help="The lines' zone.")
@click.option(
    "--case",
    "case_path",
    type=click.Path(path_type=Path),
    help="Announced works, equipment, outside witnesses. Default: HOME/case.toml",
)
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@home_option
@json_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    lines: tuple[str, ...],
    group: str | None,
    by: str | None,
    from_on: date | None,
    to_on: date | None,
    zone_name: str,
    case_path: Path | None,
    lang: str,
    home_path: Path | None,
    as_json: bool,
) -> int:
    """Say which hours are worse than a line's quiet ones: again and again, once, by the household's own use, or never.

    What was measured decides, never what was promised. Of groups: which lines are worse at the same times. Ends with 3
    where of no line, or of no group, enough is known.
    """
    home, zone = resolve(home_path), _zone(zone_name)
    days = _days(from_on, to_on, clock.now().astimezone(zone).date())
    if sum((bool(lines), group is not None, by is not None)) > 1:
        raise click.UsageError(
            "name lines with --line, one group with --group, or a kind of group with --by: one of them"
        )
    if group is not None or by is not None:
        return _groups(home, (group, by), days, zone, lang, as_json=as_json)
    return _one_by_one(home, lines, days, _circumstances(home, case_path, zone), zone, lang=lang, as_json=as_json)


def _groups(
    home: Home,
    named: tuple[str | None, str | None],
    days: tuple[date, date],
    zone: ZoneInfo,
    lang: str,
    *,
    as_json: bool,
) -> int:
    from analysis.fleet.placement import GroupKind
    from prova.many.congestion_groups import Wanted, tell, wanted_of  # needs numpy and pyarrow

    group, by = named
    kind, name = (GroupKind(by), None) if by is not None else wanted_of(group or "")
    store = Store(home.collector.journal)
    return tell(store, home, Wanted(kind, name, *days, zone), lang, as_json=as_json)


def _one_by_one(  # noqa: PLR0913  what was asked for
    home: Home,
    lines: tuple[str, ...],
    days: tuple[date, date],
    circumstances: Circumstances,
    zone: ZoneInfo,
    *,
    lang: str,
    as_json: bool,
) -> int:
    from analysis.congestion.limits import limits  # needs numpy, as all below
    from analysis.congestion.run import days_between, of_line

    store = Store(home.collector.journal)
    judged = []
    for number, line in enumerate(_lines(store, lines), 1):
        if number > 1:
            click.echo(f"prova: {number - 1} lines judged", err=True)
        judged.append(of_line(store, line, days_between(*days), zone, circumstances))
    if as_json:
        from analysis.congestion.congestion_json import congestion_json

        click.echo(json.dumps(congestion_json(judged, limits()), indent=2, ensure_ascii=False))
    else:
        _print(judged, lang)
    return _end(judged)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise click.UsageError(f"--timezone {name!r} is no time zone; write for example Europe/Lisbon") from error


def _days(from_on: date | None, to_on: date | None, today: date) -> tuple[date, date]:
    """The first day, and the day after the last; a running day is no whole one."""
    after = to_on or today
    first = from_on or after - timedelta(days=_DAYS_BACK)
    if after <= first:
        raise click.UsageError(f"--to {after} must be later than --from {first}; the day given as --to is not included")
    if (after - first).days > _MOST_DAYS:
        raise click.UsageError(f"--from {first} to {after} is more than {_MOST_DAYS} days; ask for fewer at once")
    return first, after


def _lines(store: Store, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Each once. Raises CommandError for one that is not known."""
    known = store.lines()
    if not wanted and len(known) == 1:
        return known
    unknown = [line for line in wanted if line not in known]
    if unknown or not wanted:
        what = f"There is no line {unknown[0]!r} here." if unknown else "Name a line with --line."
        raise CommandError(f"{what} Known here: {', '.join(known[:8]) or 'none yet'}.")
    return tuple(dict.fromkeys(wanted))


def _circumstances(home: Home, case_path: Path | None, zone: ZoneInfo) -> Circumstances:
    """What the case says that no probe can see. Raises CaseError."""
    path = case_path or home.case
    return NOTHING_KNOWN if case_path is None and not path.exists() else load_case(path, zone).circumstances


def _print(judged: Sequence[Judgement], lang: str) -> None:
    from analysis.congestion.rows import rows

    for one in judged:
        for row in rows(one, lang):
            click.echo(row)


def _end(judged: Sequence[Judgement]) -> int:
    if any(one.kind is not Kind.UNKNOWN for one in judged):
        return Exit.DONE
    click.echo("prova: Not enough evidence of any line. Leave `prova up` running and ask again.", err=True)
    return Exit.EVIDENCE
