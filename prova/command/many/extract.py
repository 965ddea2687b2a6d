"""Shell. `prova extract`: a period's tables for a regulator, as data packages."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.bucket_result import BucketResult
from analysis.extract.extract import Extract, Panel, extract
from analysis.extract.package.compose import about
from analysis.extract.package.origin import Origin
from analysis.extract.parameters import parameters
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.table import Audience
from analysis.kernel.run import Span
from analysis.profile import load as load_profile
from collector.audit_log.act import Act
from collector.envelope import CollectorUptime
from collector.request.entry import Purpose
from collector.store import Store
from dashboards.report.write import reported, with_program
from probe import clock
from prova.audit.noted import noting
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.many import known, record_level
from prova.many.begun import Begun, begun, keys, resumed
from prova.many.contracts import Contracts, contracts_of, say_missing
from prova.many.extraction import Pseudonyms, Task, Work, free, keep, parts, previous, releases, results, write
from prova.many.progress import progressing
from prova.many_lines import buckets
from prova.option import home_option, json_option
from prova.privacy import kept_back

_TOTALS_HEADER = ["dimension", "category", "lines"]


class Reported(click.ParamType[ReportingPeriod]):
    """A month or a quarter."""

    name = "PERIOD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ReportingPeriod:
        if isinstance(value, ReportingPeriod):
            return value
        try:
            return ReportingPeriod(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("extract")
@click.option("--period", type=Reported(), required=True, help="A month, 2026-10, or a quarter, 2026-Q3; it is over.")
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(path_type=Path),
    help="A folder with a contract for each line, or one that stands for all. Default: HOME/contract.toml",
)
@click.option("--cases", type=click.Path(path_type=Path), help="A folder with LINE.toml for each line that has a case.")
@click.option("--nuts", type=click.Path(path_type=Path), help="CSV: municipality,nuts2,nuts3. The contracts' areas.")
@click.option("--nuts3", is_flag=True, help="Count lines by NUTS 3 too.")
@click.option("--as-log", type=click.Path(path_type=Path), help="CSV: line,from,asn,network. Whose addresses were.")
@click.option("--totals", type=click.Path(path_type=Path), help="CSV: dimension,category,lines. Weights the panel.")
@click.option(
    "--previous", type=click.Path(path_type=Path), help="The restricted package of an earlier extract, to compare with."
)
@click.option("--publisher", help="Who publishes it, for the metadata.")
@click.option("--licence", help="Under which licence, by its address, for the metadata.")
@click.option(
    "--pseudonym-key", type=click.Path(path_type=Path), help="Default: HOME/extracts/pseudonym.key, made if need be."
)
@click.option(
    "--records", is_flag=True, help="Also a package `records`: each test and each minute, for the regulator alone."
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, help="In so many processes. Default: 1.")
@click.option("--scheduler", help="A Dask scheduler, tcp://HOST:PORT, whose workers see the store: there instead.")
@home_option
@json_option
def command(
    *, period: ReportingPeriod, folder: Path, home_path: Path | None, as_json: bool, jobs: int, **options: Any
) -> int:
    """Write a period's data package: `public` to be published as it stands, `restricted` for the regulator alone.

    Small groups are withheld, also with a view to what earlier extracts published. Ends with 3 where no line was
    measured.
    """
    home, now = resolve(home_path), clock.now()
    _over(period, now)
    kept = home.path / "extracts"
    key = options["pseudonym_key"] or kept / "pseudonym.key"
    unit_id, before = Pseudonyms(key), previous(options["previous"])
    task = Task(Span(first=period.first, last=period.last, now=now))
    free(folder)
    with begun(folder) as so_far:
        panel, origin, work = _measured(home, period, task, so_far, jobs, options)
        panel = replace(panel, previous=before)
        if not any(one.test_count for one in panel.summaries):
            click.echo(f"prova: No line has a test in {period.name}; there is nothing to publish.", err=True)
            return Exit.EVIDENCE
        click.echo("prova: groups, and what of them is withheld", err=True)
        totals = _totals(options["totals"])
        made = extract(panel, origin, parameters(), unit_id=unit_id, totals=totals, earlier=releases(kept))
        with noting(home.path, Act.EXTRACT_MADE, f"{period.name}{', with records' if options['records'] else ''}"):
            one_by_one = _records(folder, work, task, key, origin, jobs) if options["records"] else None
            write(folder, {"public": reported(made.public), "restricted": with_program(made.restricted)})
            if one_by_one:
                one_by_one.rename(folder / "records")
            keep(kept, made.release)
    _say(made, panel, folder, as_json=as_json)
    return Exit.DONE


def _measured(
    home: Home, period: ReportingPeriod, task: Task, so_far: Begun, jobs: int, options: dict[str, Any]
) -> tuple[Panel, Origin, Sequence[Work]]:
    """Every line's numbers. The contracts, a country's many, are let go; so is the work, unless records want it."""
    store, path = Store(home.collector.journal), options["contract_path"] or home.contract
    contracts = contracts_of(store, path, None)
    say_missing(contracts, path)
    beside = known.beside(home.topology, contracts.by_line, options)
    contracts = contracts.without(kept_back.said(home, contracts.by_line, Purpose.EXTRACT))
    work = parts(buckets(store, contracts.by_line), beside)
    every = _results(store, work, task, so_far, (jobs, options["scheduler"]))
    panel = replace(_panel(every, contracts, _uptime(store, period)), owners=beside.owners)
    return panel, _origin(period, contracts, options), work if options["records"] else ()


def _results(
    store: Store, work: Sequence[Work], task: Task, so_far: Begun, where: tuple[int, str | None]
) -> Iterator[BucketResult]:
    """Of each part, those of a run that was broken off among them."""
    names = keys(store, work, task)
    jobs, scheduler = where
    made = resumed(work, names, so_far, partial(results, task=task, jobs=jobs, scheduler=scheduler))
    return progressing(made, work, len(so_far.known(names)))


def _origin(period: ReportingPeriod, contracts: Contracts, options: dict[str, Any]) -> Origin:
    return Origin(
        period=period,
        publisher=options["publisher"],
        licence=options["licence"],
        software=metadata.version("prova"),
        weighted=options["totals"] is not None,
        rules=_rules(contracts),
    )


def _uptime(store: Store, period: ReportingPeriod) -> CollectorUptime:
    """Of the collector, which has no line's zone: in UTC."""
    return store.uptime(*(datetime.combine(on, time(), UTC) for on in (period.first, period.last + timedelta(1))))


