"""Shell. `prova import`: other tools' logs into the store, each test once, graded lower than what a probe signed."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.importer import run
from analysis.importer.file import name_of
from analysis.importer.mapping_file import load
from analysis.importer.report import Report, Tally, report_json
from analysis.importer.told import Answers
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.store import Store
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, make, resolve
from prova.import_rows import report_rows, source_rows, sources_json
from prova.option import LineName, home_option, json_option

_AHEAD = timedelta(hours=1)  # another machine's clock may be fast by a little
_SAY_AFTER_S, _SAY_EVERY_S = 2.0, 1.0


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--line", type=LineName(), help="The line that the tests are of. Always to be named.")
@click.option("--format", "form", default="auto", show_default=True, help="The tool that wrote the files, by its name.")
@click.option("--timezone", help="Of times that do not say theirs, as in Europe/Lisbon.")
@click.option("--mapping", "mapping_path", type=click.Path(path_type=Path), help="What an unknown file's columns are.")
@click.option("--clock", type=click.Choice(["12h", "24h"]), help="Of hours from 1 to 12 that do not say which half.")
@click.option("--unit", help="The household to take out of a table of many.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and write nothing.")
@click.option("--list", "listed", is_flag=True, help="Every file that was imported.")
@click.option("--forget", metavar="SHA256", help="Take back what a file brought, by the digest that --list shows.")
@home_option
@json_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    files: tuple[Path, ...],
    line: str | None,
    form: str,
    timezone: str | None,
    mapping_path: Path | None,
    clock: str | None,
    unit: str | None,
    dry_run: bool,
    listed: bool,
    forget: str | None,
    home_path: Path | None,
    as_json: bool,
) -> int:
    """Take other tools' logs into the store, and say what was taken, what was left and why.

    Where a file leaves something open (its time zone, a unit), nothing is written and the question says which option
    answers it. Ends with 3 where no file held any test.
    """
    home = resolve(home_path)
    if listed:
        return _list(home, as_json=as_json)
    if line is None:
        raise click.UsageError("Name the line that the tests are of: --line casa")
    if forget is not None:
        return _forget(home, line, forget)
    if not files:
        raise click.UsageError("Name the files to import.")
    answers = _answers(form, timezone, clock, unit)
    own = None if mapping_path is None else run.Own(*load(mapping_path))
    reports = _import(home, files, line, answers, own, dry_run=dry_run)
    return _end(reports, line, dry_run=dry_run, as_json=as_json)


def _answers(form: str, timezone: str | None, clock_face: str | None, unit: str | None) -> Answers:
    if form != "auto" and form not in run.names():
        raise click.UsageError(f"--format {form!r} is not known; there are: auto, {', '.join(run.names())}")
    if timezone is not None:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise click.UsageError(
                f"--timezone {timezone!r} is no time zone; write for example Europe/Lisbon"
            ) from error
    return Answers(
        timezone=timezone,
        half_days=None if clock_face is None else clock_face == "12h",
        unit=unit,
        format=None if form == "auto" else form,
    )


def _import(
    home: Home, files: tuple[Path, ...], line: str, answers: Answers, own: run.Own | None, *, dry_run: bool
) -> list[Report]:
    """Looks at every file first: where one has a question, nothing of any is written."""
    looked = [run.look(path, answers, own, _progress(path)) for path in dict.fromkeys(files)]
    if any(one.survey.questions for one in looked):
        return [run.report(one) for one in looked]
    with _shelf(home, dry_run=dry_run) as shelf:
        return [_add(shelf, line, one, dry_run=dry_run) for one in looked]


def _add(shelf: Shelf, line: str, one: run.Looked, *, dry_run: bool) -> Report:
    tally, now = Tally(), clock.now()
    if one.how is None:
        return run.report(one)
    tests = run.tests(one, tally, now + _AHEAD, _progress(one.file.path))
    if not one.survey.formats:  # not one row is of any tool: nothing to keep, everything to count
        return run.report(one, tally, len(list(tests)), 0)
    added = (shelf.known if dry_run else shelf.add)(line, run.source(one, now), tests)
    return run.report(one, tally, added.new_count, added.known_count)


@contextmanager
def _shelf(home: Home, *, dry_run: bool) -> Iterator[Shelf]:
    """Where the tests go; in a dry run without a store, a place that goes with it."""
    with tempfile.TemporaryDirectory(prefix="prova-import-") as scratch:
        path = home.collector.journal.parent / FILE
        if dry_run and not path.exists():
            path = Path(scratch) / FILE
        elif not dry_run:
            make(home)
            Journal(home.collector.journal).close()  # so that the store can be read before any collector ran
        with closing(Shelf(path)) as shelf:
            yield shelf


def _forget(home: Home, line: str, sha256: str) -> int:
    with closing(Shelf(home.collector.journal.parent / FILE)) as shelf:
        gone = shelf.forget(line, sha256.strip().lower())
    click.echo(f"{gone} results of that file were taken back.", err=True)
    return Exit.DONE


def _list(home: Home, *, as_json: bool) -> int:
    sources = Store(home.collector.journal).imports()
    if as_json:
        click.echo(json.dumps(sources_json(sources), indent=2))
    else:
        for row in source_rows(sources):
            click.echo(row)
    return Exit.DONE


def _end(reports: list[Report], line: str, *, dry_run: bool, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(report_json(reports, line, dry_run=dry_run), indent=2))
    else:
        for row in report_rows(reports, line, dry_run=dry_run):
            click.echo(row)
    asked = [f"{one.name}: {question.sentence}." for one in reports for question in one.questions]
    if asked:
        raise CommandError("Nothing was imported. " + " ".join(asked))
    if not any((one.new_count or 0) + (one.known_count or 0) for one in reports):
        click.echo("prova: No file held a result of a line.", err=True)
        return Exit.EVIDENCE
    return Exit.DONE


def _progress(path: Path) -> Callable[[int], None]:
    """Says on stderr how far a file is, once it takes longer than two seconds."""
    began_s = time.monotonic()
    told_s = began_s

    def say(lines: int) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if now_s - began_s >= _SAY_AFTER_S and now_s - told_s >= _SAY_EVERY_S:
            told_s = now_s
            print(f"{name_of(path)}: {lines:,} lines", file=sys.stderr, flush=True)  # noqa: T201  progress

    return say
