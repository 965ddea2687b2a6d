"""Pure. Lines of running text joined to the sentences that were broken over them; rows of a table stay as they are.

Knows nothing of what they say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.summary.page.line import Cell, Line
from analysis.summary.speed.label import is_heading

_FULL = 0.72  # of the widest line: a shorter one was ended by its writer
_CLOSE = 1.75  # of the size: further down begins something else
_MOST_LINES = 40  # of a paragraph
_ENDED = re.compile(r"(?:[gmk]bps|b/s|bit/s)[.;)]*$")  # a line that ends with a speed is at its end
_SENTENCE = re.compile(r"(?<=[a-zà-ú)\d/])[.] +(?=[A-ZÀ-Ú])")


def phrases(text: Sequence[Line]) -> Iterator[Line]:
    """Each row as it is, each sentence of running text as a line of one cell."""
    widest = max((line.cells[-1].end_x for line in text if len(line.cells) == 1), default=0.0)
    kept: list[Line] = []
    for line in text:
        if 0 < len(kept) < _MOST_LINES and _goes_on(kept[-1], line, widest):
            kept.append(line)
        else:
            yield from _sentences(kept)
            kept = [line]
    yield from _sentences(kept)


def _goes_on(last: Line, line: Line, widest: float) -> bool:
    if len(last.cells) != 1 or len(line.cells) != 1 or last.page != line.page or is_heading(line.folded):
        return False
    start, end = last.cells[0], line.cells[0]
    begun = abs(start.x - end.x) < last.size and start.end_x >= _FULL * widest
    near = 0 < last.y - line.y <= _CLOSE * last.size and abs(last.size - line.size) < 0.1 * last.size
    if _ENDED.search(start.folded) and end.text[0].isupper():
        return False
    return begun and near and re.match(r"[\u2022\u25a0\u25cf\u2013\u2014*-]", end.text) is None


def _sentences(own: Sequence[Line]) -> Iterator[Line]:
    if not own:
        return
    first = own[0]
    if len(first.cells) > 1:
        yield first
        return
    joined, folded = " ".join(line.cells[0].text for line in own), " ".join(line.cells[0].folded for line in own)
    end_x = max(line.cells[0].end_x for line in own)
    start = 0
    for stop in [*(found.end() for found in _SENTENCE.finditer(joined)), len(joined)]:
        cell = Cell(x=first.cells[0].x, end_x=end_x, text=joined[start:stop].strip(), folded=folded[start:stop].strip())
        if cell.text and len(cell.text) == len(cell.folded):
            yield replace(first, cells=(cell,))
        start = stop
