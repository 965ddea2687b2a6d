"""Pure. One time ledger as a ribbon over its period, in SVG: up, down and unobserved, each with its own texture.

Spans are drawn to the second. One that is narrower than a pixel is still drawn a pixel and a half wide, so that a short
interruption is not lost. Knows nothing of how a state was found, or of any language.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from analysis.report import Ledger, State
from dashboards.web.drawing.label import Label, hour_marks
from dashboards.web.drawing.svg import element, picture

_BAR_PX = 36
_LABEL_PX = _BAR_PX + 20
_HEIGHT_PX = _LABEL_PX + 4
_DRAWN = (State.UNOBSERVED, State.UP, State.DOWN)  # down last, so that nothing covers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A ledger with the words around it."""

    key: str
    title: str
    description: str
    ledger: Ledger
    hours: tuple[Label, ...]


def draw(drawing: Drawing) -> str:
    """SVG markup."""
    length_s = drawing.ledger.period.duration.total_seconds()
    stretched = {"viewBox": f"0 0 {length_s:.0f} 1", "preserveAspectRatio": "none"}
    bar = element("svg", {"width": "100%", "height": _BAR_PX, **stretched}, *_states(drawing.ledger))
    hatch = element("rect", {"class": "unobserved", "width": "100%", "height": _BAR_PX, "fill": "url(#hatch)"})
    hours = hour_marks(drawing.hours, top_px=_BAR_PX, label_px=_LABEL_PX)
    return picture(
        drawing.key,
        title=drawing.title,
        description=drawing.description,
        height=_HEIGHT_PX,
        children=[hatch, bar, *hours],
    )


def _states(ledger: Ledger) -> Iterator[Element]:
    for state in _DRAWN[1:]:
        path = "".join(_stretch(ledger, number) for number, span in enumerate(ledger.spans) if span.state is state)
        if path:
            yield element("path", {"class": str(state), "d": path, "vector-effect": "non-scaling-stroke"})


def _stretch(ledger: Ledger, number: int) -> str:
    period = ledger.spans[number].period
    start_s = (period.start_at - ledger.period.start_at).total_seconds()
    return f"M{start_s:.0f} 0h{period.duration.total_seconds():.0f}v1H{start_s:.0f}z"
