"""Shell. Computes what a public package tells of groups again, from the lines in the regulator's own package.

A program of its own, to be read and run by anyone: Python's standard library and nothing else, as in `python3 -I -S
recompute_lines.py --public ../public`. Ends with 0 where all agrees, 1 where something differs, 2 where a file cannot
be read. Knows nothing of the system that made the packages, nor of `recompute.py`, which goes by public tables alone.
"""

import argparse
import csv
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

Row = Mapping[str, str]
PLACE = ("region", "operator", "technology", "tier", "nuts3", "access")
Z = NormalDist().inv_cdf(0.975)
ROUNDED = 0.00011  # what rounding to four digits may do, of a value and of what it is of
STEADY = ("consistent_bps", "consistent_share")


class Check:
    """What was compared, and what differs."""

    def __init__(self) -> None:
        self.count = 0
        self.wrong: list[str] = []

    def same(self, what: str, told: Any, found: Any, tolerance: float = 0.0) -> None:
        """Numbers within the tolerance of each other; everything else exactly."""
        self.count += 1
        close = isinstance(told, int | float) and isinstance(found, int | float)
        if told != found and not (close and abs(told - found) <= tolerance):
            self.wrong.append(f"{what}: {told!r} is told, {found!r} comes of the lines")


def rows_of(folder: Path, name: str) -> list[Row]:
    """A table; empty where the package has none of that name."""
    path = folder / "data" / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> float | None:
    """None for an empty cell."""
    return float(cell) if cell else None


def quantile(lines: Iterable[tuple[float, float]], share: float) -> tuple[float, float | None, float | None]:
    """Of values with weights: the least that so much of the weight reaches, and Woodruff's interval."""
    own = sorted(lines)
    total, squares = sum(weight for _, weight in own), sum(weight * weight for _, weight in own)
    half = Z * math.sqrt(share * (1 - share) * squares) / total

    def at(wanted: float) -> float:
        reached = 0.0
        for value, weight in own:
            reached += weight / total
            if reached >= wanted - 1e-9:
                return value
        return own[-1][0]

    low, high = share - half, share + half
    return at(share), at(low) if low > 0 else None, at(high) if high < 1 else None


def most_reach(lines: Iterable[tuple[float, float]], share: float) -> tuple[float, float | None, float | None]:
    """The highest value that so much of the weight reaches."""
    value, low, high = quantile([(-value, weight) for value, weight in lines], share)
    return -value, None if high is None else -high, None if low is None else -low


def line_value(line: Row, indicator: str) -> float | None:
    """One line's, from its row in the table of lines."""
    rate, peak, off_peak = (number(line[name]) for name in ("median_bps", "peak_median_bps", "off_peak_median_bps"))
    steady, most, normal = (number(line[name]) for name in ("consistent_bps", "maximum_bps", "promised_bps"))
    pairs: dict[str, tuple[float | None, float | None]] = {
        "maximum_share": (rate, most),
        "normal_share": (rate, normal),
        "promised_share": (rate, normal),
        "peak_share": (peak, rate),
        "peak_to_off_peak_share": (peak, off_peak),
        "consistent_share": (steady, most),
        "peak_bps": (peak, 1.0),
        "off_peak_bps": (off_peak, 1.0),
        "reached_share": (number(line["normal_reached_share"]), 1.0),
    }
    value, base = pairs.get(indicator) or (number(line[indicator]), 1.0)
    return None if value is None or not base else value / base


def inside(line: Row, cell: Row) -> bool:
    """Whether a line is in a cell, in its direction."""
    return line["direction"] == cell["direction"] and all(cell[name] in ("all", line[name]) for name in PLACE)


def from_lines(lines: Sequence[Row], tables: Mapping[str, list[Row]], lines_share: float, check: Check) -> None:
    """What is told of groups, from the single lines."""
    estimates = ("median_bps", "p5_bps", "p95_bps", "peak_share", "promised_share", "idle_rtt_ms", "loaded_rtt_ms")
    for cell in tables["aggregates"]:
        own, what = [line for line in lines if inside(line, cell)], f"{cell['direction']} {[cell[n] for n in PLACE]}"
        if cell["line_count"]:
            check.same(f"lines, {what}", int(cell["line_count"]), len(own))
            check.same(f"tests, {what}", int(cell["test_count"]), sum(int(line["test_count"]) for line in own))
        for name in estimates if cell["state"] == "shown" else ():
            ends = (cell[name], cell[f"{name}_low"], cell[f"{name}_high"])
            estimated(f"{name}, {what}", ends, weighted(own, name), None, check)
    for cell in tables["indicators"]:
        if cell["state"] == "shown":
            name, own = cell["indicator"], [line for line in lines if inside(line, cell)]
            values, what = weighted(own, name), f"{cell['direction']} {[cell[n] for n in PLACE]}"
            check.same(f"lines of {name}, {what}", int(cell["line_count"]), len(values))
            ends = (cell["value"], cell["low"], cell["high"])
            estimated(f"{name}, {what}", ends, values, lines_share if name in STEADY else None, check)
    for cell in tables["distribution"]:
        if cell["state"] == "shown":
            values = weighted([line for line in lines if inside(line, cell)], cell["indicator"])
            low, high = float(cell["from_share"]), float(cell["to_share"] or "inf")
            found = sum(low <= value < high for value, _ in values)
            check.same(f"lines from {low} of {[cell[n] for n in PLACE]}", int(cell["line_count"]), found)