def _over(period: ReportingPeriod, now: datetime) -> None:
    if period.last >= now.date():
        raise click.UsageError(f"{period.name} is not over; an extract of it could still change")


def _records(folder: Path, work: Sequence[Work], task: Task, key: Path, origin: Origin, jobs: int) -> Path:
    """Where they are written, until the rest is."""
    beside = folder.with_name(f"{folder.name}.records")
    describe = partial(about, Audience.RECORDS, origin=origin, parameters=parameters())
    told = record_level.write(beside, work, task, record_level.Names(key), jobs=jobs, describe=describe)
    for number, count in enumerate(told, 1):
        click.echo(f"prova: records of {number} of {len(work)} parts, {count} rows", err=True)
    return beside


def _panel(results: Iterable[BucketResult], contracts: Contracts, uptime: CollectorUptime) -> Panel:
    every = [*results]
    return Panel(
        summaries=tuple(sorted((s for one in every for s in one.summaries), key=lambda s: s.standing.line)),
        without_contract=len(contracts.missing),
        not_in_force=sum(one.not_in_force for one in every),
        uptime=uptime,
    )


def _rules(contracts: Contracts) -> tuple[str, ...]:
    profiles = {one.profile for one in contracts.by_line.values()}
    judged = {f"{rule.id}/{rule.version}" for name in profiles for rule in load_profile(name).rules}
    return tuple(sorted(one for one in judged if one.startswith("speed.")))


def _totals(path: Path | None) -> dict[str, dict[str, float]]:
    """How many lines there are, by dimension and category. Raises CommandError."""
    if path is None:
        return {}
    found: dict[str, dict[str, float]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            if next(rows, None) != _TOTALS_HEADER:
                raise CommandError(f"{path} must begin with the line {','.join(_TOTALS_HEADER)}.")
            for number, row in enumerate(rows, 2):
                dimension, category, lines = _total(row, f"{path}, line {number}")
                found.setdefault(dimension, {})[category] = lines
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read as CSV in UTF-8: {error}. Name another file.") from error
    return found


def _total(row: list[str], where: str) -> tuple[str, str, float]:
    if len(row) != len(_TOTALS_HEADER) or row[0] not in DIMENSIONS:
        raise CommandError(f"{where}: write DIMENSION,CATEGORY,LINES, with one of {', '.join(DIMENSIONS)} first.")
    if not row[2].isdecimal():
        raise CommandError(f"{where}: {row[2]!r} is not a whole number of lines.")
    return row[0], row[1], float(row[2])


def _say(made: Extract, panel: Panel, folder: Path, *, as_json: bool) -> None:
    told = {
        "folder": str(folder),
        "lines": sum(one.test_count > 0 for one in panel.summaries),
        "tests": sum(one.test_count for one in panel.summaries),
        "cells": made.cell_count,
        "withheld": len(made.withheld),
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{told['lines']} lines, {told['tests']} tests; {told['withheld']} of {told['cells']} groups withheld.")
    click.echo(f"{folder / 'public'} may be published; {folder / 'restricted'} is for the regulator alone.")
