"""Pure. The places of many lines over time: which holds on a day, what a move changes, who is in which group.

Knows nothing of files, and nothing of what was measured.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from analysis.fleet.placement import GroupKind, Placed, Placement

_FIELDS = ("line", "operator", "region", "node", "segment", "technology", "tier")


@dataclass(frozen=True, slots=True)
class Topology:
    """Sorted by line and first day; of one line no day twice. May be empty."""

    placed: tuple[Placed, ...] = ()

    def on(self, day: date) -> tuple[Placement, ...]:
        """Every line that has a place on `day`, sorted by line."""
        return tuple(one.placement for one in self.placed if one.holds_on(day))

    def of(self, line: str) -> tuple[Placed, ...]:
        """One line's places, in order; may be empty."""
        return tuple(one for one in self.placed if one.placement.line == line)

    def groups(self, kind: GroupKind, day: date) -> dict[str, tuple[str, ...]]:
        """The lines of each group of a kind on `day`, sorted; lines without such a group are in none."""
        found: dict[str, list[str]] = defaultdict(list)
        for placement in self.on(day):
            name = placement.group(kind)
            if name is not None:
                found[name].append(placement.line)
        return {name: tuple(lines) for name, lines in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Changed:
    """What an import makes of a topology. `moved` are lines that were known otherwise; names sorted."""

    topology: Topology
    new: tuple[str, ...]
    moved: tuple[str, ...]
    same_count: int


def changed(topology: Topology, told: Sequence[Placed]) -> Changed:
    """`told` put into `topology`: from its first day to its last it holds, and what held before holds until then.

    Lines that `told` does not name stay as they are, and so does one of which it says, without a day, what is known
    last. `told` itself names no day of a line twice.
    """
    before = _by_line(topology.placed)
    after = dict(before)
    for line, own in _by_line(told).items():
        if line in before and own[0].is_undated and own[0].placement == before[line][-1].placement:
            continue
        kept = before.get(line, ())
        for one in own:
            kept = tuple(piece for old in kept for piece in _without(old, one))
        after[line] = tuple(_joined(sorted((*kept, *own), key=_first)))
    told_lines = sorted({one.placement.line for one in told})
    moved = tuple(line for line in told_lines if line in before and after[line] != before[line])
    return Changed(
        topology=Topology(tuple(one for line in sorted(after) for one in after[line])),
        new=tuple(line for line in told_lines if line not in before),
        moved=moved,
        same_count=sum(line in before for line in told_lines) - len(moved),
    )


def overlapping(placed: Iterable[Placed]) -> tuple[tuple[Placed, Placed], ...]:
    """Pairs of one line that claim a day both, in order of line and day."""
    found: list[tuple[Placed, Placed]] = []
    for _, own in sorted(_by_line(placed).items()):
        ordered = sorted(own, key=_first)
        found += [(one, other) for one, other in pairwise(ordered) if _first(other) < _last(one)]
    return tuple(found)


def topology_json(topology: Topology, day: date) -> dict[str, object]:
    """`prova.topology/1`: the places that hold on `day`, with their days; a `to_on` is exclusive."""
    return {
        "schema": "prova.topology/1",
        "on": day.isoformat(),
        "lines": [placed_json(one) for one in topology.placed if one.holds_on(day)],
    }


def placed_json(one: Placed) -> dict[str, str | None]:
    """One place: each of its names, null where not known, and its days."""
    return {
        **{name: getattr(one.placement, name) for name in _FIELDS},
        "from_on": None if one.from_on is None else one.from_on.isoformat(),
        "to_on": None if one.to_on is None else one.to_on.isoformat(),
    }


def _by_line(placed: Iterable[Placed]) -> Mapping[str, tuple[Placed, ...]]:
    found: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        found[one.placement.line].append(one)
    return {line: tuple(own) for line, own in found.items()}


def _first(one: Placed) -> date:
    return one.from_on or date.min


def _last(one: Placed) -> date:
    return one.to_on or date.max


def _without(old: Placed, new: Placed) -> Iterator[Placed]:
    """What is left of `old` beside the days of `new`."""
    if _last(old) <= _first(new) or _last(new) <= _first(old):
        yield old
        return
    if _first(old) < _first(new):
        yield replace(old, to_on=new.from_on)
    if _last(new) < _last(old):
        yield replace(old, from_on=new.to_on)


def _joined(ordered: Sequence[Placed]) -> Iterator[Placed]:
    """The same, places that only go on put together."""
    held: Placed | None = None
    for one in ordered:
        if held is not None and held.placement == one.placement and held.to_on == one.from_on:
            held = replace(held, to_on=one.to_on)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
