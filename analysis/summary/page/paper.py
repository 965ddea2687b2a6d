"""Vocabulary. A document's text as it stands on its pages: pieces with a place and a size.

Knows nothing of files, and nothing of what the text means.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text, from where its first letter stands to where its last ends, in points from the page's lower left.

    `page` counts from 1.
    """

    page: int
    x: float
    end_x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document: its file's name and digest, and its pieces in the order in which it draws them."""

    name: str
    sha256: str
    page_count: int
    pieces: tuple[Piece, ...]


class Refusal(StrEnum):
    """Why a file gives no text."""

    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    NO_TEXT = "no_text"  # pictures of pages: a scan
    DAMAGED = "damaged"
    TOO_HARD = "too_hard"  # more time or memory than any contract summary needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the short-lived process answers: pieces, or why there are none."""

    page_count: int = 0
    pieces: tuple[Piece, ...] = ()
    refusal: Refusal | None = None
