"""Shell. `prova check` of many lines: a line of output each, as soon as its bucket is judged."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from analysis.contract import Contract
from analysis.finding import Verdict
from analysis.kernel.line import LineVerdicts, RuleVerdicts
from analysis.kernel.line_json import line_json
from analysis.kernel.run import Span
from collector.store import Store
from prova.exit import Exit
from prova.many.contracts import contracts_of, say_missing
from prova.many_lines import buckets, judged


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `lines` None: every line of the store. `days`: the first, and the one after the last."""

    lines: tuple[str, ...] | None
    days: tuple[date, date]
    now: datetime
    jobs: int
    as_json: bool
    exit_code: bool


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
    found = contracts_of(store, path, asked.lines)
    say_missing(found, path)
    return found.by_line


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
