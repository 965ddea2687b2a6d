"""Shell. Computes a published package's figures again from its tables, and says where they differ.

A program of its own, to be read and run by anyone: Python's standard library and nothing else, as in `python3 -I -S
recompute.py`. Ends with 0 where all agrees, 1 where something differs, 2 where a file cannot be read. Knows nothing of
the system that made the package.
"""

import argparse
import csv
import hashlib
import json
import math
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from statistics import NormalDist
from typing import Any

Row = Mapping[str, str]
PLACE = ("region", "operator", "technology", "tier", "nuts3", "access")
Z = NormalDist().inv_cdf(0.975)
TESTED = 0.00006  # what rounding to four digits may do, twice
TABLES = (
    "aggregates", "withheld", "exclusions", "indicators", "distribution", "operator_pairs", "changes", "service_time",
    "repair_times",
)  # fmt: skip
VERDICTS = ("met", "breached", "insufficient")
COMPARED = ("maximum_share", "normal_share", "peak_to_off_peak_share", "consistent_share", "reached_share")


class Check:
    """What was compared, and what differs."""

    def __init__(self) -> None:
        self.count = 0
        self.wrong: list[str] = []

    def same(self, what: str, told: Any, found: Any, tolerance: float = 1e-9) -> None:
        """Numbers within the tolerance of each other; everything else exactly."""
        self.count += 1
        close = isinstance(told, int | float) and isinstance(found, int | float)
        if told != found and not (close and abs(told - found) <= tolerance):
            self.wrong.append(f"{what}: {told!r} is told, {found!r} comes of the tables")


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


def whole(row: Row, but: str = "") -> bool:
    """Whether a row is of all lines, or of one category of the dimension `but`."""
    return all(row[name] == "all" for name in PLACE if name != but)


def sums(folder: Path, check: Check) -> None:
    """Every file is the one that the list of checksums names."""
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        told, _, name = line.partition("  ")
        check.same(f"SHA256 of {name}", told, hashlib.sha256((folder / name).read_bytes()).hexdigest())


def fact(name: str, tables: Mapping[str, list[Row]]) -> float | None:
    """One number of the report's first part."""
    key, _, rest = name.partition(".")
    if key == "groups":
        cells = [row for row in tables["aggregates"] if row["direction"] == "download"]
        return len([row for row in cells if not rest or row["state"] == rest])
    own = next(row for row in tables["aggregates"] if whole(row) and row["direction"] == (rest or "download"))
    return number(own[key])


def figure_rows(name: str, tables: Mapping[str, list[Row]]) -> list[dict[str, Any]]:
    """The rows of one figure, with the values that its drawing and its table show."""
    key, *rest = name.rsplit(".", 2) if name.startswith(("days", "curve", "changes")) else name.split(".")
    direction = rest[-1] if rest else ""
    if key.startswith("days") or name.startswith("days."):
        rule = name.removeprefix("days.").removesuffix(f".{direction}")
        return [
            days(row, rule) for row in tables["aggregates"] if row["direction"] == direction and whole(row, "operator")
        ]
    table = {"curve": "distribution", "changes": "changes", "pairs": "operator_pairs", "exclusions": "exclusions"}
    rows = tables[table.get(key, "indicators")]
    if key in ("service", "repairs"):
        own = tables["service_time" if key == "service" else "repair_times"]
        return [numbers(row, "operator") for row in own if whole(row, "operator")]
    if key == "exclusions":
        return [numbers(row, "") for row in rows]
    rows = [row for row in rows if row["direction"] == direction]
    if key == "pairs":
        return [numbers(row, "first_operator") for row in rows]
    indicator = {"curve": "maximum_share", "changes": "rate_share"}.get(key, key)
    return [numbers(row, rest[0]) for row in rows if row["indicator"] == indicator and whole(row, rest[0])]


def numbers(row: Row, label: str) -> dict[str, Any]:
    """A row's cells, numbers as such; `label` names the column that tells it apart."""
    found: dict[str, Any] = {"label": spoken(row[label]) if label else None}
    for name, cell in row.items():
        try:
            found[name] = number(cell)
        except ValueError:
            found[name] = cell
    return found


def days(row: Row, rule: str) -> dict[str, Any]:
    """Shares of the line-days that a rule applies to."""
    counts = {one: number(row[f"{rule.replace('.', '_')}_{one}_days"]) for one in VERDICTS}
    known = [count for count in counts.values() if count is not None]
    total = sum(known) if len(known) == len(counts) else None
    shares = {one: count / total if total and count is not None else None for one, count in counts.items()}
    return {"label": spoken(row["operator"]), **shares, "days": total}


def spoken(category: str) -> str:
    """As the report has it in English."""
    return {"all": "All lines", "unknown": "not told"}.get(category, category)


