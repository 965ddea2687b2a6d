"""Pure. Labels too long for their cell put back into the row that they were wrapped from, however it is aligned.

By distance alone: label lines close under each other are one label if a single row of values stands at their height.
Where several do, lines stand evenly and nothing is joined. Knows nothing of what a label means.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.summary.number import Style, speeds
from analysis.summary.page.line import Cell, Line

_NEXT = 1.35  # of the size: a line and the next of the same cell
_SAME_X = 3.0  # points
_BESIDE = 20.0  # points: a label stands left of its values
_MOST_LINES = 12  # a label and its values take, wrapped as they may be
_LONGEST = 60  # letters of a label's line


def rows(text: Sequence[Line], style: Style) -> list[Line]:
    """The same lines, each row of values with all of its label."""
    joined: list[Line] = []
    taken: set[int] = set()
    for number, line in enumerate(text):
        if number in taken:
            continue
        block = list(_block(text, number, style))
        whole = _whole(text, block, style)
        joined.append(line if whole is None else whole)
        taken |= set() if whole is None else set(range(number, block[-1] + 1)) | {_valued(text, block, style)[0]}
    return joined


def _block(text: Sequence[Line], number: int, style: Style) -> Iterator[int]:
    """The lines of one label from `number` on: below each other, each close to the last."""
    last, x = text[number], text[number].cells[0].x
    if not _is_label(last.cells[0], style):
        return
    yield number
    for below in range(number + 1, min(number + _MOST_LINES, len(text))):
        line = text[below]
        if line.page != last.page or last.y - line.y > _NEXT * last.size:
            return
        if abs(line.cells[0].x - x) < _SAME_X and _is_label(line.cells[0], style):
            yield below
            last = line
        elif line.cells[0].x < x + _BESIDE:
            return


def _is_label(cell: Cell, style: Style) -> bool:
    return len(cell.text) <= _LONGEST and not any(speeds(cell.text, cell.folded, style))


def _valued(text: Sequence[Line], block: Sequence[int], style: Style) -> list[int]:
    """The lines with values right of a label, at its height."""
    top, bottom, x = text[block[0]], text[block[-1]], text[block[0]].cells[0].x
    around = range(max(0, block[0] - 1), min(len(text), block[-1] + 2))
    return [
        number
        for number in around
        if text[number].page == top.page
        and bottom.y - 0.6 * bottom.size <= text[number].y <= top.y + 0.6 * top.size
        and any(cell.x > x + _BESIDE and any(speeds(cell.text, cell.folded, style)) for cell in text[number].cells)
    ]


def _whole(text: Sequence[Line], block: Sequence[int], style: Style) -> Line | None:
    """The row with its whole label; None where there is nothing to join, or no telling what to."""
    if len(block) < 2:
        return None
    valued = _valued(text, block, style)
    others = [number for number in range(block[0], block[-1] + 1) if number not in block and number not in valued]
    if len(valued) != 1 or valued[0] < block[0] or others:
        return None
    row, words = text[valued[0]], [text[number].cells[0] for number in block]
    label = replace(
        words[0],
        text=" ".join(cell.text for cell in words),
        folded=" ".join(cell.folded for cell in words),
        end_x=max(cell.end_x for cell in words),
    )
    own = row.cells[1:] if valued[0] in block else row.cells
    return replace(row, cells=(label, *own))
