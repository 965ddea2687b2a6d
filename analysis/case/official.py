"""Pure. The text of an official result's paper as figures, each with the words it was read from; to be confirmed.

Nothing is filled in: what cannot be read in one way is left out. The papers' form is not published, so that this reads
what most say: a label in Portuguese or English, and a number with its unit. Knows nothing of files.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from analysis.summary.calendar_day import days
from analysis.summary.number import speeds, style
from analysis.summary.page.line import Cell, Line, lines
from analysis.summary.page.paper import Piece

_LABELS = {
    "download_mbps": re.compile(r"download|descarga|descarregamento|descendente"),
    "upload_mbps": re.compile(r"upload|envio|carregamento|ascendente"),
    "rtt_ms": re.compile(r"latencia|latency|ping|rtt|atraso|delay"),
}
_MILLISECONDS = re.compile(r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,3})?)\s?ms(?![a-z])")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:h]([0-5]\d)(?::([0-5]\d))?(?!\d)")
_MOST_LINES = 2000
_MOST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it stands in the case file, and the words that say it."""

    value: str
    words: str


def figures(pieces: Sequence[Piece]) -> Mapping[str, Figure]:
    """By the keys of an official result's entry; a figure that two places tell differently is left out."""
    text = lines(pieces)[:_MOST_LINES]
    portuguese = any(word in one.folded for one in text for word in ("velocidade", "medicao", "resultado"))
    found: dict[str, list[Figure]] = {}
    for key, figure in (*_values(text), *_moments(text, portuguese=portuguese)):
        found.setdefault(key, []).append(figure)
    return {key: told[0] for key, told in found.items() if len({one.value for one in told}) == 1}


def _values(text: Sequence[Line]) -> Iterator[tuple[str, Figure]]:
    for number, line in enumerate(text):
        below = text[number + 1] if number + 1 < len(text) else None
        for cell in line.cells:
            keys = [key for key, label in _LABELS.items() if label.search(cell.folded)]
            if len(keys) == 1:
                yield from _labelled(keys[0], cell, line, below)


def _labelled(key: str, cell: Cell, line: Line, below: Line | None) -> Iterator[tuple[str, Figure]]:
    """The value in the label's own cell, else in the next one, else right below it."""
    own = [one for one in line.cells if one.x > cell.x][:1]
    under = [] if below is None else [one for one in below.cells if one.x < cell.end_x and one.end_x > cell.x][:1]
    for place in (cell, *own, *under):
        value = _value(key, place)
        if value is not None:
            yield key, Figure(value, line.text[:_MOST_WORDS])
            return


def _value(key: str, cell: Cell) -> str | None:
    if key == "rtt_ms":
        told = _MILLISECONDS.search(cell.folded)
        return None if told is None else _number(told[1])
    manner = style(cell.folded, portuguese=True)
    sure = [one for one in speeds(cell.text, cell.folded, manner) if one.beside_mbps is None and one.upper_mbps is None]
    return f"{sure[0].mbps.normalize():f}" if len(sure) == 1 else None


def _moments(text: Sequence[Line], *, portuguese: bool) -> Iterator[tuple[str, Figure]]:
    """When it was measured: a day and a time of day in one line, or in one and the next."""
    for number, line in enumerate(text):
        for day in days(line.folded, portuguese=portuguese):
            below = text[number + 1].folded if number + 1 < len(text) else ""
            told = _TIME.search(line.folded, day.end) or _TIME.search(line.folded) or _TIME.search(below)
            if told is not None and not day.doubt:
                at = datetime.combine(day.on, time(int(told[1]), int(told[2]), int(told[3] or 0)))
                yield "measured_at", Figure(at.isoformat(), line.text[:_MOST_WORDS])


def _number(written: str) -> str | None:
    try:
        return f"{Decimal(written.replace(',', '.')).normalize():f}"
    except InvalidOperation:
        return None
