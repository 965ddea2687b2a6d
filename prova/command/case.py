"""Shell. `prova case`: the diary of a line, and the clocks that run."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from analysis.case.calendar_file import calendar_file
from analysis.case.case import Case
from analysis.case.case_file import load as load_case
from analysis.case.diary import KINDS, DiaryError
from analysis.case.due import Due, dues
from analysis.case.nearest import WITHIN, Near, nearest
from analysis.case.official import figures
from analysis.case.papers import MOST_BYTES, take_in, text_of
from analysis.case.write_down import write_down
from analysis.contract import Contract
from analysis.contract_file import load
from analysis.finding import Finding, Verdict
from analysis.finding_json import finding_json
from analysis.period import Period, local_day
from analysis.run import claims, judged_tests
from analysis.wording import Said, day, instant, say, speed, stretch
from collector.store import Store
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option

_OF_A_CASE = ("repair.", "activation.", "visit.", "complaint.", "credit.", "availability.")
_MARK = {Verdict.MET: "✓", Verdict.BREACHED: "✗", Verdict.INSUFFICIENT: "?", Verdict.NOT_APPLICABLE: "-"}
_DAYS_AHEAD = 1


@click.group("case")
def command() -> None:
    """Keep what no probe sees: faults reported, visits, replies, invoices; and see the clocks that run."""


@command.command("note")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("entry", nargs=-1, metavar="KEY=VALUE...")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option("--case", "case_path", type=click.Path(path_type=Path), help="Default: HOME/case.toml")
@home_option
def note(
    *, kind: str, entry: tuple[str, ...], contract_path: Path | None, case_path: Path | None, home_path: Path | None
) -> None:
    """Write one entry down, or amend the one of the same id.

    Keys are those of docs/case.md; times are local at the line. For example:
    prova case note fault reported_at=2026-11-20T09:30 ticket=2026-0001
    """
    home = resolve(home_path)
    path = case_path or home.case
    zone = load(contract_path or home.contract).line.zone
    name = write_down(path, kind, _pairs(entry), zone)
    click.echo(f"{path}: {kind} {name or ''}".rstrip())


@command.command("attach")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--of", "of", default="", help="What it shows, in a few words: the invoice of December.")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@home_option
def attach(*, file: Path, of: str, contract_path: Path | None, home_path: Path | None) -> None:
    """Take a paper in: PDF, PNG or JPEG. It is kept as it is, under its SHA-256, and written down as a document."""
    home = resolve(home_path)
    zone = load(contract_path or home.contract).line.zone
    name = _attached(home, file, of, zone)
    click.echo(f"{home.case}: document {name}")


@command.command("official-result")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--at", "measured_at", help="When it was measured, local at the line: 2026-11-20T09:30")
@click.option("--download", "download_mbps", help="Mbit/s.")
@click.option("--upload", "upload_mbps", help="Mbit/s.")
@click.option("--rtt", "rtt_ms", help="Milliseconds.")
@click.option("--tool", default="NET.mede", show_default=True, help="What measured it.")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@home_option
def official_result(
    *, file: Path | None, contract_path: Path | None, home_path: Path | None, **told: str | None
) -> None:
    """Write an official result down, with its PDF where there is one; what the PDF says is read, shown, and amended.

    Figures that are given are taken; the others are those that the paper says.
    """
    home = resolve(home_path)
    zone = load(contract_path or home.contract).line.zone
    given = {key: value for key, value in told.items() if value is not None}
    if file is None:
        click.echo(f"{home.case}: official_result {write_down(home.case, 'official_result', given, zone)}")
        return
    read = figures(text_of(_bytes(file)))
    for key, figure in read.items():
        click.echo(f"{key} = {figure.value}   « {figure.words} »" + (" (given otherwise)" if key in given else ""))
    entry = {key: figure.value for key, figure in read.items()} | given
    if "measured_at" not in entry:
        raise CommandError(f"{file} does not say when it was measured in words that can be read. Add --at.")
    document = _attached(home, file, f"{given.get('tool', 'NET.mede')}", zone)
    name = write_down(home.case, "official_result", {**entry, "document": document}, zone)
    mend = f"Amend what was read wrongly: prova case note official_result id={name} ..."
    click.echo(f"{home.case}: official_result {name}. {mend}")


@command.command("calendar")
@click.option("--output", "-o", "file", type=click.Path(path_type=Path), required=True, help="An .ics file.")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@home_option
def calendar(*, file: Path, contract_path: Path | None, lang: str, home_path: Path | None) -> None:
    """Write what falls due as a calendar file (iCalendar), for any calendar to take in."""
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    now = clock.now()
    found = dues(_judged(home, contract, home.case, now)[1], now, contract.line.zone)
    file.write_bytes(calendar_file(found, made_at=now, lang=lang))
    click.echo(f"{file}: {len(found)} deadlines.")


def _attached(home: Home, file: Path, of: str, zone: ZoneInfo) -> str:
    """The document's id."""
    taken = take_in(home.papers, _bytes(file), file.name)
    today = clock.now().astimezone(zone).date()
    entry = {"sha256": taken.sha256, "name": taken.name, "added_on": today.isoformat(), **({"of": of} if of else {})}
    return write_down(home.case, "document", entry, zone) or ""


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}. Name the paper's file.") from error


