"""Shell. `prova privacy rectify`: contract and case corrected, the old value noted; of a record, a signed remark.

What a probe signed is never changed: whoever says that it is wrong is written down beside it. Holds no rule of what is
right.
"""

from datetime import date
from functools import partial
from pathlib import Path

import click

from analysis.case import case_file
from analysis.contract_file import load
from collector.audit_log.act import Act
from collector.request.entry import Event, Kind
from collector.store import Store
from prova.audit.noted import noting
from prova.exit import CommandError
from prova.home import Home, resolve
from prova.option import LineName, home_option
from prova.privacy import line_files
from prova.privacy.asked import Wished, ended, known_line, received_option, taken_up
from prova.privacy.correct import corrected


@click.command("rectify")
@click.option("--line", required=True, type=LineName(), help="Whose line.")
@click.option("--contract", "in_contract", metavar="NAME=VALUE", help="In HOME/contract.toml: line.municipality=Faro.")
@click.option("--case", "in_case", metavar="KIND.ID.NAME=VALUE", help="In HOME/case.toml, as fault.a.ticket=T2.")
@click.option("--record", "record_id", metavar="PROBE/NUMBER", help="What --remark is about. It stays as it is.")
@click.option("--remark", help="What is said to be wrong with that record: signed, and given out with it.")
@click.option("--reason", default="", help="Why, in the words of whoever asked.")
@received_option
@home_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    line: str,
    in_contract: str | None,
    in_case: str | None,
    record_id: str | None,
    remark: str | None,
    reason: str,
    received_on: date | None,
    home_path: Path | None,
) -> None:
    """Correct a value of a line's contract or case, or put a remark beside a record that was signed."""
    home = resolve(home_path)
    known_line(home, line)
    if sum(one is not None for one in (in_contract, in_case, record_id)) != 1:
        raise click.UsageError("name one of --contract, --case and --record")
    if (record_id is None) != (remark is None):
        raise click.UsageError("--record and --remark go together")
    if record_id is None:
        _own(home, line)
    else:
        _known_record(home, line, record_id)
    request = taken_up(home, Wished(kind=Kind.RECTIFY, line=line, received_on=received_on), reason=reason)
    with noting(home.path, Act.RECTIFIED, request.id):
        if record_id is not None:
            said = {"record": record_id, "remark": remark or ""}
        else:
            said = _corrected(home, in_contract, in_case)
    ended(home, request, Event.GRANTED, line, **said)
    click.echo(f"{request.id}: {', '.join(f'{name} {text}' for name, text in said.items())}.")


def _corrected(home: Home, in_contract: str | None, in_case: str | None) -> dict[str, str]:
    if in_contract is not None:
        place, value = _parts(in_contract)
        old = corrected(home.contract, place, value, load)
    else:
        place, value = _parts(in_case or "")
        zone = load(home.contract).line.zone
        old = corrected(home.case, place, value, partial(case_file.load, zone=zone))
    return {"corrected": place, "before": old, "now": value}


def _parts(text: str) -> tuple[str, str]:
    place, equals, value = text.partition("=")
    if not equals or not place:
        raise click.UsageError(f"{text!r} is no NAME=VALUE")
    return place, value


def _own(home: Home, line: str) -> None:
    if not home.contract.exists() or not line_files.is_own(home, line):
        raise CommandError(f"{home.contract} is not of the line {line}. Name its home with --home DIR.")


def _known_record(home: Home, line: str, record_id: str) -> None:
    from prova.privacy.held_store import EVER

    found = any(one.record.id == record_id for one in Store(home.collector.journal).records([line], *EVER))
    if not found:
        raise CommandError(f"The line {line} has no record {record_id}. `prova show tests --json` names records.")