def report(folder: Path, tables: Mapping[str, list[Row]], check: Check) -> None:
    """Facts and figures of the report, in its JSON and on its page."""
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    for one in told["facts"]:
        check.same(f"fact {one['id']}", one["value"], fact(one["id"], tables))
    for one in told["figures"]:
        compare(one, figure_rows(one["id"], tables), check)
    page = Page()
    page.feed((folder / "report.en.html").read_text(encoding="utf-8"))
    check.same("figures on the page", len(page.tables), len(told["figures"]))
    for shown, one in zip(page.tables, told["figures"], strict=False):
        on_page(shown, one, check)


def compare(one: Mapping[str, Any], found: list[dict[str, Any]], check: Check) -> None:
    """A figure's rows in the report with those that come of the tables, in whatever order."""
    check.same(f"{one['id']}: rows", len(one["rows"]), len(found))
    for row in one["rows"]:
        values = {name: value for name, value in row.items() if name not in ("label", "state")}
        label = row["label"] if not one["id"].startswith("exclusions") else None
        near = [other for other in found if other["label"] == label and agree(values, other)]
        check.same(f"{one['id']}: {row['label']} {values}", bool(near), True)


def agree(values: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether every value is in the other row."""
    alone = Check()
    for name, value in values.items():
        alone.same(name, value, other.get(name))
    return not alone.wrong


class Page(HTMLParser):
    """The cells of every table of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  its own form
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def on_page(table: list[list[str]], one: Mapping[str, Any], check: Check) -> None:
    """The figure's table on the page, to the digit that it shows."""
    for cells, row in zip(table[1:], one["rows"], strict=False):
        values = [value for name, value in row.items() if name not in ("label", "state")]
        for cell, value in zip(cells[1:], values, strict=False):
            if isinstance(value, int | float):
                shown = cell.replace(",", "").replace("\N{NO-BREAK SPACE}", "").replace("+", "")
                scale = {"%": 100, "h": 1 / 3600}.get(shown[-1:], 1)
                check.same(f"page, {one['id']}: {row['label']}", float(shown.rstrip("%h")), value * scale, 0.0500001)


def sound(tables: Mapping[str, list[Row]], error: float, check: Check) -> None:
    """What the tables say of each other."""
    hidden = {tuple(row[name] for name in PLACE) for row in tables["withheld"]}
    for row in tables["aggregates"]:
        key = tuple(row[name] for name in PLACE)
        check.same(f"withheld {key}", row["state"] == "withheld", key in hidden)
    for direction in ("download", "upload"):
        own = next(row for row in tables["aggregates"] if whole(row) and row["direction"] == direction)
        if own["state"] != "withheld":
            left = sum(int(row["test_count"]) for row in tables["exclusions"] if row["direction"] == direction)
            check.same(f"tests excluded, {direction}", int(own["test_count"]) - int(own["valid_count"]), left)
    totals(tables["aggregates"], check)
    curves(tables, check)
    check_pairs(tables, error, check)
    families: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in tables["changes"]:
        if row["finding"]:
            families[row["direction"], row["indicator"]].append(row)
    for name, family in families.items():
        told = holm([(float(row["change"]), arm(row, "change") / Z) for row in family], error)
        for row, (_, _, level, apart) in zip(family, told, strict=True):
            grown = "higher" if float(row["change"]) > 0 else "lower"
            check.same(f"change {name}: level", float(row["level"]), level, TESTED)
            check.same(f"change {name}: finding", row["finding"], grown if apart else "not_told_apart")


def totals(cells: Iterable[Row], check: Check) -> None:
    """Counts add up wherever every part is told."""
    by_key = {(*(row[name] for name in PLACE), row["direction"]): row for row in cells}
    for place, dimension in enumerate(PLACE):
        parts: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        for key, row in by_key.items():
            if key[place] != "all":
                parts[(*key[:place], "all", *key[place + 1 :])].append(row)
        for key, own in parts.items():
            rows = [by_key[key], *own]
            for name in ("line_count", "test_count", "valid_count"):
                if all(row[name] for row in rows):
                    added = sum(int(row[name]) for row in own)
                    check.same(f"{name} of {key} by {dimension}", int(rows[0][name]), added)


def curves(tables: Mapping[str, list[Row]], check: Check) -> None:
    """Shares from the highest bin downwards, lines as the indicator counts them, intervals by Wilson's formula."""
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in tables["distribution"]:
        if row["state"] == "shown":
            found[(*(row[name] for name in PLACE), row["direction"], row["indicator"])].append(row)
    counts = {
        (*(row[name] for name in PLACE), row["direction"], row["indicator"]): row["line_count"]
        for row in tables["indicators"]
    }
    for key, own in found.items():
        check.same(f"lines of the curve {key}", sum(int(row["line_count"]) for row in own), int(counts[key]))
        reached = 0.0
        for row in sorted(own, key=lambda row: -int(row["bin"])):
            reached += float(row["lines_share"])
            check.same(f"curve {key}, bin {row['bin']}", float(row["reached_share"]), reached, 0.001)
            low, high = wilson(float(row["reached_share"]), float(row["effective_lines"]))
            check.same(f"curve {key}, low", float(row["reached_share_low"]), low, 0.002)
            check.same(f"curve {key}, high", float(row["reached_share_high"]), high, 0.002)


def wilson(share: float, count: float) -> tuple[float, float]:
    """The interval of a share of so many lines."""
    middle, half = share + Z * Z / (2 * count), Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, (middle - half) / (1 + Z * Z / count)), min(1.0, (middle + half) / (1 + Z * Z / count))


