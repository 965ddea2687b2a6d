"""Pure. Which cells of the tables are withheld, so that no line behind them can be known: disclosure control.

First what is small, or mostly one line's (primary). Then as many more as it takes (`complement`) until no count
withheld can be worked out more closely than the limits allow, also with what earlier releases told of the same lines.
Knows nothing of what was measured.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.extract.disclosure.attack import Bounds
from analysis.extract.disclosure.cell import Cell, Key, Relation
from analysis.extract.disclosure.complement import Measure, Tables, complement


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
    FEW_TOLD = "few_told"  # too few of what is counted: repairs, say
    ONE_LINE = "one_line"  # most of it is one line's
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


def withhold(
    cells: Sequence[Cell], relations: Sequence[Relation], limits: Limits, *, told: Told | None = None
) -> tuple[Withheld, ...]:
    """Those of `cells`, sorted by key. Empty cells are published as empty: an absence names nobody.

    `relations` are among these cells and those already published. Raises TablesError where the counts contradict them.
    """
    told = told or Told()
    past = {cell.key: cell for cell in told.published} | {cell.key: cell for cell, _ in told.hidden}
    tables = _tables(past | {cell.key: cell for cell in cells}, past.keys(), relations, limits.least_width)
    own = dict(told.own)
    reasons = {one.key: reason for one in cells if (reason := _reason(one, limits, own.get(one.key))) is not None}
    hidden = {cell.key: reason for cell, reason in told.hidden}
    protected = [key for key, reason in (*reasons.items(), *hidden.items()) if reason is not Reason.OTHERS]
    reasons |= dict.fromkeys(complement(tables, reasons.keys() | hidden.keys(), protected), Reason.OTHERS)
    found = tables.bounds(reasons.keys() | hidden.keys(), reasons)
    return tuple(
        Withheld(key=key, reason=reasons[key], lines=found[key][0], line_days=found[key][1]) for key in sorted(reasons)
    )


def _tables(
    cells: Mapping[Key, Cell], published: Collection[Key], relations: Sequence[Relation], least_width: int
) -> Tables:
    """Lines add up at once, line-days over time too; what is published already can no longer be withheld."""
    at_once = tuple(one for one in relations if not one.in_time)
    lines = {key: one.line_count for key, one in cells.items()}
    days = {key: one.line_days for key, one in cells.items()}
    return Tables(
        measures=(
            Measure(counts=lines, relations=at_once, least_width=least_width),
            Measure(counts=days, relations=tuple(relations), least_width=least_width),
        ),
        relations=tuple(relations),
        losses={
            key: (one.line_count, one.test_count)
            for key, one in cells.items()
            if key not in published and one.line_count
        },
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
