"""Shell. `prova dossier`: what an arbitrator and the operator are given of a period, as files in a folder."""

from datetime import date
from importlib import metadata
from pathlib import Path

import click

from analysis.bundle.layout import Documents
from analysis.bundle.make import make
from analysis.contract_file import load
from analysis.period import Period, local_day
from collector.store import Store
from probe import clock, keyfile
from prova.exit import CommandError
from prova.home import Home, resolve
from prova.option import Day, home_option

BUNDLE = "evidence.zip"


@click.command("dossier")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option(
    "--case", "case_path", type=click.Path(path_type=Path), help="Faults, visits, invoices. Default: HOME/case.toml"
)
@click.option("--from", "from_on", type=Day(), required=True, help="First day.")
@click.option("--to", "to_on", type=Day(), required=True, help="The day after the last one.")
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path), required=True, help="Made if need be.")
@home_option
def command(
    *,
    contract_path: Path | None,
    case_path: Path | None,
    from_on: date,
    to_on: date,
    folder: Path,
    home_path: Path | None,
) -> None:
    """Put a period's evidence into one file that anyone can check and recompute with `prova verify`."""
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    if to_on <= from_on:
        raise click.UsageError(
            f"--to {to_on} must be later than --from {from_on}; the day given as --to is not included"
        )
    zone = contract.line.zone
    period = Period(local_day(from_on, zone).start_at, local_day(to_on, zone).start_at)
    if not home.collector.key.exists():
        raise CommandError(f"There is no collector's key at {home.collector.key}. Start Prova once: prova up")
    key = keyfile.load_or_make(home.collector.key)
    made = make(
        Store(home.collector.journal),
        _documents(home, contract_path, case_path),
        period,
        judged_at=clock.now(),
        software=f"prova {metadata.version('prova')}",
        key=key,
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / BUNDLE, made.data)
    click.echo(f"{folder / BUNDLE}: {len(made.report.findings)} findings with their evidence, {len(made.data)} bytes.")
    click.echo(f"The collector's thumbprint, for prova verify --collector: {key.thumbprint()}")


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