@command.command("show")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option("--case", "case_path", type=click.Path(path_type=Path), help="Default: HOME/case.toml")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@home_option
@json_option
def show(
    *, contract_path: Path | None, case_path: Path | None, lang: str, home_path: Path | None, as_json: bool
) -> int:
    """The diary in order of time, and what follows from it: deadlines under each reading, money, what is missing.

    Ends with 3 where nothing was written down yet.
    """
    home = resolve(home_path)
    path = case_path or home.case
    contract = load(contract_path or home.contract)
    zone = contract.line.zone
    now = clock.now()
    entries, findings = _judged(home, contract, path, now)
    found = dues(findings, now, zone)
    near = _near(home, contract, load_case(path, zone))
    if as_json:
        told = {
            "schema": "prova.case/1",
            "line": contract.line.id,
            "entries": [{"on": on.isoformat(), "kind": kind, **values} for on, kind, values in entries],
            "findings": [finding_json(one) for one in findings],
            "due": [
                {
                    "at": one.at.isoformat(),
                    "on": None if one.on is None else one.on.isoformat(),
                    "finding": one.finding.id,
                    "reading": one.reading or None,
                    "customer": one.customer,
                    "overdue": one.overdue,
                }
                for one in found
            ],
            "nearest": [asdict(one) for one in near],
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
    else:
        _print(entries, findings, lang)
        _print_due(found, zone, lang)
        _print_near(near, lang)
    return Exit.DONE


def _judged(
    home: Home, contract: Contract, path: Path, now: datetime
) -> tuple[list[tuple[date, str, dict[str, Any]]], list[Finding]]:
    """The entries in order of time, and what follows from them from the first one's day on."""
    zone = contract.line.zone
    if not path.exists():
        raise CommandError(f"There is no case at {path} yet. Begin one with: prova case note fault ...", Exit.EVIDENCE)
    case = load_case(path, zone)
    entries = _entries(tomllib.loads(path.read_text(encoding="utf-8")))
    after_on = now.astimezone(zone).date() + timedelta(days=_DAYS_AHEAD)
    first_on = min((day for day, _, _ in entries), default=after_on)
    period = Period(local_day(min(first_on, after_on), zone).start_at, local_day(after_on, zone).end_at)
    found = claims(Store(home.collector.journal), contract, period, now, case)
    return entries, [one for one in found if one.rule.startswith(_OF_A_CASE)]


def _near(home: Home, contract: Contract, case: Case) -> list[Near]:
    store = Store(home.collector.journal)
    return [
        near
        for one in case.official_results
        for near in nearest(
            one,
            judged_tests(store, contract.line.id, Period(one.measured_at - WITHIN, one.measured_at + WITHIN), contract),
        )
    ]


def _pairs(entry: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in entry:
        key, equals, value = one.partition("=")
        if not equals or not key or not value:
            raise DiaryError(f"{one!r} is no KEY=VALUE. Write for example reported_at=2026-11-20T09:30.")
        pairs[key] = value
    if not pairs:
        raise DiaryError("There is nothing to write down. Name what happened as KEY=VALUE (docs/case.md).")
    return pairs


def _entries(tables: Mapping[str, Any]) -> list[tuple[date, str, dict[str, Any]]]:
    """(first local day that it names, kind, values), in order of time; of no day at all: not told."""
    found = [
        (min(days), kind, dict(values))
        for kind in KINDS
        for values in tables.get(kind, ())
        if (days := [on for value in values.values() if (on := _day(value)) is not None])
    ]
    return sorted(found, key=lambda one: one[:2])


def _day(value: object) -> date | None:
    return date(value.year, value.month, value.day) if isinstance(value, date) else None


def _print(entries: list[tuple[date, str, dict[str, Any]]], findings: list[Finding], lang: str) -> None:
    for on, kind, values in entries:
        told = ", ".join(f"{key} {value}" for key, value in values.items())
        click.echo(f"{on}  {kind}: {told}")
    click.echo()
    for one in findings:
        about = f" {one.subject}" if one.subject else ""
        said = one.sentence.pt if lang == "pt" else one.sentence.en
        click.echo(f"{_MARK[one.verdict]} {one.rule}{about} ({one.clause}): {said}")
    certified = say("dossier.not_certified")
    click.echo(f"\n{certified.pt if lang == 'pt' else certified.en}")


def _print_due(found: Sequence[Due], zone: ZoneInfo, lang: str) -> None:
    def said(key: str, **parts: Said | str) -> str:
        told = say(f"due.{key}", **parts)
        return told.pt if lang == "pt" else told.en

    click.echo(f"\n{said('title') if found else said('none')}")
    for one in found:
        when = day(one.on) if one.on is not None else instant(one.at, zone)
        about = f" {one.finding.subject}" if one.finding.subject else ""
        reading = f" [{one.reading}]" if one.reading else ""
        kind = "overdue" if one.overdue else "customer" if one.customer else "operator"
        click.echo(f"  {said(kind, when=when)}: {one.finding.rule}{about}{reading} ({one.finding.clause})")


def _print_near(near: Sequence[Near], lang: str) -> None:
    for one in near:
        told = say(
            "due.nearest" if one.official_bps is not None else "due.nearest_untold",
            result=one.result,
            direction=say(f"dossier.on.{one.direction.value}"),
            official=speed(one.official_bps or 0),
            own=speed(one.ip_rate_bps),
            gap=stretch(abs(one.after_s)),
            record=one.record_id,
        )
        click.echo(told.pt if lang == "pt" else told.en)
