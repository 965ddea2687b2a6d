"""Pure. Lines as JSON documents: one a line, one after the other, over several lines, or in an array.

A document is read when it is whole, and forgotten when it was handed on; one that is too long or damaged is left out
and the next one sought. Knows nothing of what a document means.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analysis.importer.mapping import Kind, Mapping
from analysis.importer.told import Left, Line, Row, Why, fold

_MOST_CHARACTERS = 2_000_000  # of one document
_MOST_DEPTH = 8
_MOST_KEYS = 2_000
_BETWEEN = " \t\r\n,[]"
_DECODER = json.JSONDecoder(parse_constant=lambda name: name)


def rows(lines: Iterable[Line], mappings: Sequence[Mapping]) -> Iterator[Row | Left]:
    """A row for each document that a mapping knows. Of {"data": [...]} and {"results": [...]} each member is one."""
    known = [one for one in mappings if one.kind is Kind.JSON]
    for place, document in documents(lines):
        if isinstance(document, Left):
            yield document
            continue
        for one in _members(document):
            yield _row(place, one, known)


def documents(lines: Iterable[Line]) -> Iterator[tuple[int, Any]]:
    """(line of its beginning, document or Left)."""
    held = _Held()
    for line in lines:
        if line.why is not None:
            yield line.place, Left(line.place, line.why)
            continue
        if held.text and line.text.startswith("{"):  # at the margin, where none is within another
            yield from held.taken()
            yield from held.given_up()
        held.add(line)
        if held.may_end(line.text):
            yield from held.taken()
        elif len(held.text) > _MOST_CHARACTERS:
            yield from held.given_up(Why.TOO_LONG)
    yield from held.taken()
    yield from held.given_up()


class _Held:
    """What was read of a document that is not whole yet."""

    def __init__(self) -> None:
        self.text, self._place, self._open = "", 0, 0

    def add(self, line: Line) -> None:
        text = line.text if self.text else line.text.lstrip(_BETWEEN)
        if text.strip():
            self._place = self._place if self.text else line.place
            self.text = f"{self.text}\n{text}" if self.text else text
            self._open += text.count("{") - text.count("}")

    def may_end(self, last: str) -> bool:
        """Whether to try: where brackets are even, or the last line looks like an outermost one's end."""
        return bool(self.text) and (self._open <= 0 or last.startswith("}"))

    def taken(self) -> Iterator[tuple[int, Any]]:
        """Every whole document at the beginning; the rest stays."""
        while self.text:
            try:
                document, end = _DECODER.raw_decode(self.text)
            except (ValueError, RecursionError):
                if not self.text.startswith("{"):
                    yield from self.given_up()
                return
            yield self._place, document
            self.text = self.text[end:].lstrip(_BETWEEN)
            self._open = self.text.count("{") - self.text.count("}")

    def given_up(self, why: Why = Why.NOT_A_ROW) -> Iterator[tuple[int, Any]]:
        """What is held, as damaged, if there is anything."""
        if self.text.strip(_BETWEEN):
            yield self._place, Left(self._place, why, self.text[:80])
        self.text, self._open = "", 0


def _members(document: Any) -> Iterator[Any]:
    for key in ("data", "results"):
        inner = document.get(key) if isinstance(document, dict) else None
        if isinstance(inner, list) and all(isinstance(one, dict) for one in inner):
            yield from inner
            return
    yield document


def _row(place: int, document: Any, mappings: Iterable[Mapping]) -> Row | Left:
    if not isinstance(document, dict):
        return Left(place, Why.NOT_A_ROW)
    cells: dict[str, str] = {}
    _flatten(document, "", cells, 0)
    fits = [one for one in mappings if {*one.columns} <= cells.keys() and not {*one.lacks} & cells.keys()]
    if not fits:
        return Left(place, Why.OTHER_TEST, ", ".join(list(cells)[:6])[:80])
    return Row(place, max(fits, key=lambda one: len(one.columns)).name, cells)


def _flatten(document: dict[str, Any], prefix: str, cells: dict[str, str], depth: int) -> None:
    for key, value in document.items():
        if len(cells) > _MOST_KEYS:
            return
        name = f"{prefix}{fold(str(key)[:200])}"
        if isinstance(value, dict):
            if depth < _MOST_DEPTH:
                _flatten(value, f"{name}.", cells, depth + 1)
        elif not isinstance(value, list):
            cells[name] = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
