"""Pure. XML from a stranger as a small tree, with hard bounds.

A document with a DOCTYPE is refused whole, so that there are no entities to expand and nothing external to fetch. Size,
depth and count are bounded. Prefixes are dropped: routers get them wrong, and no two names here differ by prefix alone.
"""

from dataclasses import dataclass, field
from typing import Never
from xml.parsers.expat import ExpatError, ParserCreate

MAX_BYTES = 262_144
_MAX_DEPTH = 24
_MAX_ELEMENTS = 5_000


class MarkupError(ValueError):
    """The document is not XML, or is more than a router has reason to send."""


@dataclass(frozen=True, slots=True)
class Element:
    """A name without its prefix, the text with the blanks around it removed, the children in their order."""

    name: str
    text: str
    children: tuple["Element", ...] = ()

    def all(self, name: str) -> tuple["Element", ...]:
        """The children of that name."""
        return tuple(child for child in self.children if child.name == name)

    def one(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next(iter(self.all(name)), None)

    def value(self, name: str) -> str:
        """The first such child's text; empty where there is no such child."""
        child = self.one(name)
        return child.text if child else ""


@dataclass(slots=True)
class _Open:
    name: str
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


class _Builder:
    def __init__(self) -> None:
        self.root = _Open("")
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise MarkupError("more elements, or more deeply nested, than a router has reason to send")
        self._open.append(_Open(name.rpartition(":")[2]))

    def end(self, _name: str) -> None:
        done = self._open.pop()
        self._open[-1].children.append(Element(done.name, "".join(done.text).strip(), tuple(done.children)))

    def data(self, text: str) -> None:
        self._open[-1].text.append(text)

    def refuse(self, *_declared: object) -> Never:
        raise MarkupError("a DOCTYPE, which no router needs")


def parse(document: bytes) -> Element:
    """The root element. Read as UTF-8 whatever it declares; other bytes become replacement characters.

    Raises MarkupError.
    """
    if len(document) > MAX_BYTES:
        raise MarkupError(f"{len(document)} bytes are more than the {MAX_BYTES} allowed")
    builder = _Builder()
    parser = ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(document.decode("utf-8", "replace").strip().encode(), True)
    except ExpatError as error:
        raise MarkupError(f"not XML: {error}") from error
    return builder.root.children[0]
