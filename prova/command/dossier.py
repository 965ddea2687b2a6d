"""Shell. `prova dossier`: what an arbitrator and the operator are given of a period, as files in a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import metadata
from pathlib import Path

import click

from analysis.bundle.layout import Documents
from analysis.bundle.make import Made, make
from analysis.contract_file import load
from analysis.dossier.content import Subject, content
from analysis.dossier.letter import letters
from analysis.dossier.pdf import pdf
from analysis.period import Period, local_day
from analysis.run import account, judged_tests
from collector.store import Store
from probe import clock, keyfile, wire
from probe.key import Ed25519Key
from prova.exit import CommandError
from prova.home import Home, resolve
from prova.option import Day, home_option

BUNDLE = "evidence.zip"
_LANGUAGES = ("pt", "en")


@click.command("dossier")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option(
    "--case", "case_path", type=click.Path(path_type=Path), help="Faults, visits, invoices. Default: HOME/case.toml"
)
@click.option("--from", "from_on", type=Day(), required=True, help="First day.")
@click.option("--to", "to_on", type=Day(), required=True, help="The day after the last one.")
@click.option("--lang", type=click.Choice(_LANGUAGES), help="Default: both.")
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path), required=True, help="Made if need be.")
@home_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    contract_path: Path | None,
    case_path: Path | None,
    from_on: date,
    to_on: date,
    lang: str | None,
    folder: Path,
    home_path: Path | None,
) -> None:
    """Write a period's dossier as PDF, the letters that it gives reason for, and its evidence as one file.

    Anyone can check that file with `prova verify`.
    """
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    if to_on <= from_on:
        raise click.UsageError(f"--to {to_on} must be later than --from {from_on}; that day is not included")
    zone = contract.line.zone
    period = Period(local_day(from_on, zone).start_at, local_day(to_on, zone).start_at)
    if not home.collector.key.exists():
        raise CommandError(f"There is no collector's key at {home.collector.key}. Start Prova once: prova up")
    store, key = Store(home.collector.journal), keyfile.load_or_make(home.collector.key)
    order = _Order(period=period, judged_at=clock.now(), software=f"prova {metadata.version('prova')}", key=key)
    made = make(
        store,
        _documents(home, contract_path, case_path),
        period,
        judged_at=order.judged_at,
        software=order.software,
        key=key,
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / BUNDLE, made.data)
    click.echo(f"{folder / BUNDLE}: {len(made.report.findings)} findings with their evidence, {len(made.data)} bytes.")
    for one, data in _printed(store, made, order, _LANGUAGES if lang is None else (lang,)):
        _write(folder / one, data)
        click.echo(str(folder / one))
    click.echo(f"The collector's thumbprint, for prova verify --collector: {key.thumbprint()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What a dossier is made of, and by whom."""

    period: Period
    judged_at: datetime
    software: str
    key: Ed25519Key


def _printed(store: Store, made: Made, order: _Order, languages: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    line, contract = made.report.contract.line.id, made.report.contract
    subject = Subject(
        report=made.report,
        tests=judged_tests(store, line, order.period, contract),
        outages=account(store, line, order.period).outages,
        judged_at=order.judged_at,
        software=order.software,
        bundle_sha256=wire.sha256(made.data),
        collector=order.key.thumbprint(),
    )
    for lang in languages:
        yield f"dossier.{lang}.pdf", pdf(content(subject, lang), at=order.judged_at)
        for letter in letters(subject, lang):
            yield f"{letter.name}.txt", letter.text.encode()


def _documents(home: Home, contract_path: Path | None, case_path: Path | None) -> Documents:
    case = case_path or (home.case if home.case.exists() else None)
    try:
        return Documents(
            contract=(contract_path or home.contract).read_bytes(), case=None if case is None else case.read_bytes()
        )
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}. Name another file.") from error


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
