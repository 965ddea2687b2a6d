"""Pure. A line cut into the clauses that speak of one thing each, with the label of the row that they stand in.

Knows nothing of what they speak of.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.summary.page.line import Line
from analysis.summary.page.phrase import phrases

_CUT = re.compile(r"[,;(] ?(?!\d)|, (?=\d)|\. | (?:e|and) (?=(?:€ ?)?\d+[.,]\d{2})")


@dataclass(frozen=True, slots=True)
class Clause:
    """A few words of a line. `label` is the row's first cell or what stands before a colon; else empty."""

    page: int
    label: str
    folded: str
    words: str


def clauses(text: Sequence[Line]) -> Iterator[Clause]:
    """The clauses of all lines, in reading order; folded, with the whole line's words."""
    for line in phrases(text):
        cells = [cell.folded for cell in line.cells]
        label = cells[0] if len(cells) > 1 else ""
        for cell in cells[1:] if len(cells) > 1 else cells:
            head, colon, rest = cell.partition(": ")
            own, body = (f"{label} {head}".strip(), rest) if colon and len(head) < 60 else (label, cell)
            for part in _CUT.split(body):
                if part.strip():
                    yield Clause(line.page, own, part.strip(), line.text)