def check_pairs(tables: Mapping[str, list[Row]], error: float, check: Check) -> None:
    """Operators two by two, from their own values and intervals."""
    told = {
        tuple(row[name] for name in ("direction", "indicator", "first_operator", "second_operator")): row
        for row in tables["operator_pairs"]
    }
    found = 0
    for direction in ("download", "upload"):
        for indicator in COMPARED:
            own = {row["operator"]: row for row in tables["indicators"] if is_compared(row, direction, indicator)}
            names = list(combinations(sorted(own), 2))
            values = [float(own[a]["value"]) - float(own[b]["value"]) for a, b in names]
            errors = [math.hypot(arm(own[a], "") / Z, arm(own[b], "") / Z) for a, b in names]
            steps = holm(list(zip(values, errors, strict=True)), error)
            for (a, b), value, (low, high, level, apart) in zip(names, values, steps, strict=True):
                pair, what = told[direction, indicator, a, b], f"{indicator}, {direction}: {a} and {b}"
                found += 1
                for name, one in (
                    ("difference", value),
                    ("difference_low", low),
                    ("difference_high", high),
                    ("level", level),
                ):
                    check.same(f"{what}, {name}", float(pair[name]), one, TESTED)
                check.same(f"{what}, finding", pair["finding"], "different" if apart else "not_told_apart")
    check.same("pairs of operators", len(told), found)


def is_compared(row: Row, direction: str, indicator: str) -> bool:
    """Of one operator, with both ends of its interval."""
    own = row["operator"] != "all" and whole(row, "operator") and row["state"] == "shown"
    return own and (row["direction"], row["indicator"]) == (direction, indicator) and bool(row["low"] and row["high"])


def arm(row: Row, stem: str) -> float:
    """The longer arm of an interval."""
    value = float(row[stem or "value"])
    low, high = (float(row[f"{stem}_{end}" if stem else end]) for end in ("low", "high"))
    return max(high - value, value - low, 0.00005)


def holm(differences: Sequence[tuple[float, float]], error: float) -> list[tuple[float, float, float, bool]]:
    """Of each its interval, the level of its step, and whether it is told from none."""
    chance = [math.erfc(abs(value) / own / math.sqrt(2)) if value else 1.0 for value, own in differences]
    found: dict[int, tuple[float, float, float, bool]] = {}
    still = True
    for step, place in enumerate(sorted(range(len(chance)), key=lambda place: (chance[place], place))):
        value, own = differences[place]
        allowed = error / (len(chance) - step)
        still = still and chance[place] < allowed
        half = NormalDist().inv_cdf(1 - allowed / 2) * own
        found[place] = (value - half, value + half, 1 - allowed, still)
    return [found[place] for place in range(len(chance))]


def asked() -> argparse.Namespace:
    """The folder."""
    parser = argparse.ArgumentParser(description="Computes a package's figures again from its tables.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).parent)
    return parser.parse_args()


def main() -> int:
    """0 where all agrees, 1 where something differs, 2 where a file cannot be read."""
    given, check = asked(), Check()
    try:
        parameters = tomllib.loads((given.package / "parameters.toml").read_text(encoding="utf-8"))
        tables = {name: rows_of(given.package, name) for name in TABLES}
        sums(given.package, check)
        report(given.package, tables, check)
        sound(tables, float(parameters["comparison"]["family_error"]), check)
    except (OSError, KeyError, ValueError, StopIteration, TypeError) as error:
        sys.stderr.write(f"recompute: the package cannot be read ({error!r}); take another copy of it.\n")
        return 2
    for one in check.wrong:
        sys.stdout.write(f"differs: {one}\n")
    sys.stdout.write(f"{check.count} figures computed again, {len(check.wrong)} differ.\n")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
