"""Pure. Texts beside an axis, and the hours under a drawing.

Knows nothing of what is drawn above them, or of any language: the texts come ready.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from dashboards.web.drawing.svg import element, percent


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a place on an axis: a share of the width, or a value of its unit."""

    place: float
    text: str
    main: bool = True


def hour_marks(hours: tuple[Label, ...], *, top_px: float, label_px: float) -> Iterator[Element]:
    """A short mark and a text per hour, centred but for the drawing's very edges."""
    for hour in hours:
        at = percent(hour.place)
        side = "start" if hour.place < 0.02 else "end" if hour.place > 0.98 else "middle"
        main = "hour" if hour.main else "hour between"
        yield element("line", {"class": main, "x1": at, "x2": at, "y1": top_px, "y2": top_px + 5})
        yield element("text", {"class": main, "x": at, "y": label_px, "text-anchor": side}, hour.text)
