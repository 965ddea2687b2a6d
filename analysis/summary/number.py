"""Pure. Numbers as operators print them: decimal comma or point, thousands by space, point or comma, and their units.

What can be read in two ways says so (`doubt`), and is never settled here by a guess. Knows nothing of what they count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from analysis.summary.page.fold import FOOTNOTE

_NUMBER = r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_WHOLE = re.compile(rf"(?:{_NUMBER})")
_PRICE = re.compile(r"(?:eur(?:os?)?|€|£)\s?\d+([.,])\d{2}(?!\d)|(?<![\d.,])\d+([.,])\d{2}\s?(?:€|£|eur)")
_MIXED = re.compile(r"\d{1,3}([.,])\d{3}([.,])\d{1,2}(?!\d)")
_UNIT = r"[gmk](?:bps|b/s|bit/s|bits/s|bit|bits|bit\.s-1|bits por segundo|bits per second|egabits? por segundo)"
_UPPER = rf"(?:\s?(/|-|a|to|ate)\s?({_NUMBER}))?"
_LISTED = r"(?<!\d/)(?<!\d /)(?<!\d/ )(?<!\d / )"  # a third figure of a list is none of a pair
_SPEED = re.compile(rf"(?<![\w.,]){_LISTED}({_NUMBER}){FOOTNOTE}?{_UPPER}{FOOTNOTE}?\s?({_UNIT})(?![a-z])")
_BYTES = re.compile(r"[GMKk](?:B/s|Bps)|[GMK]BPS")
MULTIPLE = {"g": Decimal(1000), "m": Decimal(1), "k": Decimal("0.001")}  # of Mbit/s, by a unit's first letter
_MOST_MBPS = 10_000  # no home is sold more: beyond it something was misread


@dataclass(frozen=True, slots=True)
class Style:
    """How this document writes: `decimal` is the mark before cents, "" where it shows none or both."""

    decimal: str
    portuguese: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A speed at `start` to `end` of its text, in Mbit/s. `upper_mbps` is set for a range, `beside_mbps` for "a/b".

    `doubt` says why it may not be what it seems; None where it can be read in one way only.
    """

    start: int
    end: int
    mbps: Decimal
    upper_mbps: Decimal | None = None
    beside_mbps: Decimal | None = None
    doubt: str | None = None


def style(folded: str, *, portuguese: bool) -> Style:
    """The style of a whole document's folded text, by its prices and by what can be read in one way only."""
    marks = {one or other for one, other in _PRICE.findall(folded)}
    marks |= {last for first, last in _MIXED.findall(folded) if first != last}
    return Style(marks.pop() if len(marks) == 1 else "", portuguese)


def number(written: str, style: Style) -> tuple[Decimal, str | None]:
    """(the number, why it is doubtful or None).

    >>> number("1 000,5", Style("", True))
    (Decimal('1000.5'), None)
    >>> number("1.000", Style(",", True))
    (Decimal('1000'), None)
    >>> number("1.000", Style("", False))[1]
    'the point may divide thousands or decimals'
    """
    joined = re.sub(r"[\s']", "", written)
    marks = [letter for letter in joined if letter in ".,"]
    if len(set(marks)) == 2:
        thousands = "." if marks[-1] == "," else ","
        return Decimal(joined.replace(thousands, "").replace(",", ".")), None
    if len(marks) > 1:
        return Decimal(joined.replace(marks[0], "")), None
    if not marks or not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", joined):
        return Decimal(joined.replace(",", ".")), None
    mark = marks[0]
    usual = "." if style.portuguese else ","
    sure = style.decimal != mark and (style.decimal != "" or (mark == usual and style.portuguese))
    name = "point" if mark == "." else "comma"
    return Decimal(joined.replace(mark, "")), None if sure else f"the {name} may divide thousands or decimals"


def speeds(text: str, folded: str, style: Style) -> Iterator[Speed]:
    """The speeds in a text, from left to right; `folded` is `text` folded."""
    for found in _SPEED.finditer(folded):
        yield _speed(found, text, style)


def _speed(found: re.Match[str], text: str, style: Style) -> Speed:
    first, between, second, unit = found.groups()
    factor = MULTIPLE[unit[0]]
    value, doubt = _of_unit(first, unit, style)
    other, other_doubt = (None, None) if second is None else _of_unit(second, unit, style)
    mbps = value * factor
    beside = None if other is None or between != "/" else other * factor
    upper = None if other is None or between == "/" else other * factor
    written = text[found.start(4) : found.end(4)]
    reasons = (
        doubt,
        other_doubt,
        "it may be megabytes" if _BYTES.fullmatch(written) else None,
        "it is more than any home is sold" if max(mbps, beside or 0, upper or 0) > _MOST_MBPS else None,
        "it is nought" if mbps == 0 else None,
        "figures stand close before it" if _crowded(text, found.start()) else None,
    )
    return Speed(
        start=found.start(),
        end=found.end(),
        mbps=mbps,
        upper_mbps=upper,
        beside_mbps=beside,
        doubt=next((reason for reason in reasons if reason), None),
    )


def _of_unit(written: str, unit: str, style: Style) -> tuple[Decimal, str | None]:
    """As `number`; thousands of Gbit/s are sold to nobody, so there a mark before three figures is a decimal one."""
    if unit[0] == "g" and re.fullmatch(r"\d{1,3}[.,]\d{3}", written):
        return Decimal(written.replace(",", ".")), None
    return number(written, style)


def _crowded(text: str, start: int) -> bool:
    """Whether other figures stand so close before a number that both may be one."""
    return re.search(r"\d[\s.,']{1,2}$", text[:start]) is not None


def bare(folded: str, style: Style) -> tuple[Decimal, str | None] | None:
    """The number that is all of a cell, and its doubt; None where the cell is anything else."""
    written = folded.replace(FOOTNOTE, "").strip()
    return number(written, style) if _WHOLE.fullmatch(written) else None
