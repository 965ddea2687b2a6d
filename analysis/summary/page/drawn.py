"""Shell. The text that a PDF's pages draw, piece by piece with its place, by pypdf.

Runs in the short-lived process alone: a PDF comes from a stranger. What is drawn invisibly is not text of the document:
so a scan keeps the words that a machine guessed behind its pictures. Knows nothing of what the text means.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, ContentStream, FloatObject, NameObject

from analysis.summary.page.advance import Pen
from analysis.summary.page.paper import Piece, Refusal

MOST_PAGES = 40  # a summary has one page, a bundle's three; some hand it out with the whole contract
_MOST_PIECES = 30_000
MOST_LINES = 3_000  # more than forty full pages have
_LONGEST = 1_000  # letters of a piece: a line has a hundred
_MOST_DRAWING_BYTES = 4 * 2**20  # of one page; a full page of text takes a fiftieth
_HEAD_BYTES = 1024
_TOUCHING = 0.08  # of the size
_MOVES = frozenset((b"Td", b"TD", b"Tm", b"T*"))
_SHOWS = frozenset((b"Tj", b"TJ"))
_INVISIBLE = frozenset((3, 7))  # text rendering modes (ISO 32000-1, 9.3.6)
_STAY = [FloatObject(one) for one in (1, 0, 0, 1, 0, 0)]


def drawn(data: bytes) -> tuple[int, tuple[Piece, ...]] | Refusal:
    """(how many pages, what they say in the order drawn), or why there is nothing."""
    if b"%PDF-" not in data[:_HEAD_BYTES]:
        return Refusal.NOT_PDF
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return Refusal.ENCRYPTED
        return _all(reader)
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Refusal.DAMAGED  # what pypdf raises of a file that is not what it says


def _all(reader: pypdf.PdfReader) -> tuple[int, tuple[Piece, ...]] | Refusal:
    count = len(reader.pages)
    if count > MOST_PAGES:
        return Refusal.TOO_MANY_PAGES
    pieces: list[Piece] = []
    for number, page in enumerate(reader.pages, 1):
        drawing = page.get_contents()
        length = 0 if drawing is None else len(drawing.get_data())
        if length > _MOST_DRAWING_BYTES or len(pieces) > _MOST_PIECES:
            return Refusal.TOO_MUCH_TEXT
        pieces += _page(number, page) if length else []
    heights = {(piece.page, round(piece.y)) for piece in pieces}
    if len(pieces) > _MOST_PIECES or len(heights) > MOST_LINES or any(len(one.text) > _LONGEST for one in pieces):
        return Refusal.TOO_MUCH_TEXT
    return (count, tuple(pieces)) if any(piece.text.strip() for piece in pieces) else Refusal.NO_TEXT


def _page(number: int, page: Any) -> list[Piece]:
    """The text of a page, one piece for each place that something is drawn at."""
    pieces: list[Piece] = []
    pen = Pen(_fonts(page))

    def take(text: str, cm: Any, tm: Any, _font: Any, size: Any) -> None:
        start, end = pen.lift(text)
        a, b, c, d, e, f = _product([float(one) for one in tm], [float(one) for one in cm])
        if not text.strip() or abs(b) + abs(c) > 0.02 * (abs(a) + abs(d)) or a <= 0:
            return  # nothing, or not as one reads: upright, from left to right
        x, end_x = e + start * a, e + end * a
        _put(pieces, Piece(page=number, x=x, end_x=end_x, y=f, size=abs(float(size) * d), text=text.strip()))

    stream = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    stream.operations = list(_apart(stream.operations))
    page[NameObject("/Contents")] = stream
    follow = lambda operator, operands, _cm, _tm: pen.follow(operator, operands)  # noqa: E731  it is a callback
    page.extract_text(visitor_text=take, visitor_operand_before=follow)
    return pieces


def _put(pieces: list[Piece], piece: Piece) -> None:
    """At the end of the last piece where it goes straight on: many draw letter by letter."""
    last = pieces[-1] if pieces else None
    straight = last is not None and (last.y, last.size) == (piece.y, piece.size)
    if last is not None and straight and abs(piece.x - last.end_x) < _TOUCHING * piece.size:
        pieces[-1] = replace(last, end_x=piece.end_x, text=last.text + piece.text)
    else:
        pieces.append(piece)


def _fonts(page: Any) -> dict[str, Any]:
    """The page's font dictionaries by the names that its drawing calls them."""
    resources = page.get("/Resources")
    fonts = None if resources is None else resources.get_object().get("/Font")
    return {} if fonts is None else {str(name): font.get_object() for name, font in fonts.get_object().items()}


def _apart(operations: Any) -> Iterator[tuple[Any, bytes]]:
    """The same drawing without what is invisible, and with a matrix that changes nothing wherever the pen is moved:

    there pypdf ends one piece and begins the next, so that each keeps its own place.
    """
    mode, kept = 0, []
    for operands, operator in chain.from_iterable(map(_simple, operations)):
        if operator == b"q":
            kept.append(mode)
        elif operator == b"Q" and kept:
            mode = kept.pop()
        elif operator == b"Tr" and operands:
            mode = int(operands[0])
        if operator in _SHOWS and mode in _INVISIBLE:
            continue
        if operator in _MOVES:
            yield ArrayObject(_STAY), b"cm"
        yield operands, operator


def _simple(operation: Any) -> tuple[tuple[Any, bytes], ...]:
    """The operators that move and show at once, as the ones that they stand for (ISO 32000-1, 9.4.3)."""
    operands, operator = operation
    if operator == b"'":
        return ([], b"T*"), (operands, b"Tj")
    if operator == b'"' and len(operands) == 3:
        return (operands[:1], b"Tw"), (operands[1:2], b"Tc"), ([], b"T*"), (operands[2:], b"Tj")
    return ((operands, operator),)


def _product(first: list[float], second: list[float]) -> tuple[float, float, float, float, float, float]:
    """The matrix that does `first` and then `second` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
