"""Pure. Readings as the tables of docs/performance.md.

A tool's error in a cell is what it said over what the line carries of that layer, less one. Where the line itself was
off, by more than the requirement allows a tool, nothing is held against any tool there: the line's own error is shown.
Knows nothing of files or processes.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from bench.throughput.cell import HOLDS, Cell, Reading
from probe.body.speed_test import Direction

FLOOD = "the line"
Place = tuple[Cell, Direction]


def held(readings: Sequence[Reading]) -> dict[Place, float | None]:
    """The line's own signed error in each place; None where it was not read."""
    return {
        (one.cell, one.direction): None if one.share is None else one.share - 1 for one in readings if one.tool == FLOOD
    }


def errors(readings: Sequence[Reading], tool: str, holding: set[Place]) -> dict[Place, float | None]:
    """The tool's signed error in each of the places that hold; None where it gave no rate."""
    return {
        (one.cell, one.direction): None if one.share is None else one.share - 1
        for one in readings
        if one.tool == tool and (one.cell, one.direction) in holding
    }


def markdown(readings: Sequence[Reading]) -> str:
    """All of it: what the lab holds, each tool in all, our own by rate, and the worst readings."""
    lines = held(readings)
    holding = {place for place, error in lines.items() if error is not None and abs(error) <= HOLDS}
    tools = list(dict.fromkeys(one.tool for one in readings if one.tool != FLOOD))
    parts = [
        _lab(lines, holding),
        _in_all(readings, tools, holding),
        _by_rate(readings, tools, holding),
        _worst(readings, tools, holding),
        _not_holding(readings, tools, lines, holding),
    ]
    return "\n\n".join(parts) + "\n"


def _lab(lines: dict[Place, float | None], holding: set[Place]) -> str:
    rows = ["| Mbit/s | readings | hold within 0.3 % | worst |", "|-:|-:|-:|-:|"]
    for rate in sorted({cell.rate_mbps for cell, _ in lines}):
        here = {place: error for place, error in lines.items() if place[0].rate_mbps == rate}
        known = [error for error in here.values() if error is not None]
        worst = max(known, key=abs, default=None)
        rows.append(f"| {rate:g} | {len(here)} | {len(holding & here.keys())} | {_percent(worst)} |")
    return "\n".join(rows)


def _in_all(readings: Sequence[Reading], tools: Sequence[str], holding: set[Place]) -> str:
    rows = [
        "| tool | readings | no rate | median | 90th percentile | worst | bytes / line rate |",
        "|-|-:|-:|-:|-:|-:|-:|",
    ]
    for tool in tools:
        found = errors(readings, tool, holding)
        sizes = [abs(error) for error in found.values() if error is not None]
        spent = _line_seconds([one for one in readings if one.tool == tool])
        figures = " | ".join(_percent(figure, sign=False) for figure in _figures(sizes))
        rows.append(f"| {tool} | {len(found)} | {len(found) - len(sizes)} | {figures} | {spent} |")
    return "\n".join(rows)


def _by_rate(readings: Sequence[Reading], tools: Sequence[str], holding: set[Place]) -> str:
    rates = sorted({one.cell.rate_mbps for one in readings})
    rows = ["| tool | " + " | ".join(f"{rate:g} Mbit/s" for rate in rates) + " |", "|-|" + "-:|" * len(rates)]
    for tool in tools:
        found = errors(readings, tool, holding)
        fields = []
        for rate in rates:
            sizes = [abs(error) for (cell, _), error in found.items() if cell.rate_mbps == rate and error is not None]
            fields.append(" / ".join(_percent(one, sign=False) for one in _figures(sizes)) if sizes else "")
        rows.append(f"| {tool} | " + " | ".join(fields) + " |")
    return "\n".join(rows)


def _worst(readings: Sequence[Reading], tools: Sequence[str], holding: set[Place], count: int = 8) -> str:
    rows = ["| tool | line | direction | error |", "|-|-|-|-:|"]
    for tool in [tool for tool in tools if tool.startswith("prova")]:
        found = [(place, error) for place, error in errors(readings, tool, holding).items() if error is not None]
        for (cell, direction), error in sorted(found, key=lambda one: -abs(one[1]))[:count]:
            rows.append(f"| {tool} | {cell.name} | {direction} | {_percent(error)} |")
    return "\n".join(rows)


def _not_holding(
    readings: Sequence[Reading], tools: Sequence[str], lines: dict[Place, float | None], holding: set[Place]
) -> str:
    shown: dict[Place, dict[str, float | None]] = defaultdict(dict)
    for one in readings:
        place = (one.cell, one.direction)
        if one.tool in tools and place not in holding:
            shown[place][one.tool] = None if one.share is None else one.share - 1
    rows = ["| line | direction | the line itself | " + " | ".join(tools) + " |", "|-|-|" + "-:|" * (len(tools) + 1)]
    for place in sorted(shown, key=lambda one: (one[0].rate_mbps, one[0].name, one[1])):
        cell, direction = place
        fields = [_percent(shown[place].get(tool)) for tool in tools]
        rows.append(f"| {cell.name} | {direction} | {_percent(lines.get(place))} | " + " | ".join(fields) + " |")
    return "\n".join(rows)


def _figures(sizes: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """(median, 90th percentile, greatest)."""
    if not sizes:
        return None, None, None
    ordered = sorted(sizes)
    return median(ordered), ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))], ordered[-1]


def _line_seconds(readings: Sequence[Reading]) -> str:
    """The median of the bytes that a test moved, in seconds of what the line could have moved."""
    spent = [one.bytes * 8 / (one.cell.rate_mbps * 1e6) for one in readings if one.bytes]
    return f"{median(spent):.1f} s" if spent else ""


def _percent(value: float | None, *, sign: bool = True) -> str:
    if value is None:
        return ""
    return f"{100 * value:+.2f} %" if sign else f"{100 * value:.2f} %"
