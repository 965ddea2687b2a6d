"""Pure. SVG as a tree of elements, so that nothing put into it can break out of it.

Positions along time are percentages and sizes across it are pixels: a drawing fills any width and its text keeps its
size. Knows nothing of what is drawn.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring


def element(tag: str, attributes: Mapping[str, str | float], *children: Element | str) -> Element:
    """One element. Text stands as a str; floats are written with at most two decimals."""
    made = Element(tag, {name: _written(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            made.text = (made.text or "") + child
        else:
            made.append(child)
    return made


def percent(share: float) -> str:
    """A share of the drawing's width.

    >>> percent(0.12345)
    '12.35%'
    """
    return f"{_written(share * 100)}%"


def picture(key: str, *, title: str, description: str, height: int, children: list[Element]) -> str:
    """A whole drawing with its name and description for who cannot see it. `key` must be unique on the page."""
    names = {"aria-labelledby": f"{key}-title", "aria-describedby": f"{key}-desc"}
    drawn = element(
        "svg",
        {"role": "img", "class": "picture", "width": "100%", "height": height, **names},
        element("title", {"id": f"{key}-title"}, title),
        element("desc", {"id": f"{key}-desc"}, description),
        *children,
    )
    return tostring(drawn, encoding="unicode", short_empty_elements=False)


def standalone(*, width_px: int, height: int, style: str, children: list[Element]) -> str:
    """A whole drawing as a file of its own, with its own `style`; who embeds it says what it shows."""
    size: dict[str, str | float] = {"width": width_px, "height": height, "viewBox": f"0 0 {width_px} {height}"}
    drawn = element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size}, element("style", {}, style), *children)
    return tostring(drawn, encoding="unicode", short_empty_elements=False)


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
