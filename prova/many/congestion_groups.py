"""Shell. `prova congestion` of groups: every line that has a place is read, the groups asked for are told."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import click

from analysis.congestion.congestion_json import congestion_json
from analysis.congestion.group.group_json import group_json
from analysis.congestion.group.group_words import group_words
from analysis.congestion.group.run import Asked, Report, of_groups
from analysis.congestion.group.told import GroupSays, GroupTold
from analysis.congestion.limits import limits
from analysis.congestion.run import days_between
from analysis.fleet import topology_file
from analysis.fleet.placement import GroupKind
from analysis.fleet.topology import Topology
from collector.request.entry import Purpose
from collector.store import Store
from prova.exit import CommandError, Exit
from prova.home import Home
from prova.privacy import kept_back

_TOLD = (GroupSays.SHARED, GroupSays.WIDER, GroupSays.AT_ONCE, GroupSays.SINGLE, GroupSays.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Groups of a kind: one by its name, or every one where `name` is None; over local days [first, after)."""

    kind: GroupKind
    name: str | None
    first: date
    after: date
    zone: ZoneInfo


def wanted_of(text: str) -> tuple[GroupKind, str]:
    """A group as people write it: its kind, a colon, its name. Raises UsageError."""
    kind, colon, name = text.partition(":")
    if not colon or not name or kind not in tuple(GroupKind):
        kinds = ", ".join(GroupKind)
        raise click.UsageError(f"--group {text!r} is no group; write KIND:NAME with KIND one of {kinds}")
    return GroupKind(kind), name


def tell(store: Store, home: Home, wanted: Wanted, lang: str, *, as_json: bool) -> int:
    """Judges and prints; the exit code. Raises TopologyError, CommandError and the store's errors."""
    kept = kept_back.said(home, store.lines(), Purpose.CONGESTION)
    asked = _asked(set(store.lines()) - kept, topology_file.load(home.topology), wanted)
    report = of_groups(store, asked, _say)
    if as_json:
        _print_json(report)
    else:
        _print(report.groups, lang)
    if all(one.says is GroupSays.UNKNOWN for one in report.groups):
        click.echo("prova: Not enough evidence of any group. Name a longer period with --from and --to.", err=True)
        return Exit.EVIDENCE
    return Exit.DONE


def _asked(known: set[str], topology: Topology, wanted: Wanted) -> Asked:
    if not topology.placed:
        raise CommandError("No topology is known here. Take one in with `prova fleet import FILE.csv`.")
    groups = _groups(topology, wanted, known)
    if wanted.name is not None and wanted.name not in groups:
        some = ", ".join(list(groups)[:8]) or "none with lines of this store"
        raise CommandError(f"There is no {wanted.kind} {wanted.name!r} over all these days. Known: {some}.")
    placed = {one.line for one in topology.on(wanted.after - timedelta(days=1))}
    return Asked(
        kind=wanted.kind.value,
        groups=groups,
        wanted=tuple(groups) if wanted.name is None else (wanted.name,),
        lines=tuple(sorted(known & placed)),
        days=days_between(wanted.first, wanted.after),
        zone=wanted.zone,
    )


def _groups(topology: Topology, wanted: Wanted, known: set[str]) -> Mapping[str, tuple[str, ...]]:
    """The lines that were in the group on the first day and on the last; one that moved is in none."""
    first = topology.groups(wanted.kind, wanted.first)
    last = topology.groups(wanted.kind, wanted.after - timedelta(days=1))
    stayed = {name: tuple(sorted({*lines} & {*first.get(name, ())} & known)) for name, lines in last.items()}
    return {name: lines for name, lines in stayed.items() if lines}


def _say(done: int, of: int) -> None:
    click.echo(f"prova: {done} of {of} lines", err=True)


def _print_json(report: Report) -> None:
    strained = {line for one in report.groups for line in one.strained}
    told = congestion_json([one for one in report.lines if one.line in strained], limits())
    told["groups"] = [group_json(one) for one in report.groups]
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def _print(groups: Sequence[GroupTold], lang: str) -> None:
    """What there is to say first; groups without any are counted."""
    for says in _TOLD:
        for one in groups:
            if one.says is says:
                said = group_words(one)
                click.echo(said.pt if lang == "pt" else said.en)
    counted = Counter(one.says.value for one in groups)
    click.echo(", ".join(f"{count} {says}" for says, count in sorted(counted.items())))
