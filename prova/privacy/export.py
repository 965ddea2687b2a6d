"""Shell. `prova privacy export`: everything that is held of a line, for the person whose it is.

Knows nothing of how each part is read.
"""

import json
from datetime import date, timedelta
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import click

from analysis import run
from analysis.case.case import NO_CASE
from analysis.case.case_file import load as load_case
from analysis.contract_file import load
from analysis.finding_json import report_json
from analysis.period import Period, local_day
from collector.audit_log.act import Act
from collector.erasure.erase import probes_of
from collector.request.entry import Event, Kind
from collector.store import Store
from probe import clock
from prova.audit.noted import noting
from prova.exit import CommandError
from prova.home import Home, resolve
from prova.option import LineName, home_option
from prova.privacy import held_home, held_store, line_files
from prova.privacy.asked import Wished, ended, known_line, received_option, taken_up
from prova.privacy.package import Package, made


@click.command("export")
@click.option("--line", required=True, type=LineName(), help="Whose line.")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path),
    help="A new folder; a ZIP if it ends with .zip.",
)
@received_option
@home_option
def command(*, line: str, output: Path, received_on: date | None, home_path: Path | None) -> None:
    """Give a person everything that is held of their line: as it was signed, as tables, and what was concluded."""
    home = resolve(home_path)
    if not home.collector.journal.exists():
        raise CommandError(f"There is no store at {home.collector.journal} yet. Name its home with --home DIR.")
    known_line(home, line)
    request = taken_up(home, Wished(kind=Kind.EXPORT, line=line, received_on=received_on))
    with noting(home.path, Act.EXPORTED, request.id), made(output) as package:
        _write(package, home, line, request.id)
    ended(home, request, Event.GRANTED, line)
    click.echo(f"{request.id}: everything of the line {line} stands in {output}.", err=True)


def _write(package: Package, home: Home, line: str, request: str) -> None:
    store = Store(home.collector.journal)
    with package.file("README.txt") as file:
        file.write((files("prova.privacy") / "readme.txt").read_bytes())
    counts = held_store.write(package, store, line)
    held_home.write(package, home, line, probes_of(home.collector, line))
    with package.file("findings.json") as file:
        file.write(_findings(home, store, line))
    told = {
        "schema": "prova.own-data/1",
        "line": line,
        "request": request,
        "made_at": clock.now().isoformat(),
        "software": f"prova {metadata.version('prova')}",
        "rows": counts,
    }
    with package.file("package.json") as file:
        file.write(json.dumps(told, indent=2).encode() + b"\n")


def _findings(home: Home, store: Store, line: str) -> bytes:
    """Over all that was measured; `null` where there is no contract of this line, or nothing measured."""
    if not (home.contract.exists() and line_files.is_own(home, line)):
        return b"null\n"
    contract, now = load(home.contract), clock.now()
    first = next(store.records([line], *held_store.EVER), None)
    if first is None:
        return b"null\n"
    zone = contract.line.zone
    begun = local_day(first.record.started.at.astimezone(zone).date(), zone)
    period = Period(begun.start_at, local_day(now.astimezone(zone).date() + timedelta(days=1), zone).start_at)
    case = load_case(home.case, zone) if home.case.exists() else NO_CASE
    report = run.check(store, contract, period, now, case)
    return json.dumps(report_json(report), indent=2, ensure_ascii=False).encode() + b"\n"
