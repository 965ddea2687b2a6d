"""Pure. The template's headings (Impl. Reg. (EU) 2019/2243, annex) found in a document, and what stands under each.

Knows nothing of what is written there.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from analysis.summary.page.line import Cell, Line


class Section(IntEnum):
    """The template's parts, in the order that the annex prescribes. TOP is what stands above the first heading."""

    TOP = 0
    SERVICES = 1
    SPEEDS = 2
    PRICE = 3
    DURATION = 4
    DISABILITY = 5
    OTHER = 6


_HEADINGS = {
    Section.SERVICES: r"servicos? e equipamentos?|services? and equipment",
    Section.SPEEDS: r"velocidades? d[oe]s? (?:servicos? )?(?:de |do )?(?:acesso (?:a|de) )?internet(?: e .{3,40})?"
    r"|speeds? of the internet(?: access)? services?(?: and .{3,40})?|internet speeds?(?: and .{3,40})?",
    Section.PRICE: r"precos?|prices?",
    Section.DURATION: r"duracao,? (?:da )?renovacao e (?:rescisao|cessacao|resolucao|denuncia|termo)(?: do contrato)?"
    r"|duration,? renewal,? and termination",
    Section.DISABILITY: r"(?:caracteristicas|funcionalidades|elementos)\b.{0,30}utilizadores finais com .{5,20}"
    r"|features for end-? ?users with disabilities",
    Section.OTHER: r"outras informacoes(?: pertinentes| relevantes| uteis)?|other relevant information",
}
_COMPILED = {section: re.compile(pattern) for section, pattern in _HEADINGS.items()}
_NUMBERING = re.compile(r"^(?:\d+|[ivx]+|[a-z])[.)]\s*|^[\u2022\u25a0>*-]+\s*")
_MOST_HEADINGS = 200  # the template has six
_LONGEST = 90
_BESIDE = 2  # headings with something beside them: more than chance
_WRAPPED = 4  # lines, at most


@dataclass(frozen=True, slots=True)
class _Found:
    """A heading: the places (line, cell) of its words, several where it is wrapped."""

    section: Section
    places: tuple[tuple[int, int], ...]

    @property
    def line(self) -> int:
        """The line that it begins in."""
        return self.places[0][0]


def portuguese(text: Sequence[Line]) -> bool:
    """Whether a document is in Portuguese rather than in English, by its commonest words."""
    words = re.findall(r"[a-z]+", " ".join(line.folded for line in text))
    return sum(word in {"de", "do", "da", "e", "para", "servico"} for word in words) >= sum(
        word in {"the", "of", "and", "for", "to", "service"} for word in words
    )


def sections(text: Sequence[Line]) -> dict[Section, tuple[Line, ...]]:
    """What stands under each heading that was found, without the heading, in reading order."""
    ordered = _columns(text)
    headings = _in_order(_headings(ordered), ordered)
    starts = _starts(headings, ordered)
    named = {place for heading in headings for place in heading.places}
    parts = {Section.TOP: tuple(ordered[: starts[0]])}
    for heading, (start, end) in zip(headings, pairwise(starts), strict=True):
        parts[heading.section] = tuple(_without(ordered, start, end, named))
    return parts


def _starts(headings: Sequence[_Found], text: Sequence[Line]) -> list[int]:
    """The line that each section begins with, and behind the last.

    Where headings stand beside what they head, perhaps at half its height, it begins after the widest gap above.
    """
    starts = [heading.line for heading in headings]
    beside = [number for number, heading in enumerate(headings) if _has_beside(heading, text)]
    if len(beside) >= _BESIDE:
        for number in beside:
            first = headings[number - 1].places[-1][0] if number else max(0, starts[number] - 2)
            gaps = [_gap(text, line) for line in range(first + 1, starts[number] + 1)]
            wide = [place for place, gap in enumerate(gaps) if gap >= 0.95 * max(gaps)]
            starts[number] = first + 1 + wide[-1] if wide else starts[number]
    return [*starts, len(text)]


