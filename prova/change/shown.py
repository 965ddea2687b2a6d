"""Shell. `prova show events`: what changed, beside what was measured."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.contract import Contract
from analysis.contract_file import load
from analysis.event import change_log
from analysis.event.event import Event
from analysis.event.events_json import events_json
from analysis.event.gather import Beside, gather
from analysis.fleet import topology_file
from analysis.period import Period
from collector.store import Store
from prova.home import Home, resolve


def beside(home: Home, contract_path: Path | None) -> Beside:
    """What is known beside the store: contract, change log, topology. Says where the log does not hold together."""
    log = change_log.load(home.changes)
    if log.broken_at:
        lines = ", ".join(str(number) for number in log.broken_at[:5])
        click.echo(
            f"prova: {home.changes} was changed or is damaged at line {lines}: what follows from it is not sure."
            " Compare it with a backup.",
            err=True,
        )
    return Beside(
        entries=log.entries, contracts=_contracts(home, contract_path), topology=topology_file.load(home.topology)
    )


def events_of(home: Home, line: str | None, period: Period, contract_path: Path | None) -> tuple[Event, ...]:
    """The events of one line, or of all. Raises the store's errors, ContractError and TopologyError."""
    store = Store(home.collector.journal)
    return gather(store, None if line is None else [line], period, beside(home, contract_path))


def show(
    *,
    home_path: Path | None,
    as_json: bool,
    lang: str,
    contract_path: Path | None,
    choice: tuple[str, Period, ZoneInfo],
) -> None:
    """Prints the events of a line and period, which `choice` names with the zone to tell times in."""
    line, period, zone = choice
    found = events_of(resolve(home_path), line, period, contract_path)
    if as_json:
        click.echo(json.dumps(events_json(found), indent=2, ensure_ascii=False))
        return
    for one in found:
        said = one.sentence.pt if lang == "pt" else one.sentence.en
        lasted = "" if one.end_at is None else f" ... {one.end_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        click.echo(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}{lasted}  {said}")
    if not found:
        click.echo(f"Nothing changed on {line} in that time." if lang == "en" else f"Nada mudou em {line} nesse tempo.")


def _contracts(home: Home, named: Path | None) -> tuple[Contract, ...]:
    """Of a file, of every file of a folder, or of the home's own if it is there."""
    path = named or home.contract
    if named is None and not path.exists():
        return ()
    return tuple(load(file) for file in sorted(path.glob("*.toml"))) if path.is_dir() else (load(path),)
