"""Lines as they come of a page, written as text."""

from analysis.summary.page.fold import fold
from analysis.summary.page.line import Cell, Line


def lines(*rows: str) -> list[Line]:
    """Rows of cells divided by bars, in columns of 150 points."""
    found = []
    for number, row in enumerate(rows):
        own = tuple(
            Cell(x=150.0 * place, end_x=150.0 * place + 5 * len(text), text=text, folded=fold(text))
            for place, text in enumerate(part.strip() for part in row.split("|"))
            if text
        )
        found.append(Line(page=1, y=800.0 - 25 * number, size=10.0, cells=own))
    return found
