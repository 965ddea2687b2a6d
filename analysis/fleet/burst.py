"""Pure. Outages that began with many others, put together: which lines, since when, and what these lines share.

Which began with many others is said by `analysis.outage.together`; here they are only gathered. What they share is the
narrowest group that holds all of them; that the group was the cause, nobody says. Knows nothing of stores.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.clause import LedgerRules
from analysis.fleet.placement import GroupKind, Placement
from analysis.outage.outage import Cause, Flag, Outage
from analysis.outage.together import LineWatched, together
from analysis.speed_test_json import at

_NARROWEST_FIRST = tuple(reversed(GroupKind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Outages of at least two lines whose beginnings follow each other within the rules' `together_s`, in order.

    `shared` is the narrowest group that all lines are in, None where they share none that is known; `of_group_count`
    how many lines that group has. `end_at` is the last of the outages' lower bounds.
    """

    operator: str
    start_at: datetime
    end_at: datetime
    outages: tuple[Outage, ...]
    shared: tuple[GroupKind, str] | None
    of_group_count: int | None

    @property
    def lines(self) -> tuple[str, ...]:
        """Sorted, each once."""
        return tuple(sorted({one.line for one in self.outages}))


def bursts(
    watched: Mapping[str, LineWatched], places: Mapping[str, Placement], rules: LedgerRules
) -> tuple[Burst, ...]:
    """Every burst, each operator's lines by themselves, sorted by start. Those of no known operator are a set."""
    found: list[Burst] = []
    for operator in sorted({_operator(line, places) for line in watched}):
        own = {line: one for line, one in watched.items() if _operator(line, places) == operator}
        marked = [one for outages in together(own, rules).values() for one in outages if Flag.MANY_LINES in one.flags]
        found += [_burst(operator, group, places) for group in _runs(marked, rules.together_s)]
    return tuple(sorted(found, key=lambda one: (one.start_at, one.operator)))


def bursts_json(found: Iterable[Burst]) -> dict[str, Any]:
    """`prova.bursts/1`, in the order given."""
    return {"schema": "prova.bursts/1", "bursts": [burst_json(one) for one in found]}


def burst_json(one: Burst) -> dict[str, Any]:
    """One burst; `outages` by their ids, `causes` how often each."""
    causes: Counter[Cause] = Counter(outage.verdict.cause for outage in one.outages)
    return {
        "operator": one.operator or None,
        "start_at": at(one.start_at),
        "end_at": at(one.end_at),
        "lines": list(one.lines),
        "shared": None
        if one.shared is None
        else {"kind": one.shared[0].value, "name": one.shared[1], "lines": one.of_group_count},
        "outages": [outage.id for outage in one.outages],
        "causes": {cause.value: count for cause, count in sorted(causes.items())},
    }


def _operator(line: str, places: Mapping[str, Placement]) -> str:
    place = places.get(line)
    return "" if place is None or place.operator is None else place.operator


def _runs(outages: Iterable[Outage], within_s: float) -> list[list[Outage]]:
    """Those whose beginnings follow each other closely, together; of more than one line."""
    runs: list[list[Outage]] = []
    for one in sorted(outages, key=lambda one: (one.down[0].start_at, one.line)):
        start_at = one.down[0].start_at
        if runs and (start_at - runs[-1][-1].down[0].start_at).total_seconds() <= within_s:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run for run in runs if len({one.line for one in run}) > 1]


def _burst(operator: str, run: list[Outage], places: Mapping[str, Placement]) -> Burst:
    lines = {one.line for one in run}
    shared = _shared(lines, places)
    size = None if shared is None else sum(place.group(shared[0]) == shared[1] for place in places.values())
    return Burst(
        operator=operator,
        start_at=run[0].down[0].start_at,
        end_at=max(one.down[-1].end_at for one in run),
        outages=tuple(run),
        shared=shared,
        of_group_count=size,
    )


def _shared(lines: Iterable[str], places: Mapping[str, Placement]) -> tuple[GroupKind, str] | None:
    for kind in _NARROWEST_FIRST:
        names = {None if (place := places.get(line)) is None else place.group(kind) for line in lines}
        if len(names) == 1 and (name := names.pop()) is not None:
            return kind, name
    return None
