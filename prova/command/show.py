"""Shell. `prova show`: what was measured, as tables or JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from analysis import run
from analysis.case.case_file import load as load_case
from analysis.finding_json import probes_json, tests_json
from analysis.ledger import so_far
from analysis.names.names_json import names_json
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.outage.outage_json import ledger_json, outages_json
from analysis.period import Period, local_day
from analysis.report import JudgedTest
from analysis.treatment.treatment_json import treatment_json
from collector.store import Store
from probe import clock
from probe.body.speed_test import SpeedTest
from probe.units import mbps_of_bps
from prova.exit import CommandError
from prova.home import resolve
from prova.option import Day, home_option, json_option, series_option
from prova.outage_rows import ledger_rows, outage_rows


def _reading(view: Callable[..., None]) -> Callable[..., None]:
    """The options that every view of a line shares."""
    options = (
        click.option("--line", help="Default: the only line there is."),
        click.option("--from", "from_on", type=Day(), help="First day. Default: yesterday."),
        click.option("--to", "to_on", type=Day(), help="The day after the last one. Default: tomorrow."),
        click.option("--timezone", "zone_name", default="Europe/Lisbon", show_default=True, help="The line's zone."),
        home_option,
        json_option,
    )
    for option in reversed(options):
        view = option(view)
    return view


_case_option = click.option(
    "--case",
    "case_path",
    type=click.Path(path_type=Path),
    help="Announced works, equipment, outside witnesses. Default: HOME/case.toml",
)
_lang_option = click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)


@click.group("show")
def command() -> None:
    """What was measured."""


@command.command("tests")
@_reading
@series_option
def tests(*, home_path: Path | None, as_json: bool, series: bool, **choice: Any) -> None:
    """Every speed test, with what it may be used for and why not for more."""
    store = Store(resolve(home_path).collector.journal)
    line, period, zone = _choose(store, **choice)
    judged = run.judged_tests(store, line, period, None)
    if as_json:
        click.echo(json.dumps(tests_json(judged, series=series), indent=2))
        return
    for test in judged:
        click.echo(_test_row(test, zone))


@command.command("ledger")
@_reading
@_case_option
@_lang_option
def ledger(*, home_path: Path | None, case_path: Path | None, as_json: bool, lang: str, **choice: Any) -> None:
    """Every second of the line: up, down (with its cause) or unobserved."""
    store = Store(resolve(home_path).collector.journal)
    line, period, zone = _choose(store, **choice)
    whole = run.ledger(store, line, period, circumstances=_circumstances(home_path, case_path, zone))
    kept = so_far(whole, clock.now())
    if as_json:
        click.echo(json.dumps(ledger_json(line, kept), indent=2))
        return
    for row in ledger_rows(kept, zone, lang):
        click.echo(row)


@command.command("outages")
@_reading
@_case_option
@_lang_option
def outages(*, home_path: Path | None, case_path: Path | None, as_json: bool, lang: str, **choice: Any) -> None:
    """Every outage: when, how long at least, why, and whose it was."""
    store = Store(resolve(home_path).collector.journal)
    line, period, zone = _choose(store, **choice)
    account = run.account(store, line, period, _circumstances(home_path, case_path, zone))
    if as_json:
        click.echo(json.dumps(outages_json(account), indent=2))
        return
    for row in outage_rows(account, zone, lang):
        click.echo(row)


@command.command("names")
@_reading
@_lang_option
def names(*, home_path: Path | None, as_json: bool, lang: str, **choice: Any) -> None:
    """Whether names resolved while the line worked, which resolvers check signatures, and a zone's own servers."""
    store = Store(resolve(home_path).collector.journal)
    line, period, _ = _choose(store, **choice)
    account = run.names(store, line, period)
    if as_json:
        click.echo(json.dumps(names_json(account), indent=2))
        return
    for finding in account.findings:
        click.echo(getattr(finding.sentence, lang))
    for one in account.answering:
        rtt = "no answer" if one.rtt_median_ms is None else f"{one.rtt_median_ms:.1f} ms, 95 % {one.rtt_p95_ms:.1f} ms"
        click.echo(f"{one.role:<11}  {one.name:<32}  {one.answered_count} of {one.asked_count}  {rtt}")


