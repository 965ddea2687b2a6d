"""Pure. As many more cells withheld as it takes that none to be protected can be worked out from the others.

Each more is the least loss that protects one. The last word has `attack`: what is withheld is held against the bounds
that a reader finds of every count that is published. Knows nothing of why a cell is to be protected.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from analysis.extract.disclosure.attack import Bounds, bounds
from analysis.extract.disclosure.cell import Key, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One count that is published of every cell. `relations`: the sums that hold of it; `counts` has all their keys.

    `least_width`: between the bounds of a withheld count. A count of zero needs none: an absence names nobody.
    """

    counts: Mapping[Key, int]
    relations: tuple[Relation, ...]
    least_width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All that a reader has seen or will see. `losses`: the cells that can yet be withheld, each with what that loses.

    `relations`: how cells hang together, whether or not their sums hold of every measure.
    """

    measures: tuple[Measure, ...]
    relations: tuple[Relation, ...]
    losses: Mapping[Key, tuple[int, ...]]

    def bounds(self, withheld: Collection[Key], asked: Collection[Key]) -> dict[Key, tuple[Bounds, ...]]:
        """Of each key asked for, one for each measure. Raises TablesError."""
        found = [bounds(one.counts, withheld, one.relations, asked) for one in self.measures]
        return {key: tuple(each[key] for each in found) for key in asked}


def complement(tables: Tables, withheld: Collection[Key], protected: Iterable[Key]) -> frozenset[Key]:
    """What is to be withheld beside `withheld`, so that each of `protected`, all withheld, is wide enough open.

    Where nothing is left to withhold, that is all there is. Raises TablesError where the counts contradict each other.
    """
    alike = _alike(tables)
    more = _with_alike(frozenset(withheld), tables, alike)
    exposed = list(protected)
    while exposed := _exposed(tables, more, exposed):
        # Who is safe stays so: the more is withheld, the less is told of each.
        found = {key for key in (_cheapest(one, tables, more) for one in exposed) if key is not None}
        if not found:
            break
        more = _with_alike(more | found, tables, alike)
    return more - frozenset(withheld)


def _alike(tables: Tables) -> Mapping[Key, Key]:
    """Of each cell that has the same lines as others one that stands for them all: a sum of one part is that part."""
    leader: dict[Key, Key] = {}

    def find(key: Key) -> Key:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for relation in tables.relations:
        full = [key for key in relation.parts if any(one.counts.get(key, 0) for one in tables.measures)]
        if len(full) == 1 and not relation.in_time:
            leader[find(full[0])] = find(relation.total)
    return {key: find(key) for key in leader}


def _with_alike(withheld: frozenset[Key], tables: Tables, alike: Mapping[Key, Key]) -> frozenset[Key]:
    """With one cell go those that would tell it at once."""
    told = {alike[key] for key in withheld if key in alike}
    return withheld | {key for key, one in alike.items() if one in told and key in tables.losses}


def _exposed(tables: Tables, withheld: Collection[Key], sought: Collection[Key]) -> list[Key]:
    """Of the cells to be protected, those that can be worked out too closely."""
    found = tables.bounds(withheld, sought)
    return sorted(
        key
        for key, known in found.items()
        if any(
            of.counts.get(key, 0) and one.width < of.least_width for of, one in zip(tables.measures, known, strict=True)
        )
    )


def _cheapest(exposed: Key, tables: Tables, withheld: Collection[Key]) -> Key | None:
    """One more cell to withhold for this one: of the sums that it is in, the part that loses least.

    Where those are withheld altogether, of the sums that these hang on; None where there is none left.
    """
    seen, edge = {exposed}, [exposed]
    while edge:
        choices = list(_published(edge, tables, withheld))
        if choices:
            return min(choices)[1]
        edge = [key for key in _neighbours(edge, tables) if key in withheld and key not in seen]
        seen.update(edge)
    return None


def _published(edge: Iterable[Key], tables: Tables, withheld: Collection[Key]) -> Iterable[tuple[tuple[int, ...], Key]]:
    """Cells beside those of `edge` that can yet be withheld: parts before totals, the least loss first."""
    near = set(edge)
    for relation in tables.relations:
        every = (relation.total, *relation.parts)
        for key in () if near.isdisjoint(every) else every:
            if key not in withheld and key in tables.losses:
                yield (int(key == relation.total), *tables.losses[key]), key


def _neighbours(edge: Iterable[Key], tables: Tables) -> list[Key]:
    """All that stand in one sum with any of these."""
    near = set(edge)
    together = ((relation.total, *relation.parts) for relation in tables.relations)
    return sorted({key for every in together if not near.isdisjoint(every) for key in every})
