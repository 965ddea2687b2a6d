"""Shell. `prova case`: the diary of a line, and the clocks that run."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from analysis.case.case_file import load as load_case
from analysis.case.diary import KINDS, DiaryError, noted
from analysis.contract_file import load
from analysis.finding import Finding, Verdict
from analysis.finding_json import finding_json
from analysis.period import Period, local_day
from analysis.run import check
from analysis.wording import say
from collector.store import Store
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import resolve
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
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        new, name = noted(text, kind, _pairs(entry), zone)
    except DiaryError as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text. Save it again as UTF-8.") from error
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(new, encoding="utf-8")
    part.replace(path)
    click.echo(f"{path}: {kind} {name or ''}".rstrip())


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
    if not path.exists():
        raise CommandError(f"There is no case at {path} yet. Begin one with: prova case note fault ...", Exit.EVIDENCE)
    case, now = load_case(path, zone), clock.now()
    entries = _entries(tomllib.loads(path.read_text(encoding="utf-8")))
    first_on = min((day for day, _, _ in entries), default=now.astimezone(zone).date())
    after_on = now.astimezone(zone).date() + timedelta(days=_DAYS_AHEAD)
    period = Period(local_day(min(first_on, after_on), zone).start_at, local_day(after_on, zone).end_at)
    report = check(Store(home.collector.journal), contract, period, now, case)
    findings = [one for one in report.findings if one.rule.startswith(_OF_A_CASE)]
    if as_json:
        told = {
            "schema": "prova.case/1",
            "line": contract.line.id,
            "entries": [{"on": day.isoformat(), "kind": kind, **values} for day, kind, values in entries],
            "findings": [finding_json(one) for one in findings],
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
    else:
        _print(entries, findings, lang)
    return Exit.DONE


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
        if (days := [day for value in values.values() if (day := _day(value)) is not None])
    ]
    return sorted(found, key=lambda one: one[:2])


def _day(value: object) -> date | None:
    return date(value.year, value.month, value.day) if isinstance(value, date) else None


def _print(entries: list[tuple[date, str, dict[str, Any]]], findings: list[Finding], lang: str) -> None:
    for day, kind, values in entries:
        told = ", ".join(f"{key} {value}" for key, value in values.items())
        click.echo(f"{day}  {kind}: {told}")
    click.echo()
    for one in findings:
        about = f" {one.subject}" if one.subject else ""
        said = one.sentence.pt if lang == "pt" else one.sentence.en
        click.echo(f"{_MARK[one.verdict]} {one.rule}{about} ({one.clause}): {said}")
    certified = say("dossier.not_certified")
    click.echo(f"\n{certified.pt if lang == 'pt' else certified.en}")
