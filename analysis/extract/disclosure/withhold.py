"""Pure. Which cells of the tables are withheld, so that no line behind them can be known: disclosure control.

First what is small, or mostly one line's (primary). Then as many more as it takes until no withheld count can be worked
out more closely than the limits allow (complementary), each the least loss that does it, also with what earlier
releases told of the same lines. The last word has `attack`: what is withheld is held against the bounds that a reader
finds. Knows nothing of what was measured.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.extract.disclosure.attack import Bounds, bounds
from analysis.extract.disclosure.cell import Cell, Key, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Below `least_lines` or `least_tests`, or with more than `most_share` of its tests from one line, a cell is
    withheld. `least_width`: between the bounds of a withheld count, of lines and of line-days alike.
    """

    least_lines: int
    least_tests: int
    most_share: float
    least_width: int


class Reason(StrEnum):
    """Why a cell is withheld, the first that holds."""

    FEW_LINES = "few_lines"
    FEW_TESTS = "few_tests"
    ONE_LINE = "one_line"  # most of its tests are one line's
    EARLIER = "earlier"  # an earlier release withheld it
    OTHERS = "others"  # for the sake of cells that could be worked out with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One withheld cell. `lines`, `line_days`: what a reader can know of these counts all the same."""

    key: Key
    reason: Reason
    lines: Bounds
    line_days: Bounds


@dataclass(frozen=True, slots=True)
class Told:
    """What earlier extracts said. `published`: other periods' cells, for good; `hidden`: those that they withheld, and
    why; `own`: of the period itself what was withheld before, and stays so.
    """

    published: tuple[Cell, ...] = ()
    hidden: tuple[tuple[Cell, Reason], ...] = ()
    own: tuple[tuple[Key, Reason], ...] = ()


@dataclass(frozen=True, slots=True)
class _Tables:
    """All cells that a reader has seen or will see, those that can no longer be withheld, and how they add up."""

    cells: Mapping[Key, Cell]
    fixed: frozenset[Key]
    relations: tuple[Relation, ...]

    def bounds(self, withheld: Collection[Key], asked: Collection[Key]) -> dict[Key, tuple[Bounds, Bounds]]:
        """Of lines and of line-days."""
        at_once = [one for one in self.relations if not one.in_time]
        lines = bounds({key: one.line_count for key, one in self.cells.items()}, withheld, at_once, asked)
        days = bounds({key: one.line_days for key, one in self.cells.items()}, withheld, self.relations, asked)
        return {key: (lines[key], days[key]) for key in asked}


def withhold(
    cells: Sequence[Cell], relations: Sequence[Relation], limits: Limits, *, told: Told | None = None
) -> tuple[Withheld, ...]:
    """Those of `cells`, sorted by key. Empty cells are published as empty: an absence names nobody.

    `relations` are among these cells and those already published. Raises TablesError where the counts contradict them.
    """
    told = told or Told()
    past = {cell.key: cell for cell in told.published} | {cell.key: cell for cell, _ in told.hidden}
    tables = _Tables(past | {cell.key: cell for cell in cells}, frozenset(past), tuple(relations))
    own = dict(told.own)
    reasons = {one.key: reason for one in cells if (reason := _reason(one, limits, own.get(one.key))) is not None}
    hidden = {cell.key: reason for cell, reason in told.hidden}
    exposed = [key for key, reason in (*reasons.items(), *hidden.items()) if reason is not Reason.OTHERS]
    while exposed := _exposed(tables, reasons.keys() | hidden.keys(), exposed, limits):
        # Who is safe stays so: the more is withheld, the less is told of each.
        every = reasons.keys() | hidden.keys()
        more = {key for key in (_cheapest(one, tables, every) for one in exposed) if key is not None}
        if not more:
            break
        reasons |= dict.fromkeys(more, Reason.OTHERS)
    found = tables.bounds(reasons.keys() | hidden.keys(), reasons)
    return tuple(
        Withheld(key=key, reason=reasons[key], lines=found[key][0], line_days=found[key][1]) for key in sorted(reasons)
    )


def _reason(cell: Cell, limits: Limits, before: Reason | None) -> Reason | None:
    """Why it is withheld for its own sake, or because it was `before`; None for neither."""
    if not cell.line_count:
        return None
    if cell.line_count < limits.least_lines:
        return Reason.FEW_LINES
    if cell.test_count < limits.least_tests:
        return Reason.FEW_TESTS
    if cell.largest_share > limits.most_share:
        return Reason.ONE_LINE
    return before if before in (None, Reason.OTHERS) else Reason.EARLIER


def _exposed(tables: _Tables, withheld: Collection[Key], sought: Collection[Key], limits: Limits) -> list[Key]:
    """Of the cells to be protected, those that can be worked out too closely."""
    found = tables.bounds(withheld, sought)
    return sorted(key for key, known in found.items() if any(one.width < limits.least_width for one in known))


def _cheapest(exposed: Key, tables: _Tables, withheld: Collection[Key]) -> Key | None:
    """One more cell to withhold for this one: of the sums that it is in, the part with the fewest lines.

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


def _published(
    edge: Iterable[Key], tables: _Tables, withheld: Collection[Key]
) -> Iterable[tuple[tuple[int, int, int], Key]]:
    """Cells beside those of `edge` that can yet be withheld: parts before totals, the fewest lines first."""
    near = set(edge)
    for relation in tables.relations:
        every = (relation.total, *relation.parts)
        for key in () if near.isdisjoint(every) else every:
            cell = tables.cells[key]
            if key not in withheld and key not in tables.fixed and cell.line_count:
                yield (int(key == relation.total), cell.line_count, cell.test_count), key


def _neighbours(edge: Iterable[Key], tables: _Tables) -> list[Key]:
    near = set(edge)
    touching = (one for one in tables.relations if not near.isdisjoint((one.total, *one.parts)))
    return sorted({key for one in touching for key in (one.total, *one.parts)} - near)
