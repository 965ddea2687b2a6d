"""Pure. How far the pen moves when a PDF shows a string: by the widths that the font itself tells (ISO 32000-1, 9.4.4).

Takes pypdf's objects as plain mappings and lists. Knows nothing of what letters the codes stand for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_THOUSANDTHS = 1000.0
_PLACES = frozenset((b"BT", b"Td", b"TD", b"Tm", b"T*"))
_STATES = frozenset((b"Tc", b"Tw", b"Tz"))
_NARROW, _WIDE = frozenset("iljtfrI.,:;|!'()[] /-"), frozenset("mwMW%@—")


@dataclass(frozen=True, slots=True)
class Widths:
    """A font's widths in thousandths of its size, by code; `code_bytes` make a code."""

    of_code: Mapping[int, float]
    default: float
    code_bytes: int


def widths(font: Any) -> Widths | None:
    """The widths that a font dictionary tells; None where it tells none, or by codes that cannot be followed."""
    if font.get("/Subtype") == "/Type0":
        return _composite(font) if str(font.get("/Encoding")) in ("/Identity-H", "/Identity-V") else None
    listed, first = font.get("/Widths"), font.get("/FirstChar")
    if listed is None or first is None:
        return None
    scale = _THOUSANDTHS * float(font["/FontMatrix"][0]) if font.get("/Subtype") == "/Type3" else 1.0
    given = listed.get_object()
    return Widths({int(first) + n: float(one) * scale for n, one in enumerate(given)}, 0.0, 1)


def _composite(font: Any) -> Widths:
    descendant = font["/DescendantFonts"].get_object()[0].get_object()
    found: dict[int, float] = {}
    runs = descendant.get("/W")
    items = [] if runs is None else list(runs.get_object())
    while len(items) >= 2:
        first, second = int(items[0]), items[1].get_object()
        if isinstance(second, Sequence):
            found |= {first + n: float(one) for n, one in enumerate(second)}
            items = items[2:]
        elif len(items) >= 3:
            found |= dict.fromkeys(range(first, min(int(second), first + 65_535) + 1), float(items[2]))
            items = items[3:]
        else:
            break
    return Widths(found, float(descendant.get("/DW", _THOUSANDTHS)), 2)


def guess(text: str) -> float:
    """About how wide letters are, in sizes of their type: as in a common sans serif.

    >>> round(guess("Mbps"), 2)
    2.44
    """
    return sum(
        0.28 if letter in _NARROW else 0.85 if letter in _WIDE else 0.67 if letter.isupper() else 0.53
        for letter in text
    )


@dataclass(slots=True)
class Pen:
    """The text state that moves the pen, fed with a page's operators in their order."""

    fonts: Mapping[str, Any]
    size: float = 0.0
    character_spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    _start: float = 0.0
    _moved: float | None = 0.0  # since it was placed; None after a font whose widths are not known
    _widths: Widths | None = None

    def lift(self, text: str) -> tuple[float, float]:
        """Where `text`, shown since it was last lifted or placed, begins and ends: from its place, in text space."""
        start = self._start
        self._start = start + guess(text) * self.size * self.scale if self._moved is None else self._moved
        self._moved = self._start
        return start, self._start

    def follow(self, operator: bytes, operands: Sequence[Any]) -> None:
        """Take one operator in."""
        if operator in _PLACES:
            self._start = self._moved = 0.0
        elif operator == b"Tf" and len(operands) == 2:
            font = self.fonts.get(str(operands[0]))
            self._widths, self.size = (None if font is None else widths(font)), float(operands[1])
        elif operator == b"TJ":
            for one in operands[0]:
                self._show(one)
        elif operator == b"Tj":
            self._show(operands[0])
        elif operator in _STATES:
            self._state(operator, float(operands[0]))

    def _state(self, operator: bytes, value: float) -> None:
        if operator == b"Tc":
            self.character_spacing = value
        elif operator == b"Tw":
            self.word_spacing = value
        else:
            self.scale = value / 100

    def _show(self, one: Any) -> None:
        if self._moved is None:
            return
        if isinstance(one, int | float):
            self._moved -= float(one) / _THOUSANDTHS * self.size * self.scale
        elif not isinstance(one, bytes) or self._widths is None:
            self._moved = None
        else:
            for place in range(0, len(one), self._widths.code_bytes):
                code = int.from_bytes(one[place : place + self._widths.code_bytes], "big")
                space = self.word_spacing if self._widths.code_bytes == 1 and code == 32 else 0.0
                glyph = self._widths.of_code.get(code, self._widths.default) / _THOUSANDTHS * self.size
                self._moved += (glyph + self.character_spacing + space) * self.scale
