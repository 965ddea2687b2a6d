"""Shell. `prova collector drill`: whether the store would come back, tried, timed and written down, signed.

Knows nothing of how a copy is made or put back.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import click

from probe import clock
from prova.exit import Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option

if TYPE_CHECKING:
    from collector.envelope import StoredRecord, Witnessed
    from collector.operation.exercise import Exercise
    from collector.operation.ledger import Entry
    from collector.store import Store

_TELL_EVERY_S = 2.0
_JUDGED = timedelta(days=7)


@click.command("drill")
@click.option("--backup", "place", help="Use the newest copy at this place. Default: a copy made for this alone.")
@click.option("--fresh", is_flag=True, help="With --backup: make a copy there first.")
@click.option(
    "--scratch",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Where it is put back for the while. Default: beside the home.",
)
@click.option("--lines", default=20, show_default=True, type=click.IntRange(0), help="So many lines are compared.")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(exists=True, path_type=Path),
    help="A contract, or a folder of them, to compare findings by. Default: HOME/contract.toml, if any.",
)
@click.option("--register", "only_register", is_flag=True, help="Only show what earlier exercises took.")
@home_option
@json_option
def drill(  # noqa: PLR0913  one option each
    *,
    place: str | None,
    fresh: bool,
    scratch: Path | None,
    lines: int,
    contract_path: Path | None,
    only_register: bool,
    home_path: Path | None,
    as_json: bool,
) -> int:
    """Put a copy of the store back for an exercise: checked whole, compared, timed, and removed again.

    The signed report goes to HOME/drills/register.jsonl. Ends with exit code 3 where the store did not come back.
    """
    from collector.operation import ledger
    from collector.operation.drill import Plan
    from collector.operation.exercise import told

    if fresh and place is None:
        raise click.UsageError("--fresh wants --backup, the place where the copy goes")
    home = resolve(home_path)
    earlier = ledger.read(home.drills)
    if only_register:
        _show_register(earlier, as_json=as_json)
        return Exit.DONE
    plan = Plan(place=place, fresh=fresh, scratch=scratch, lines=lines, chance=Random(secrets.randbits(64)))
    done = _exercised(home, plan, contract_path)
    _kept(home, done, earlier)
    if as_json:
        click.echo(json.dumps(told(done), indent=2))
    else:
        _tell(done, earlier)
    return Exit.DONE if done.held else Exit.EVIDENCE


def _exercised(home: Home, plan: Any, contract_path: Path | None) -> "Exercise":
    from collector.operation import drill as drilling

    path = contract_path or (home.contract if home.contract.exists() else None)

    def compare(store: "Store", back: "Store", late: frozenset[str], lines: tuple[str, ...]) -> int:
        return 0 if path is None else _judged_alike(store, back, late, lines, path)

    return drilling.drill(home.collector, plan, now=clock.now, say=_slowly(), compare=compare)


@dataclass(frozen=True, slots=True)
class _AsOf:
    """The store without the batches that came after the copy."""

    store: "Store"
    late: frozenset[str]

    def records(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> "Iterator[StoredRecord]":
        return (one for one in self.store.records(lines, start_at, end_at) if one.batch_sha256 not in self.late)

    def imported(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> "Iterator[StoredRecord]":
        return self.store.imported(lines, start_at, end_at)

    def witnessed(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> "Sequence[Witnessed]":
        return self.store.witnessed(lines, start_at, end_at)


def _judged_alike(store: "Store", back: "Store", late: frozenset[str], lines: tuple[str, ...], path: Path) -> int:
    """How many lines have a contract, and the same findings by both stores. Raises CopyError where they differ."""
    from analysis import run
    from analysis.period import Period
    from collector.operation.copies import CopyError
    from prova.many.contracts import contracts_of

    newest = {one.line: one.last_record_at for one in back.probes() if one.last_record_at is not None}
    judged = 0
    for line, contract in contracts_of(back, path, lines).by_line.items():
        if line not in newest:
            continue
        now = newest[line]
        period = Period(now - _JUDGED, now)
        if run.check(_AsOf(store, late), contract, period, now) != run.check(back, contract, period, now):
            raise CopyError(f"The findings of line {line} are not those of the store.")
        judged += 1
    return judged


def _kept(home: Home, done: "Exercise", earlier: "Sequence[Entry]") -> None:
    """Signed by the collector's key, added to the register, told to the audit log."""
    from collector.audit_log.act import Act, Outcome
    from collector.operation import ledger
    from collector.operation.exercise import told
    from collector.proof.note import signed
    from probe import keyfile
    from prova.audit.noted import note

    text = json.dumps(told(done), separators=(",", ":"), sort_keys=True)
    signature = signed(f"{text}\n", key=keyfile.load_or_make(home.collector.key)).decode()
    entry = ledger.append(home.drills, {"note": signature}, at=clock.now(), after=earlier)
    outcome = Outcome.DONE if done.held else Outcome.FAILED
    note(home.path, Act.DRILL_RUN, f"entry {entry.number} {entry.sha256}", outcome=outcome)


def reports(entries: "Sequence[Entry]") -> list[dict[str, Any]]:
    """What earlier exercises told, oldest first; the signature is the note's own."""
    from collector.proof.note import parts

    return [json.loads(parts(str(one.told["note"]).encode())[0]) for one in entries]


def _show_register(entries: "Sequence[Entry]", *, as_json: bool) -> None:
    found = reports(entries)
    if as_json:
        click.echo(json.dumps({"schema": "prova.drills/1", "drills": found}, indent=2))
        return
    for one in found:
        took = "did not come back" if one["recovery_s"] is None else f"{one['recovery_s']:.1f} s"
        click.echo(f"{one['began_at'][:16]}Z  {took}  {one['record_count']} records  {one['byte_count'] / 1e9:.3f} GB")
    click.echo(f"{len(found)} exercises.")


def _tell(done: "Exercise", earlier: "Sequence[Entry]") -> None:
    for stage in done.stages:
        click.echo(f"{stage.name}: {stage.seconds:.1f} s")
    if done.failure:
        click.echo(f"NOT RESTORED: {done.failure}")
        return
    assert done.recovery_s is not None
    click.echo(
        f"{done.record_count} records of {done.batch_count} batches, {done.byte_count / 1e9:.3f} GB, put back and"
        f" verified in {done.recovery_s:.1f} s; {done.compared_lines} lines compared, {done.judged_lines} judged alike."
    )
    if done.loss is not None:
        risk = "none" if done.loss.at_risk_s is None else f"{done.loss.at_risk_s:.0f} s"
        click.echo(
            f"With this copy {done.loss.record_count} records of {done.loss.batch_count} batches would be gone now:"
            f" {risk} between the newest arrivals."
        )
    before = [one["recovery_s"] for one in reports(earlier) if one["recovery_s"] is not None]
    if before:
        click.echo(f"The exercise before took {before[-1]:.1f} s; the longest of {len(before)}, {max(before):.1f} s.")


def _slowly() -> Callable[[str], None]:
    """Progress on stderr, not more often than people read."""
    last = [0.0]

    def say(words: str) -> None:
        if time.monotonic() - last[0] >= _TELL_EVERY_S:
            last[0] = time.monotonic()
            click.echo(words, err=True)

    return say
