"""Pure. A report's figures as SVG: values with intervals, curves, shares of a whole.

Each row has its words above it, so that a drawing keeps its sizes on a phone. What is withheld is said in its row, and
is never drawn as zero. Knows nothing of languages beyond the words that it is given.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from analysis.extract.report.figure import Figure, Kind, Row, Unit
from dashboards.report.told import Tongue
from dashboards.web.drawing.svg import element, percent

MOST_DRAWN = 20
_ROW_PX, _LANE_PX, _BAR_PX, _FOOT_PX, _TOP_PX = 40, 26, 12, 26, 6
_PLOT_PX = 220
_LEFT, _RIGHT = 0.02, 0.98
_MOST_CURVES = 6
_HEADROOM = 1.05
_STACKED = ("met", "breached", "insufficient")


@dataclass(frozen=True, slots=True)
class Drawn:
    """`children` of a picture of that height, and the words that stand for it."""

    height_px: int
    children: tuple[Element, ...]
    alt: str


def drawn(figure: Figure, tongue: Tongue) -> Drawn | None:
    """None for what is a table alone."""
    ways: dict[Kind, Callable[[Figure, Tongue], Drawn]] = {
        Kind.INTERVAL: _intervals,
        Kind.CURVE: _curves,
        Kind.STACK: _stacks,
    }
    return ways[figure.kind](figure, tongue) if figure.kind in ways else None


def _intervals(figure: Figure, tongue: Tongue) -> Drawn:
    names, unit = [one.name for one in figure.heads[:3]], figure.heads[0].unit
    rows = figure.rows[:MOST_DRAWN]
    known = [value for row in rows for name in names if isinstance(value := row.values[name], float)]
    least = min([0.0, *known]) * _HEADROOM
    most = max([*known, 0.01 if unit is Unit.CHANGE else 1.0]) * _HEADROOM

    def along(value: float) -> float:
        return _LEFT + (value - least) / (most - least) * (_RIGHT - _LEFT)

    children: list[Element] = []
    for number, row in enumerate(rows):
        top = _TOP_PX + number * _ROW_PX
        children += _named(tongue.of(row.label), _value(row, names[0], unit, tongue), top)
        children += _interval(row, names, top + _LANE_PX, along)
    bottom = _TOP_PX + len(rows) * _ROW_PX
    lanes = [_TOP_PX + number * _ROW_PX + _LANE_PX for number in range(len(rows))]
    children += _axis(least, most, bottom, along, lanes)
    told = "; ".join(f"{tongue.of(row.label)} {_value(row, names[0], unit, tongue)}" for row in rows)
    return Drawn(bottom + _FOOT_PX, tuple(children), tongue.word("alt_interval", told=told))


def _value(row: Row, name: str, unit: Unit, tongue: Tongue) -> str:
    value = row.values[name]
    return (
        tongue.state(row)
        if row.state != "shown"
        else tongue.word("none")
        if value is None
        else tongue.cell(value, unit)
    )


def _named(name: str, value: str, top: float) -> Iterator[Element]:
    yield element("text", {"class": "name", "x": percent(_LEFT), "y": top + 14}, name)
    yield element("text", {"class": "value", "x": percent(_RIGHT), "y": top + 14, "text-anchor": "end"}, value)


def _interval(row: Row, names: Sequence[str], y_px: float, along: Callable[[float], float]) -> Iterator[Element]:
    yield element("line", {"class": "track", "x1": percent(_LEFT), "x2": percent(_RIGHT), "y1": y_px, "y2": y_px})
    value, low, high = (row.values[name] for name in names)
    if isinstance(low, float) and isinstance(high, float):
        ends = {"x1": percent(along(low)), "x2": percent(along(high))}
        yield element("line", {"class": "whisker", "y1": y_px, "y2": y_px, **ends})
    if isinstance(value, float):
        yield element("circle", {"class": "dot", "cx": percent(along(value)), "cy": y_px, "r": 5})


def _axis(
    least: float, most: float, top: float, along: Callable[[float], float], lanes: Sequence[float] = ()
) -> Iterator[Element]:
    """Round shares under a drawing, with a short mark on each of its lanes."""
    step = next((one for one in (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0) if (most - least) / one <= 5), 10.0)
    number = -int(-least / step)
    while number * step <= most:
        at = percent(along(number * step))
        for y_px in lanes:
            yield element("line", {"class": "tick", "x1": at, "x2": at, "y1": y_px - 6, "y2": y_px + 6})
        side = "start" if along(number * step) < 0.06 else "end" if along(number * step) > 0.94 else "middle"
        yield element("text", {"class": "step", "x": at, "y": top + 16, "text-anchor": side}, _round(number * step))
        number += 1


def _round(share: float) -> str:
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def _curves(figure: Figure, tongue: Tongue) -> Drawn:
    curves: dict[str, list[Row]] = {}
    for row in figure.rows:
        curves.setdefault(tongue.of(row.label), []).append(row)
    shown = [(name, rows) for name, rows in curves.items() if rows[0].state == "shown"][:_MOST_CURVES]
    most = max((_float(row, "from_share") for _, rows in shown for row in rows), default=1.0) * 1.1 or 1.0
    legend_px = _TOP_PX + 20 * len(curves)
    zero_px = legend_px + 14 + _PLOT_PX

    def along(value: float) -> float:
        return 0.11 + value / most * (_RIGHT - 0.11)

    children: list[Element] = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y_px = zero_px - _PLOT_PX * share
        children.append(element("line", {"class": "tick", "x1": "11%", "x2": percent(_RIGHT), "y1": y_px, "y2": y_px}))
        children.append(
            element("text", {"class": "step", "x": "10%", "y": y_px + 4, "text-anchor": "end"}, _round(share))
        )
    children += _axis(0.0, most, zero_px, along)
    for number, (name, rows) in enumerate(curves.items()):
        place = next((place for place, (other, _) in enumerate(shown) if other == name), None)
        children += _legend(name if place is not None else f"{name}: {tongue.state(rows[0])}", place, number)
    for place, (_, rows) in enumerate(shown):
        children += _steps(rows, place, zero_px, most, along)
    told = ", ".join(name for name, _ in shown)
    return Drawn(zero_px + 40, (*children, _caption(tongue, zero_px)), tongue.word("alt_curve", told=told))


def _caption(tongue: Tongue, zero_px: float) -> Element:
    where: dict[str, str | float] = {"class": "step", "x": percent(_RIGHT), "y": zero_px + 34, "text-anchor": "end"}
    return element("text", where, tongue.word("curve_axis"))


def _legend(name: str, place: int | None, number: int) -> Iterator[Element]:
    y_px = _TOP_PX + 20 * number + 8
    kind = "curve none" if place is None else f"curve c{place}"
    yield element("line", {"class": kind, "x1": percent(_LEFT), "x2": percent(0.09), "y1": y_px, "y2": y_px})
    yield element("text", {"class": "name", "x": "11%", "y": y_px + 5}, name)


def _steps(
    rows: Sequence[Row], place: int, zero_px: float, most: float, along: Callable[[float], float]
) -> Iterator[Element]:
    """A point where the share is known, and a thread to the next: where within a bin the lines are is not."""
    points = [(_float(row, "from_share"), _float(row, "reached_share")) for row in rows]
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], (most, 0.0)], strict=True):
        ends: dict[str, str | float] = {"x1": percent(along(x1)), "x2": percent(along(x2))}
        ends |= {"y1": zero_px - _PLOT_PX * y1, "y2": zero_px - _PLOT_PX * y2}
        wide = " open" if x1 == 0 or x2 == most else ""
        yield element("line", {"class": f"curve c{place}{wide}", **ends})
    for x, y in points[1:]:
        where: dict[str, str | float] = {"cx": percent(along(x)), "cy": zero_px - _PLOT_PX * y}
        yield element("circle", {"class": f"point c{place}", "r": 3, **where})


def _float(row: Row, name: str) -> float:
    value = row.values[name]
    return value if isinstance(value, float) else 0.0


def _stacks(figure: Figure, tongue: Tongue) -> Drawn:
    rows = figure.rows[:MOST_DRAWN]
    children: list[Element] = []
    for number, name in enumerate(_STACKED):
        y_px = _TOP_PX + 20 * number
        children.append(
            element("rect", {"class": f"part {name}", "x": percent(_LEFT), "y": y_px, "width": 14, "height": 12})
        )
        children.append(element("text", {"class": "name", "x": "8%", "y": y_px + 11}, tongue.word(f"column.{name}")))
    told = []
    for number, row in enumerate(rows):
        top = _TOP_PX + 20 * len(_STACKED) + 4 + number * _ROW_PX
        shares = [(name, value) for name in _STACKED if isinstance(value := row.values[name], float)]
        said = ", ".join(f"{tongue.cell(value, Unit.SHARE)}" for _, value in shares) or tongue.state(row)
        children += [*_named(tongue.of(row.label), said, top), *_parts(shares, top + 20)]
        told.append(f"{tongue.of(row.label)} {said}")
    height = _TOP_PX + 20 * len(_STACKED) + 8 + len(rows) * _ROW_PX
    return Drawn(height, tuple(children), tongue.word("alt_stack", told="; ".join(told)))


def _parts(shares: Sequence[tuple[str, float]], top: float) -> Iterator[Element]:
    at = 0.0
    for name, value in shares:
        where: dict[str, str | float] = {"x": percent(_LEFT + at * (_RIGHT - _LEFT)), "y": top, "height": _BAR_PX}
        yield element("rect", {"class": f"part {name}", **where, "width": percent(value * (_RIGHT - _LEFT))})
        at += value
    if not shares:
        where = {"x": percent(_LEFT), "y": top, "width": percent(_RIGHT - _LEFT), "height": _BAR_PX}
        yield element("rect", {"class": "part absent", **where})
