"""Pure. Lines as rows of a table: which sign parts the columns, where the header is, which rows are rows.

A row may go on over lines within quotes, for a bounded number of them. A cell is text and nothing else: what a
spreadsheet would take for a formula is a number that cannot be read. Knows nothing of what columns mean.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.importer.mapping import Kind, Mapping
from analysis.importer.told import Left, Line, Row, Why, Words, fold

_DELIMITERS = (",", ";", "\t", "|")
_HEAD_LINES = 20
_MOST_JOINED = 20
_TROUBLE = re.compile(
    r"error|fail|cannot|can't|could not|unable|timed? ?out|unreachable|refused|no route|not resol|unknown host|offline",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """How a table is read: the mapping, the sign between columns, the names of the columns; whether a line names them.

    `names` are folded; of two columns of one name, the first counts.
    """

    mapping: Mapping
    delimiter: str
    names: tuple[str, ...]
    written: bool


def recognise(head: Sequence[Line], mappings: Iterable[Mapping]) -> Header | None:
    """The header among the first lines, by the mapping that knows most of its columns; else a table without one."""
    tables = [one for one in mappings if one.kind is Kind.CSV]
    for line in head[:_HEAD_LINES]:
        found = [header for sign in _DELIMITERS if (header := _named(line.text, sign, tables)) is not None]
        if found:
            return max(found, key=lambda one: len(one.mapping.columns))
    rows = [line.text for line in head[:_HEAD_LINES] if line.text]
    return next((one for sign in _DELIMITERS for mapping in tables if (one := _bare(rows, sign, mapping))), None)


def columns(head: Sequence[Line]) -> tuple[str, ...]:
    """What looks most like a header, for a person to see that nothing knows it."""
    best: list[str] = []
    for sign in _DELIMITERS:
        cells = _cells(head[0].text, sign) if head else None
        if cells and len(cells) > len(best):
            best = cells
    return tuple(cell.strip()[:40] for cell in best[:30])


def rows(lines: Iterable[Line], header: Header, mappings: Sequence[Mapping]) -> Iterator[Row | Words | Left]:
    """The rows after the header, and before it nothing but what is left out.

    A header that comes again is left out; another one that some mapping knows counts from there on.
    """
    begun = not header.written
    for line in _joined(lines):
        if line.why is not None:
            yield Left(line.place, line.why)
            continue
        if not line.text.strip():
            continue
        cells = _fitted(_cells(line.text, header.delimiter), len(header.names))
        named = _header_of(cells, line, header, mappings)
        if named is not None:
            if begun:
                yield Left(line.place, Why.REPEATED_HEADER)
            header, begun = named, True
        elif cells is None or len(cells) != len(header.names) or not begun:
            yield _no_row(line, header)
        else:
            pairs = zip(reversed(header.names), reversed(cells), strict=True)
            yield Row(line.place, header.mapping.name, {name: cell.strip() for name, cell in pairs})


def _named(text: str, sign: str, mappings: Iterable[Mapping]) -> Header | None:
    cells = _cells(text, sign)
    if cells is None:
        return None
    names = tuple(fold(cell) for cell in cells)
    fits = [one for one in mappings if one.columns and {*one.columns} <= {*names} and not {*one.lacks} & {*names}]
    if not fits:
        return None
    return Header(max(fits, key=lambda one: len(one.columns)), sign, names, written=True)


def _bare(texts: Sequence[str], sign: str, mapping: Mapping) -> Header | None:
    """Where the first rows that are as long as the table all look like it, and most rows are."""
    layout = mapping.table
    if not layout.names:
        return None
    cells = [one for text in texts if (one := _cells(text, sign)) is not None and len(one) == len(layout.names)]
    fits = [
        all(re.fullmatch(one, cell.strip()) for one, cell in zip(layout.patterns, row, strict=True)) for row in cells
    ]
    if not fits or not all(fits) or len(fits) * 2 < len(texts):
        return None
    return Header(mapping, sign, layout.names, written=False)


def _header_of(cells: list[str] | None, line: Line, header: Header, mappings: Sequence[Mapping]) -> Header | None:
    if cells is None or any(cell[:1].isdigit() for cell in cells):  # no header names a column by a number
        return None
    names = tuple(fold(cell) for cell in cells)
    if names == header.names:
        return Header(header.mapping, header.delimiter, names, written=True)
    return _named(line.text, header.delimiter, [one for one in mappings if one.kind is Kind.CSV])


def _no_row(line: Line, header: Header) -> Words | Left:
    if _TROUBLE.search(line.text[:2000]):
        return Words(line.place, header.mapping.name, line.text[:200])
    return Left(line.place, Why.NOT_A_ROW, line.text[:80])


def _cells(text: str, sign: str) -> list[str] | None:
    """The cells of one row; None where there is no such row."""
    try:
        cells = next(csv.reader([text.lstrip()], delimiter=sign, skipinitialspace=True), [])
    except csv.Error:
        return None
    return cells if len(cells) > 1 else None


def _fitted(cells: list[str] | None, length: int) -> list[str] | None:
    """Without what a sign at the end of each row adds."""
    if cells is not None and len(cells) > length and not any(cell.strip() for cell in cells[length:]):
        return cells[:length]
    return cells


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines whose quotes are open go on with the next ones; a quote that is never closed ends after a bound."""
    held: list[Line] = []
    for line in lines:
        held.append(line)
        opened = sum(one.text.count('"') for one in held) % 2 == 1
        if opened and line.why is None and len(held) < _MOST_JOINED:
            continue
        yield from held if opened else [_one(held)]
        held = []
    yield from held


def _one(held: list[Line]) -> Line:
    return held[0] if len(held) == 1 else Line(held[0].place, "\n".join(one.text for one in held), held[-1].why)