def _has_beside(heading: _Found, text: Sequence[Line]) -> bool:
    """Whether something stands right of a heading, at its height."""
    own = [text[line] for line, _ in heading.places]
    end_x = max(text[line].cells[cell].end_x for line, cell in heading.places)
    around = text[max(0, heading.line - 2) : heading.places[-1][0] + 2]
    return any(
        line.page == own[0].page
        and own[-1].y - 0.6 * line.size <= line.y <= own[0].y + 0.6 * line.size
        and line.cells[-1].x > end_x
        for line in around
    )


def _gap(text: Sequence[Line], line: int) -> float:
    """How far a line stands below the one before it; a new page is the widest gap."""
    above, below = text[line - 1], text[line]
    return above.y - below.y if above.page == below.page else float("inf")


def _headings(text: Sequence[Line]) -> list[_Found]:
    found: list[_Found] = []
    for number, line in enumerate(text):
        for place in range(len(line.cells) if len(found) < _MOST_HEADINGS else 0):
            run = _run(text, number, place)
            for length in range(1, len(run) + 1):
                words = " ".join(text[one].cells[cell].folded for one, cell in run[:length])
                if section := _section(words):
                    found.append(_Found(section, tuple(run[:length])))
                    break
    return found


def _run(text: Sequence[Line], number: int, place: int) -> list[tuple[int, int]]:
    """A cell and those right below it, flush or centred, each close: a heading in a narrow column is wrapped."""
    run, last, first = [(number, place)], text[number], text[number].cells[place]
    for below in range(number + 1, min(number + 6, len(text))):
        line = text[below]
        same = next((n for n, cell in enumerate(line.cells) if _under(cell, first)), None)
        if line.page != last.page or last.y - line.y > 1.9 * last.size or len(run) == _WRAPPED:
            break
        if same is not None:
            run.append((below, same))
            last = line
    return run


def _under(cell: Cell, first: Cell) -> bool:
    return abs(cell.x - first.x) < 3 or abs(cell.x + cell.end_x - first.x - first.end_x) < 6


def _section(folded: str) -> Section | None:
    if len(folded) > _LONGEST:
        return None
    bare = _NUMBERING.sub("", folded).strip(" :.|")
    return next((section for section, words in _COMPILED.items() if words.fullmatch(bare)), None)


def _in_order(found: Sequence[_Found], text: Sequence[Line]) -> list[_Found]:
    """The headings that stand in the template's order: of all such runs the one of the largest type.

    So no word in a table is taken for a heading.
    """
    best: list[tuple[float, list[_Found]]] = []
    for one in found:
        before = [run for run in best if run[1][-1].section < one.section]
        weight, run = max(before, key=lambda run: run[0], default=(0.0, []))
        best.append((weight + text[one.line].size, [*run, one]))
    return max(best, key=lambda run: run[0], default=(0.0, []))[1]


def _without(text: Sequence[Line], start: int, end: int, named: Container[tuple[int, int]]) -> Iterator[Line]:
    """The lines from `start` to `end` without the headings' cells."""
    for number in range(start, end):
        line = text[number]
        cells = tuple(cell for place, cell in enumerate(line.cells) if (number, place) not in named)
        if cells:
            yield replace(line, cells=cells)


def _columns(text: Sequence[Line]) -> list[Line]:
    """The lines in reading order: a page whose headings stand in two columns is read column by column."""
    ordered: list[Line] = []
    for page in sorted({line.page for line in text}):
        own = [line for line in text if line.page == page]
        found = _headings(own)
        places = sorted(own[line].cells[cell].x for line, cell in (one.places[0] for one in found))
        gutter = next((b - 2 for a, b in pairwise(places) if b - a > 100), None)
        ordered += own if gutter is None else _split(own, gutter)
    return ordered


def _split(own: Sequence[Line], gutter: float) -> list[Line]:
    left: list[Line] = []
    right: list[Line] = []
    for line in own:
        sides: tuple[list[Cell], list[Cell]] = ([], [])
        for cell in line.cells:
            sides[cell.x >= gutter].append(cell)
        for column, cells in zip((left, right), sides, strict=True):
            if cells:
                column.append(replace(line, cells=tuple(cells)))
    return [*left, *right]