def weighted(lines: Iterable[Row], name: str) -> list[tuple[float, float]]:
    """Of those that have a value, with their weight."""
    found = ((line_value(line, name), float(line["weight"])) for line in lines)
    return [(value, weight) for value, weight in found if value is not None]


def estimated(
    what: str, ends: Iterable[str], values: list[tuple[float, float]], share: float | None, check: Check
) -> None:
    """A value and its interval."""
    if not values:
        check.same(what, list(ends), ["", "", ""])
        return
    found = quantile(values, 0.5) if share is None else most_reach(values, share)
    tolerance = 0.5 if abs(found[0]) > 1000 else ROUNDED
    for told, one in zip(ends, found, strict=True):
        check.same(what, number(told), one, tolerance)


def changed(lines: Sequence[Row], before: Sequence[Row], cells: Iterable[Row], check: Check) -> None:
    """What changed on the lines that are in both periods as the same thing."""
    then = {(line["unit_id"], line["direction"]): line for line in before}
    same = {line["unit_id"] for line in lines} & {line["unit_id"] for line in before}
    for line in lines:
        old = then.get((line["unit_id"], line["direction"]))
        if old is not None and any(old[name] != line[name] for name in PLACE[:4]):
            same.discard(line["unit_id"])
    for cell in cells:
        if cell["state"] != "shown":
            continue
        values = []
        for line in lines:
            if line["unit_id"] in same and inside(line, cell):
                value = difference(line, then.get((line["unit_id"], line["direction"])), cell["indicator"])
                values += [] if value is None else [(value, float(line["weight"]))]
        what = f"{cell['indicator']} since {cell['previous_period']}, {cell['direction']} {[cell[n] for n in PLACE]}"
        estimated(what, (cell["change"], cell["change_low"], cell["change_high"]), values, None, check)
        for told, found in zip(("mean_change", "mean_change_low", "mean_change_high"), mean(values), strict=True):
            check.same(f"{what}, {told}", float(cell[told]), found, ROUNDED)


def difference(line: Row, old: Row | None, indicator: str) -> float | None:
    """Of one line; None where it was not measured in both."""
    if old is None:
        return None
    name = "median_bps" if indicator == "rate_share" else indicator
    now, then = line_value(line, name), line_value(old, name)
    if now is None or then is None or (indicator == "rate_share" and not then):
        return None
    return now / then - 1 if indicator == "rate_share" else now - then


def mean(values: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The weighted mean, with Student's interval for as many lines as the weights are worth."""
    total = sum(weight for _, weight in values)
    lines = total * total / sum(weight * weight for _, weight in values)
    middle = sum(value * weight for value, weight in values) / total
    spread = sum(weight * (value - middle) ** 2 for value, weight in values) / total
    half = student(lines - 1) * math.sqrt(spread / (lines - 1))
    return middle, middle - half, middle + half


def student(freedom: float) -> float:
    """Where 97.5 % of Student's distribution lie below; by Simpson's rule and bisection."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def below(end: float) -> float:
        step = end / 200
        heights: list[float] = [scale * (1 + (step * n) ** 2 / freedom) ** (-(freedom + 1) / 2) for n in range(201)]
        return 0.5 + step / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))

    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < 0.975 else (low, middle)
    return low


def asked() -> argparse.Namespace:
    """The folders."""
    parser = argparse.ArgumentParser(description="Computes what is told of groups again from the single lines.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).parent, help="the regulator's own")
    parser.add_argument("--public", type=Path, required=True, help="what was published")
    parser.add_argument("--previous", type=Path, help="the regulator's own package of the period compared with")
    return parser.parse_args()


def main() -> int:
    """0 where all agrees, 1 where something differs, 2 where a file cannot be read."""
    given, check = asked(), Check()
    try:
        parameters = tomllib.loads((given.public / "parameters.toml").read_text(encoding="utf-8"))
        tables = {name: rows_of(given.public, name) for name in ("aggregates", "indicators", "distribution", "changes")}
        lines = rows_of(given.package, "line_periods")
        from_lines(lines, tables, float(parameters["consistency"]["lines_share"]), check)
        if given.previous:
            changed(lines, rows_of(given.previous, "line_periods"), tables["changes"], check)
    except (OSError, KeyError, ValueError, TypeError) as error:
        sys.stderr.write(f"recompute: the packages cannot be read ({error!r}); take other copies of them.\n")
        return 2
    for one in check.wrong:
        sys.stdout.write(f"differs: {one}\n")
    sys.stdout.write(f"{check.count} figures computed again, {len(check.wrong)} differ.\n")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
