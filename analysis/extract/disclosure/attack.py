"""Pure. What a reader can work out of withheld cells from those that are published: the bounds of every one.

The reader knows which cells add up to which others, that no count is negative, and every count that is not withheld,
in this release and in earlier ones. Bounds are those of the linear programme (Fischetti and Salazar, Management
Science 47, 2001): no reader without other knowledge can do better than the integers within them. Knows nothing of why a
cell is withheld.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.sparse import csr_array

from analysis.extract.disclosure.cell import Key, Relation

_NOISE = 1e-6  # of a solver that counts in floating point


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a withheld count can have been; `most` None where nothing bounds it."""

    least: int
    most: int | None

    @property
    def width(self) -> float:
        """How much is left open."""
        return float("inf") if self.most is None else self.most - self.least


class TablesError(Exception):
    """The tables contradict each other; the text says where."""


@dataclass(frozen=True, slots=True)
class _System:
    """Of the withheld cells as unknowns: sums of some of them, each with what it comes to."""

    unknowns: tuple[Key, ...]
    matrix: csr_array[np.float64, tuple[int, int]]
    sums: NDArray[np.float64]


def bounds(
    counts: Mapping[Key, int], withheld: Collection[Key], relations: Sequence[Relation], asked: Collection[Key]
) -> dict[Key, Bounds]:
    """Of each withheld cell in `asked`; `counts` has every key there is. Raises TablesError."""
    found: dict[Key, Bounds] = {}
    for system in _systems(counts, frozenset(withheld), relations):
        for number, key in enumerate(system.unknowns):
            if key in asked:
                found[key] = _bounds(system, number)
    for key in asked:
        found.setdefault(key, Bounds(0, None))
    return found


def _bounds(system: _System, number: int) -> Bounds:
    least, most = (_extreme(system, number, sign) for sign in (1.0, -1.0))
    if least is None:
        raise TablesError(f"the published cells about {system.unknowns[number]} do not add up")
    return Bounds(int(np.ceil(least - _NOISE)), None if most is None else int(np.floor(most + _NOISE)))


def _extreme(system: _System, number: int, sign: float) -> float | None:
    """The least (`sign` 1) or the most (-1) of one unknown; None where nothing bounds it, or nothing adds up."""
    goal = np.zeros(len(system.unknowns))
    goal[number] = sign
    adds_up = optimize.LinearConstraint(system.matrix, system.sums, system.sums)
    solved = optimize.milp(goal, constraints=adds_up, bounds=optimize.Bounds(0, np.inf))
    return sign * float(solved.fun) if solved.status == 0 else None


def _systems(counts: Mapping[Key, int], withheld: frozenset[Key], relations: Sequence[Relation]) -> tuple[_System, ...]:
    """Withheld cells that hang together, each group for itself: a reader learns nothing of one from another."""
    rows: list[tuple[dict[Key, int], int]] = []
    for relation in relations:
        open_parts = {key: 1 for key in relation.parts if key in withheld}
        known = sum(counts[key] for key in relation.parts if key not in withheld)
        if relation.total in withheld:
            row, comes_to = {**open_parts, relation.total: -1}, -known
        else:
            row, comes_to = open_parts, counts[relation.total] - known
        if row:
            rows.append((row, comes_to))
        elif comes_to:
            raise TablesError(f"the parts of {relation.total} do not add up to it")
    return tuple(_system(group) for group in _together(rows))


def _together(rows: Sequence[tuple[dict[Key, int], int]]) -> list[list[tuple[dict[Key, int], int]]]:
    """Rows that share an unknown, directly or over others."""
    leader: dict[Key, Key] = {}

    def find(key: Key) -> Key:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for row, _ in rows:
        first, *others = row
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[Key, list[tuple[dict[Key, int], int]]] = {}
    for row, comes_to in rows:
        groups.setdefault(find(next(iter(row))), []).append((row, comes_to))
    return list(groups.values())


def _system(rows: Sequence[tuple[dict[Key, int], int]]) -> _System:
    unknowns = tuple(sorted({key for row, _ in rows for key in row}))
    column = {key: number for number, key in enumerate(unknowns)}
    matrix = np.zeros((len(rows), len(unknowns)))
    for number, (row, _) in enumerate(rows):
        for key, sign in row.items():
            matrix[number, column[key]] = sign
    return _System(unknowns, csr_array(matrix), np.array([comes_to for _, comes_to in rows], dtype=np.float64))
