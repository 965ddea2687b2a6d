"""Pure. The rate of a running test as a drawing that grows: both directions, one after the other, on one scale.

Knows nothing of tests or pages.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from dashboards.web.drawing.svg import element, percent
from dashboards.web.page.live.course import Point

_EVERY_S = 0.5  # between two points
_FILLED = 0.96  # of a side; what is left sets the sides apart
_HEIGHT, _TOP, _BOTTOM = 180.0, 12.0, 22.0


def growing(sides: Sequence[tuple[str, Sequence[Point], float]], top_bps: float) -> list[Element]:
    """The elements of a drawing of the height that `height` says. `sides`: name, points and full length in seconds."""
    plain = _HEIGHT - _BOTTOM
    drawn = [element("line", {"class": "zero", "x1": "0", "x2": "100%", "y1": plain, "y2": plain})]
    for number, (name, points, duration_s) in enumerate(sides):
        left = number / len(sides)
        drawn.append(element("text", {"x": percent(left + 0.005), "y": _HEIGHT - 6, "class": "live-name"}, name))
        for one in points:
            share = min(1.0, one.elapsed_s / duration_s) if duration_s else 0.0
            wide = 0.8 * _EVERY_S / max(duration_s, _EVERY_S) * _FILLED / len(sides)
            high = max(1.0, one.rate_bps / top_bps * (plain - _TOP)) if top_bps else 1.0
            left_of_bar = left + max(0.0, share * _FILLED / len(sides) - wide)
            place: dict[str, str | float] = {"x": percent(left_of_bar), "width": percent(wide)}
            size: dict[str, str | float] = {"y": plain - high, "height": high, "class": f"live-bar side-{number}"}
            drawn.append(element("rect", place | size))
    return drawn


def height() -> int:
    """Of the whole drawing, in pixels."""
    return int(_HEIGHT)
