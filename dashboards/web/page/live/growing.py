"""Pure. The rate of a running test as a drawing that grows: both directions, one after the other, on one scale.

Knows nothing of tests or pages.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from dashboards.web.drawing.svg import element, percent
from dashboards.web.page.live.course import Point

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
            high = max(1.0, one.rate_bps / top_bps * (plain - _TOP)) if top_bps else 1.0
            at = left + share * 0.96 / len(sides)
            place: dict[str, str | float] = {"x": percent(at), "y": plain - high, "width": 3, "height": high}
            drawn.append(element("rect", {"class": f"live-bar side-{number}", **place}))
    return drawn


def height() -> int:
    """Of the whole drawing, in pixels."""
    return int(_HEIGHT)
