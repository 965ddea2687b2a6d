"""Pure. A table of lines as places, strictly: every problem at once, each with its row and its mend; and back.

Reads our own columns, and those of a circuit list as NetBox exports it. A cell is text and nothing else: what a
spreadsheet would run as a formula is refused. Knows nothing of files.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from analysis.contract_table import Problem
from analysis.fleet.placement import MOST_TEXT, Placed, Placement
from analysis.fleet.sheet_cell import is_formula
from analysis.fleet.topology import Topology, overlapping

COLUMNS = ("line", "operator", "region", "node", "segment", "technology", "tier", "from", "to")
_NAMES = COLUMNS[1:7]
_ALIASES = {
    "circuit id": "line",
    "cid": "line",
    "provider": "operator",
    "type": "technology",
    "commit rate (kbps)": "tier",
    "commit rate": "tier",
    "install date": "from",
    "termination date": "to",
}
_MOST_PROBLEMS = 50  # told one by one


class TopologyError(ValueError):
    """The table cannot be used, and nothing of it is. The text has every problem, one a line."""

    def __init__(self, problems: Sequence[Problem], source: str) -> None:
        self.problems = tuple(problems)
        told = [str(one) for one in self.problems[:_MOST_PROBLEMS]]
        if len(self.problems) > _MOST_PROBLEMS:
            told.append(f"{len(self.problems) - _MOST_PROBLEMS} more problems follow. Mend these first.")
        super().__init__("\n  ".join([f"{source} cannot be used:", *told]))


@dataclass(frozen=True, slots=True)
class Told:
    """What a table says. `passed_over` are the columns that mean nothing here, as they are headed."""

    placed: tuple[Placed, ...]
    passed_over: tuple[str, ...]


def read(
    text: str,
    source: str,
    *,
    known: Topology = Topology(),  # noqa: B008  frozen
    from_on: date | None = None,
    columns: Mapping[str, str] | None = None,
) -> Told:
    """The places in `text`. `from_on`: the first day of rows that have none; `columns`: our name to a heading.

    A row without a first day stands as far back as is known for a new line; for a line of `known` that moves, it is a
    problem. Raises TopologyError.
    """
    problems: list[Problem] = []
    rows = _rows(text, problems)
    head = next(rows, None)
    if head is None:
        raise TopologyError([Problem("the file", "it is empty", "Export it again with its header")], source)
    order = _order(head, columns or {}, problems)
    placed: list[Placed] = []
    if not problems:
        placed = [one for number, row in enumerate(rows, 2) if (one := _placed(number, row, order, from_on, problems))]
        problems += _clashes(placed)
        problems += _undated(placed, known)
    if problems:
        raise TopologyError(problems, source)
    return Told(tuple(placed), tuple(name for place, name in enumerate(head) if place not in order and name.strip()))


def write(topology: Topology) -> str:
    """The table of a topology, which `read` reads as the same."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in topology.placed:
        place = one.placement
        cells = [place.line, *(getattr(place, name) for name in _NAMES), one.from_on, one.to_on]
        writer.writerow(["" if cell is None else str(cell) for cell in cells])
    return text.getvalue()


def _rows(text: str, problems: list[Problem]) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=sign, strict=True)
    except csv.Error as error:
        problems.append(Problem("the file", f"it is no table ({error})", "Export it again as CSV"))


def _order(head: Sequence[str], columns: Mapping[str, str], problems: list[Problem]) -> dict[int, str]:
    """Which column stands where."""
    named = {_folded(heading): name for name, heading in columns.items()}
    order: dict[int, str] = {}
    for place, heading in enumerate(head):
        folded = _folded(heading)
        name = named.get(folded) or (None if folded in columns else _ours(folded, columns))
        if name is not None and name not in order.values():
            order[place] = name
    for name, heading in columns.items():
        if name not in order.values():
            near = get_close_matches(heading, head, n=1)
            mend = f"The nearest heading is {near[0]!r}" if near else "Name a heading of the file's first row"
            problems.append(Problem("the header", f"no column is headed {heading!r}", mend))
    if "line" not in order.values():
        problems.append(Problem("the header", "no column says the line", "Head one 'line', or name it with --column"))
    return order


def _ours(folded: str, columns: Mapping[str, str]) -> str | None:
    name = folded if folded in COLUMNS else _ALIASES.get(folded)
    return None if name in columns else name


def _folded(heading: str) -> str:
    return heading.strip().casefold().replace("_", " ")


def _placed(
    number: int, row: Sequence[str], order: Mapping[int, str], from_on: date | None, problems: list[Problem]
) -> Placed | None:
    """One row; None for an empty one and for one with a problem."""
    if not any(cell.strip() for cell in row):
        return None
    cells = {name: row[place].strip() for place, name in order.items() if place < len(row)}
    noted = len(problems)
    problems.extend(_bad_cells(number, cells))
    days = {name: _day(number, name, cells.get(name, ""), problems) for name in ("from", "to")}
    if len(problems) > noted:
        return None
    try:
        placement = Placement(line=cells["line"], **{name: cells.get(name) or None for name in _NAMES})
        return Placed(placement=placement, from_on=days["from"] or from_on, to_on=days["to"])
    except ValueError as error:
        problems.append(Problem(f"row {number}", str(error), "Write it so in the file"))
    return None


def _bad_cells(number: int, cells: Mapping[str, str]) -> Iterator[Problem]:
    if not cells.get("line"):
        yield Problem(f"row {number}", "it names no line", "Fill in the line, or remove the row")
    for name, cell in cells.items():
        if is_formula(cell):
            yield Problem(
                f"row {number}, {name}", f"{cell[:20]!r} begins as a formula does", "Begin it with a letter or digit"
            )
        elif len(cell) > MOST_TEXT:
            yield Problem(f"row {number}, {name}", f"it has {len(cell)} characters", f"Write {MOST_TEXT} at most")


def _day(number: int, name: str, cell: str, problems: list[Problem]) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        problems.append(Problem(f"row {number}, {name}", f"{cell[:20]!r} is no day", "Write it as YYYY-MM-DD"))
    return None


def _clashes(placed: Iterable[Placed]) -> Iterator[Problem]:
    for one, other in overlapping(placed):
        day = max(filter(None, (one.from_on, other.from_on)), default=None)
        yield Problem(
            f"line {one.placement.line}",
            f"two rows claim {'every day' if day is None else f'the day {day}'}",
            "Give each its days in 'from' and 'to'; a 'to' is the day after the last",
        )


def _undated(placed: Iterable[Placed], known: Topology) -> Iterator[Problem]:
    now = {one.placement.line: one for one in known.placed}  # of each line the last
    for one in placed:
        before = now.get(one.placement.line)
        if before is not None and one.is_undated and before.placement != one.placement:
            yield Problem(
                f"line {one.placement.line}",
                "it moves, and no day says when",
                "Give the day in 'from', or for the whole file with --from",
            )
