"""Pure. Measured values as points over time, with what was promised as lines, in SVG.

A test without a result has its own lane under the zero line: it is never a zero. Tests that cannot carry every verdict
have another shape. Knows nothing of why a test is valid, or of any language: labels come ready.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from dashboards.web.drawing.label import Label, hour_marks
from dashboards.web.drawing.svg import element, percent, picture

_TOP_PX = 12
_PLOT_PX = 160
_ZERO_PX = _TOP_PX + _PLOT_PX
_LANE_PX = _ZERO_PX + 18
_LABEL_PX = _LANE_PX + 30
_HEIGHT_PX = _LABEL_PX + 6
_LEFT, _RIGHT = 0.12, 0.985  # shares of the width between which time runs; the numbers stand left of it


class Mark(StrEnum):
    """The shape of a point; each is defined once on the page as `#mark-...`."""

    FULL = "full"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Point:
    """One value at `share` of the width: a rate in bit/s, a time in ms. None exactly where the test failed."""

    share: float
    value: float | None
    mark: Mark
    label: str


@dataclass(frozen=True, slots=True)
class Level:
    """One promised value; `kind` picks the line's style. Its name stands in the legend, where no point covers it."""

    kind: str
    value: float


@dataclass(frozen=True, slots=True)
class Bar:
    """From `low` to `high` at `share` of the width, behind the points."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that is drawn. `steps` are the values of the grid from zero upwards, at least two; their last is the top.

    `hours`: the labels along time, days where it is a month.
    """

    key: str
    title: str
    description: str
    points: tuple[Point, ...]
    levels: tuple[Level, ...]
    steps: tuple[Label, ...]
    hours: tuple[Label, ...]
    failed_label: str
    bars: tuple[Bar, ...] = ()


def draw(chart: Chart) -> str:
    """SVG markup."""
    top = chart.steps[-1].place
    hours = tuple(Label(_along(hour.place), hour.text, hour.main) for hour in chart.hours)
    children = [
        *_grid(chart),
        *hour_marks(hours, top_px=_ZERO_PX, label_px=_LABEL_PX),
        *(_across(f"level {level.kind}", _height(level.value, top)) for level in chart.levels),
        *_bars(chart.bars, top),
        element("g", {"class": "points"}, *_points(chart.points, top)),
    ]
    return picture(chart.key, title=chart.title, description=chart.description, height=_HEIGHT_PX, children=children)


def _along(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _height(value: float, top: float) -> float:
    return _ZERO_PX - _PLOT_PX * value / top


def _across(kind: str, y_px: float) -> Element:
    return element("line", {"class": kind, "x1": percent(_LEFT), "x2": "100%", "y1": y_px, "y2": y_px})


def _beside(kind: str, y_px: float, text: str) -> Element:
    where: dict[str, str | float] = {"x": percent(_LEFT - 0.015), "y": y_px + 4}
    return element("text", {**where, "class": kind, "text-anchor": "end"}, text)


def _grid(chart: Chart) -> Iterator[Element]:
    for step in chart.steps:
        y_px = _height(step.place, chart.steps[-1].place)
        yield _across("zero" if step.place == 0 else "grid", y_px)
        yield _beside("step", y_px, step.text)
    if any(point.mark is Mark.FAILED for point in chart.points):
        yield _beside("lane", _LANE_PX, chart.failed_label)


def _bars(bars: tuple[Bar, ...], top: float) -> Iterator[Element]:
    for bar in bars:
        at = percent(_along(bar.share))
        ends: dict[str, str | float] = {"y1": _height(bar.high, top), "y2": _height(bar.low, top)}
        yield element("line", {"class": "bar", "x1": at, "x2": at, **ends})


def _points(points: tuple[Point, ...], top: float) -> Iterator[Element]:
    for point in points:
        y_px = _LANE_PX if point.value is None else _height(point.value, top)
        where: dict[str, str | float] = {"href": f"#mark-{point.mark}", "x": percent(_along(point.share)), "y": y_px}
        yield element("use", where, element("title", {}, point.label))
