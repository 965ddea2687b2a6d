"""Pure. Labels too long for their cell put back into the row that they were wrapped from.

By distance alone: a line of labels belongs to the row of values that it is much nearer to than to anything else. Where
lines stand evenly nothing is joined. Knows nothing of what a label means.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis.summary.number import Style, speeds
from analysis.summary.page.line import Cell, Line
from analysis.summary.speed.label import is_heading, labels

_OVERLAPPING = 0.9  # of the size: nearer lines are parts of one row of a table
_NEXT = 1.45  # of the size: a line and the next of the same cell
_MUCH = 1.25  # times as near
_BESIDE = 20.0  # points: a label stands left of its values


def rows(text: Sequence[Line], style: Style) -> list[Line]:
    """The same lines, each row of values with all of its label."""
    joined: list[Line] = []
    waiting: list[Line] = []  # label lines that belong to the row below
    for number, line in enumerate(text):
        above = joined[-1] if joined else None
        after = text[number + 1 : number + 3]
        if _is_label(line) and above is not None and not waiting and _upwards(line, above, after, style):
            joined[-1] = replace(above, cells=_with(above, line, style), y=line.y)
        elif _is_label(line) and _downwards(line, above, after, style):
            waiting.append(line)
        elif waiting:
            joined.append(_whole(line, waiting, style))
            waiting = []
        else:
            joined.append(line)
    return [*joined, *waiting]


def _whole(line: Line, waiting: Sequence[Line], style: Style) -> Line:
    for label in reversed(waiting):
        line = replace(line, cells=_with(line, label, style, before=True))
    return line


def _is_label(line: Line) -> bool:
    return len(line.cells) == 1 and is_heading(line.folded) and any(labels(line.folded))


def _values(line: Line, label: Line, style: Style) -> bool:
    """Whether a line is a row with values right of where the label begins."""
    own = [cell for cell in line.cells if any(speeds(cell.text, cell.folded, style))]
    return bool(own) and line.page == label.page and own[0].x > label.cells[0].x + _BESIDE


def _upwards(line: Line, above: Line, after: Sequence[Line], style: Style) -> bool:
    if not _values(above, line, style):
        return False
    near, far = above.y - line.y, _apart(line, after[:1])
    return near <= _OVERLAPPING * line.size or (near <= _NEXT * line.size and far > _MUCH * near)


def _downwards(line: Line, above: Line | None, after: Sequence[Line], style: Style) -> bool:
    if not after or not _values(after[0], line, style):
        return False
    near = line.y - after[0].y
    far = float("inf") if above is None or above.page != line.page else above.y - line.y
    alone = _apart(after[0], after[1:2]) > _MUCH * near  # else it heads a list of rows
    return near <= _OVERLAPPING * line.size or (near <= _NEXT * line.size and far > _MUCH * near and alone)


def _apart(line: Line, after: Sequence[Line]) -> float:
    return line.y - after[0].y if after and after[0].page == line.page else float("inf")


def _with(row: Line, label: Line, style: Style, *, before: bool = False) -> tuple[Cell, ...]:
    """The row's cells with the label's words in their column's cell, or in a new first one."""
    words, first = label.cells[0], row.cells[0]
    if any(speeds(first.text, first.folded, style)) or abs(first.x - words.x) > _BESIDE:
        return (words, *row.cells)
    one, other = (words, first) if before else (first, words)
    text, folded = f"{one.text} {other.text}", f"{one.folded} {other.folded}"
    return (replace(first, text=text, folded=folded, end_x=max(one.end_x, other.end_x)), *row.cells[1:])
