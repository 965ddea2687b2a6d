"""Pure. Pieces of text put together to lines: what stands beside what, in which order a reader meets it.

A line is cut into cells where a gap is wider than any between two words. Knows nothing of what the text means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from analysis.summary.page.advance import guess
from analysis.summary.page.fold import FOOTNOTE, fold, plain
from analysis.summary.page.paper import Piece

_SAME_LINE = 0.35  # of the size: further apart are two lines
_RAISED = 0.12  # of the size: a smaller piece standing so much higher is a note's mark
_SMALLER = 0.88
_CELL_GAP = 0.7  # of the size: a wider gap divides cells
_OVERLAP = -0.5  # of the size: what begins within what is there already is not its next word
_WORD_GAP = 0.14  # of the size: a narrower one is within a word
_MOST_MARKS = 200  # of a page
_MARK = re.compile(r"[\s(]*[\d*]{1,2}[\s),;]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands together in a line, `x` to `end_x` in points. `folded` has a letter for each of `text`."""

    x: float
    end_x: float
    text: str
    folded: str

    def at(self, offset: int) -> float:
        """Where the letter at `offset` stands, as far as the letters' widths are known."""
        whole = guess(self.text) or 1.0
        return self.x + (self.end_x - self.x) * guess(self.text[:offset]) / whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Cells from left to right; never empty. `size` is the largest of its pieces' sizes."""

    page: int
    y: float
    size: float
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """The whole line, cells divided by a bar."""
        return " | ".join(cell.text.replace(FOOTNOTE, "") for cell in self.cells)

    @property
    def folded(self) -> str:
        """The whole line for comparing."""
        return " | ".join(cell.folded for cell in self.cells)


def lines(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """The lines of all pages, from top to bottom."""
    shown = sorted((replace(piece, text=plain(piece.text)) for piece in pieces), key=lambda piece: piece.page)
    found: list[Line] = []
    for page, on_page in groupby(shown, key=lambda piece: piece.page):
        rows = _rows(sorted(on_page, key=lambda piece: (-piece.y, piece.x)))
        found += [_line(page, row) for row in rows]
    return tuple(sorted(found, key=lambda line: (line.page, -line.y)))


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces by the line that they stand in; a note's mark goes to the line that it is raised from."""
    rows: list[list[Piece]] = []
    marks: list[Piece] = []
    for number, piece in enumerate(pieces):
        near = pieces[max(0, number - 40) : number + 40]
        if (
            len(marks) < _MOST_MARKS
            and _MARK.fullmatch(piece.text)
            and any(_raised_from(piece, other) for other in near)
        ):
            marks.append(piece)
            continue
        row = next((row for row in reversed(rows[-3:]) if _level(row[0], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    for mark in marks:
        home = next(row for row in rows if any(_raised_from(mark, other) for other in row))
        home.append(replace(mark, text=FOOTNOTE))
    return rows


def _level(one: Piece, other: Piece) -> bool:
    return abs(one.y - other.y) <= _SAME_LINE * max(one.size, other.size)


def _raised_from(piece: Piece, other: Piece) -> bool:
    """Whether it stands raised right behind the other one, as a note's mark does."""
    higher = _RAISED * other.size < piece.y - other.y < 0.8 * other.size
    behind = -other.size < piece.x - other.end_x < other.size
    return piece.size < _SMALLER * other.size and higher and behind


def _line(page: int, row: list[Piece]) -> Line:
    base = max(row, key=lambda piece: piece.size)
    cells: list[Cell] = []
    for piece in sorted(row, key=lambda piece: piece.x):
        _join(cells, piece)
    return Line(page=page, y=base.y, size=base.size, cells=tuple(_trimmed(cell) for cell in cells))


def _join(cells: list[Cell], piece: Piece) -> None:
    """The piece at the end of the last cell, or in a cell of its own."""
    last = cells[-1] if cells else None
    gap = 0.0 if last is None else (piece.x - last.end_x) / piece.size
    if last is None or (not _OVERLAP < gap <= _CELL_GAP and piece.text != FOOTNOTE):
        cells.append(Cell(x=piece.x, end_x=piece.end_x, text=piece.text, folded=""))
    else:
        between = " " if gap > _WORD_GAP else ""
        cells[-1] = replace(last, end_x=max(last.end_x, piece.end_x), text=last.text + between + piece.text)


def _trimmed(cell: Cell) -> Cell:
    text = re.sub("[ \n\t]+", " ", cell.text).strip()
    return replace(cell, text=text, folded=fold(text))