@command.command("treatment")
@_reading
@_lang_option
def treatment(*, home_path: Path | None, as_json: bool, lang: str, **choice: Any) -> None:
    """Whether tests to some server, or by some method, go faster than others at the same time."""
    store = Store(resolve(home_path).collector.journal)
    line, period, _ = _choose(store, **choice)
    found = run.treated(store, line, period)
    if as_json:
        click.echo(json.dumps(treatment_json(found), indent=2))
        return
    for one in found.compared:
        click.echo(getattr(one.sentence, lang))
    if not found.compared:
        click.echo("Nothing to compare: all tests that count were made to one server by one method.")


@command.command("probes")
@home_option
@json_option
def probes(*, home_path: Path | None, as_json: bool) -> None:
    """Every probe that the collector knows, and when it was last heard."""
    states = Store(resolve(home_path).collector.journal).probes()
    if as_json:
        click.echo(json.dumps(probes_json(states), indent=2))
        return
    from prova.privacy.kept_back import lines_kept

    kept = lines_kept(resolve(home_path), {one.line for one in states})
    for state in states:
        heard = "nothing yet" if state.last_received_at is None else f"{state.last_received_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(
            f"{state.probe}  line {state.line}  {state.record_count} records  last heard: {heard}"
            f"{_limited(kept, state.line)}"
        )


def _limited(kept: Mapping[str, Sequence[str]], line: str) -> str:
    """What its person asked that the line's data be not used for."""
    return f"  by request not for: {', '.join(kept[line])}" if line in kept else ""


@command.command("events")
@_reading
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(exists=True, path_type=Path),
    help="A contract, or a folder of them, whose changes are shown. Default: HOME/contract.toml",
)
@_lang_option
def events(*, home_path: Path | None, contract_path: Path | None, as_json: bool, lang: str, **choice: Any) -> None:
    """What changed: contract, settings, versions, keys, places; and what probes said of themselves."""
    from prova.change.shown import show

    chosen = _choose(Store(resolve(home_path).collector.journal), **choice)
    show(home_path=home_path, as_json=as_json, lang=lang, contract_path=contract_path, choice=chosen)


def _circumstances(home_path: Path | None, case_path: Path | None, zone: ZoneInfo) -> Circumstances:
    """What the case says that no probe can see. Raises CaseError."""
    path = case_path or resolve(home_path).case
    return NOTHING_KNOWN if case_path is None and not path.exists() else load_case(path, zone).circumstances


def _choose(
    store: Store, *, line: str | None, from_on: date | None, to_on: date | None, zone_name: str
) -> tuple[str, Period, ZoneInfo]:
    """The line and the half-open period of local days that the options name."""
    try:
        zone = ZoneInfo(zone_name)
    except (KeyError, ValueError) as error:
        raise click.UsageError(f"--timezone {zone_name!r} is no time zone; write for example Europe/Lisbon") from error
    lines = store.lines()
    if line is None and len(lines) != 1:
        raise CommandError(f"Name a line with --line. Known here: {', '.join(lines) or 'none yet'}.")
    today = clock.now().astimezone(zone).date()
    first, after = from_on or today - timedelta(days=1), to_on or today + timedelta(days=1)
    if after <= first:
        raise click.UsageError(f"--to {after} must be later than --from {first}; the day given as --to is not included")
    return line or lines[0], Period(local_day(first, zone).start_at, local_day(after, zone).start_at), zone


def _test_row(judged: JudgedTest, zone: ZoneInfo) -> str:
    record = judged.stored.record
    test = record.body
    assert isinstance(test, SpeedTest)
    at = record.started.at.astimezone(zone)
    rate = f"failed: {test.failure}" if test.rate_bps is None else f"{mbps_of_bps(test.rate_bps):10.1f} Mbit/s"
    usable = ", ".join(judged.valid_for) or "nothing"
    reasons = f" ({', '.join(judged.reasons)})" if judged.reasons else ""
    return f"{at:%Y-%m-%d %H:%M:%S}  {test.direction:<8}  {rate}  usable for: {usable}{reasons}"
