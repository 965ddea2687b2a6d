"""Shell. `prova check` of many lines: a line of output each, as soon as its bucket is judged."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from analysis.contract import Contract
from analysis.contract_file import load
from analysis.finding import Verdict
from analysis.kernel.line import LineVerdicts, RuleVerdicts
from analysis.kernel.line_json import line_json
from analysis.kernel.run import Span
from collector.store import Store
from prova.exit import Exit
from prova.many_lines import buckets, judged

_NAMED = 5  # of lines without a contract


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `lines` None: every line of the store. `days`: the first, and the one after the last."""

    lines: tuple[str, ...] | None
    days: tuple[date, date]
    now: datetime
    jobs: int
    as_json: bool
    exit_code: bool


def contracts_at(path: Path) -> dict[str, Contract]:
    """By line: those of a folder, each in a file that names its line; a single file's alone. Raises ContractError."""
    if not path.is_dir():
        contract = load(path)
        return {contract.line.id: contract}
    found: dict[str, Contract] = {}
    for file in sorted(path.glob("*.toml")):
        contract = load(file)
        if contract.line.id in found:
            raise click.UsageError(f"{file} and another file in {path} are of the line {contract.line.id}; keep one")
        found[contract.line.id] = contract
    if not found:
        raise click.UsageError(f"{path} holds no contract; put a file NAME.toml there for each line")
    return found


def check_many(store: Store, path: Path, asked: Asked) -> int:
    """Judges and prints; the exit code. `path` is a contract that stands for every line, or a folder of contracts.

    Raises ContractError, ProfileError and the store's errors.
    """
    ours = _contracts_of(store, path, asked)
    span = Span(first=asked.days[0], last=asked.days[1] - timedelta(days=1), now=asked.now)
    work = buckets(store, ours)
    verdicts: Counter[Verdict] = Counter()
    broken = done = 0
    for number, lines in enumerate(judged(work, span, asked.jobs), 1):
        for one in lines:
            said = _verdicts(one.rules)
            verdicts += said
            broken += said[Verdict.BREACHED] > 0
            click.echo(json.dumps(line_json(one), ensure_ascii=False) if asked.as_json else _text(one))
        done += len(lines)
        click.echo(f"prova: {number} of {len(work)} buckets, {done} of {len(ours)} lines", err=True)
    if not asked.as_json:
        click.echo(f"\n{done} lines, {broken} with a breach. These results are not certified by the regulator.")
    return _end(verdicts, exit_code=asked.exit_code)


def _contracts_of(store: Store, path: Path, asked: Asked) -> dict[str, Contract]:
    """By line. Says which lines have none."""
    contracts = contracts_at(path)
    known = {*store.lines(), *(line for line, _, _ in store.imports())}
    wanted = sorted(known if asked.lines is None else set(asked.lines))
    if not path.is_dir():
        (alike,) = contracts.values()
        return {line: replace(alike, line=replace(alike.line, id=line)) for line in wanted}
    missing = [line for line in wanted if line not in contracts]
    if missing:
        some = ", ".join(missing[:_NAMED]) + (" ..." if len(missing) > _NAMED else "")
        click.echo(f"prova: {len(missing)} lines have no contract in {path} and are left out: {some}", err=True)
    return {line: contracts[line] for line in wanted if line in contracts}


def _verdicts(rules: Iterable[RuleVerdicts]) -> Counter[Verdict]:
    return Counter(verdict for one in rules for verdict in one.days)


def _text(one: LineVerdicts) -> str:
    broken = [
        f"✗ {rule.rule} {rule.direction}: {count} of {len(rule.days)} days"
        for rule in one.rules
        if (count := rule.days.count(Verdict.BREACHED))
    ]
    said = _verdicts(one.rules)
    rest = f"✓ {said[Verdict.MET]} met, ? {said[Verdict.INSUFFICIENT]} undecided"
    return f"{one.line}: {'; '.join([*broken, rest])}"


def _end(verdicts: Counter[Verdict], *, exit_code: bool) -> int:
    if exit_code and verdicts[Verdict.BREACHED]:
        return Exit.BREACH
    if verdicts[Verdict.MET] or verdicts[Verdict.BREACHED]:
        return Exit.DONE
    click.echo("prova: Not enough evidence on any line. Judge one with --line to see what is missing.", err=True)
    return Exit.EVIDENCE
