"""Shell. `prova dossier`: what an arbitrator and the operator are given of a period, as files in a folder."""

import json
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from analysis.bundle.layout import Documents
from analysis.contract_file import load
from analysis.dossier.sign import Ask, Certificate, SignError
from analysis.period import Period, local_day
from collector.audit_log.act import Act
from collector.proof.authority import Unanswered, ask
from collector.store import Store
from probe import clock, keyfile
from prova.audit.noted import noting
from prova.dossier_files import BUNDLE, REDACTED_BUNDLE, Order, write
from prova.exit import CommandError
from prova.home import Home, resolve
from prova.option import Day, home_option

_LANGUAGES = ("pt", "en")
_MOST_BYTES = 1 << 20  # of a certificate, of a passphrase


@click.command("dossier")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option(
    "--case", "case_path", type=click.Path(path_type=Path), help="Faults, visits, invoices. Default: HOME/case.toml"
)
@click.option("--from", "from_on", type=Day(), required=True, help="First day.")
@click.option("--to", "to_on", type=Day(), required=True, help="The day after the last one.")
@click.option("--lang", type=click.Choice(_LANGUAGES), help="Default: both.")
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path), required=True, help="Made if need be.")
@click.option("--redacted", is_flag=True, help="Without names, addresses and the case's texts; no letters.")
@click.option(
    "--sign-with", "certificate", type=click.Path(path_type=Path), help="Your certificate (.p12, .pfx): signs the PDF."
)
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="A file with the certificate's passphrase.")
@click.option("--time-stamp", "authority", help="http:// or https:// of the authority that stamps that signature.")
@click.option("--progress", is_flag=True, help="Tell each step as JSON on standard output, for a program that waits.")
@home_option
def command(
    *,
    contract_path: Path | None,
    case_path: Path | None,
    from_on: date,
    to_on: date,
    folder: Path,
    home_path: Path | None,
    **options: Any,
) -> None:
    """Write a period's dossier as PDF, the letters that it gives reason for, and its evidence as one file.

    Anyone can check that file with `prova verify`, and a signed PDF too.
    """
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    if to_on <= from_on:
        raise click.UsageError(f"--to {to_on} must be later than --from {from_on}; that day is not included")
    zone = contract.line.zone
    if not home.collector.key.exists():
        raise CommandError(f"There is no collector's key at {home.collector.key}. Start Prova once: prova up")
    lang, redacted = options["lang"], options["redacted"]
    order = Order(
        documents=_documents(home, contract_path, case_path),
        papers=home.papers,
        period=Period(local_day(from_on, zone).start_at, local_day(to_on, zone).start_at),
        judged_at=clock.now(),
        software=f"prova {metadata.version('prova')}",
        key=keyfile.load_or_make(home.collector.key),
        languages=_LANGUAGES if lang is None else (lang,),
        redacted=redacted,
        certificate=_certificate(options["certificate"], options["passphrase_file"]),
        ask=_asking(options["authority"], signs=options["certificate"] is not None),
    )
    with noting(home.path, Act.DOSSIER_MADE, f"{contract.line.id}, {from_on} to {to_on}{', redacted' * redacted}"):
        count = write(Store(home.collector.journal), order, folder, _told(folder, as_json=options["progress"]))
    if not options["progress"]:
        click.echo(f"{folder / (REDACTED_BUNDLE if redacted else BUNDLE)} holds {count} findings with their evidence.")
        click.echo(f"The collector's thumbprint, for prova verify --collector: {order.key.thumbprint()}")


def _told(folder: Path, *, as_json: bool) -> Callable[[str, str], None]:
    def tell(step: str, file: str) -> None:
        if as_json:
            click.echo(json.dumps({"step": step, "file": file}))
        elif file:
            click.echo(str(folder / file))

    return tell


def _documents(home: Home, contract_path: Path | None, case_path: Path | None) -> Documents:
    case = case_path or (home.case if home.case.exists() else None)
    try:
        return Documents(
            contract=(contract_path or home.contract).read_bytes(), case=None if case is None else case.read_bytes()
        )
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}. Name another file.") from error


def _certificate(file: Path | None, passphrase_file: Path | None) -> Certificate | None:
    if file is None:
        if passphrase_file is not None:
            raise click.UsageError("--passphrase-file needs --sign-with CERTIFICATE")
        return None
    passphrase = b"" if passphrase_file is None else _secret(passphrase_file).rstrip(b"\r\n")
    return Certificate(_secret(file), passphrase)


def _secret(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}. Name another file.") from error


def _asking(url: str | None, *, signs: bool) -> Ask | None:
    if url is None:
        return None
    if not signs:
        raise click.UsageError("--time-stamp stamps a signature: add --sign-with CERTIFICATE")

    def asking(query: bytes) -> bytes:
        answer = ask(url, query)
        if isinstance(answer, Unanswered):
            raise SignError(f"No time-stamp: {answer.reason}. Try again, or leave --time-stamp out.")
        return answer

    return asking
