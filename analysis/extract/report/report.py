"""Pure. A package's report: its facts and figures, and the same as JSON, to be held against the tables by anyone.

Knows nothing of pages.
"""

import json
from collections.abc import Iterator
from typing import Any

from analysis.extract.report.figure import ExtractReport, Fact, Figure, Source
from analysis.extract.report.figures import figures
from analysis.extract.report.package import Package
from analysis.extract.report.select import ALL, DIMENSIONS, DIRECTIONS, number, where
from analysis.wording import say

SCHEMA = "prova.extract-report/1"


def report(package: Package) -> ExtractReport:
    """Raises ValueError for a cell that should be a number and is none."""
    return ExtractReport(
        period=package.period.name,
        publisher=package.publisher,
        software=package.software,
        peak=f"{package.peak_hours[0]}:00-{package.peak_hours[-1] + 1}:00",
        previous=next((row["previous_period"] for row in package.tables.get("changes", ())), None),
        facts=tuple(_facts(package)),
        figures=tuple(figures(package)),
    )


def _facts(package: Package) -> Iterator[Fact]:
    whole = dict.fromkeys(DIMENSIONS, ALL)
    for name in ("line_count", "test_count", "valid_count"):
        for direction in DIRECTIONS[:1] if name == "line_count" else DIRECTIONS:
            wanted = {**whole, "direction": direction}
            value = next((number(row, name) for row in where(package.tables["aggregates"], **wanted)), None)
            said = say(f"extract.fact.{name}", direction=say(f"extract.direction.{direction}"))
            key = name if name == "line_count" else f"{name}.{direction}"
            yield Fact(key, said, None if value is None else int(value), Source("aggregates", wanted, name))
    cells = where(package.tables["aggregates"], direction=DIRECTIONS[0])
    source = Source("aggregates", {"direction": DIRECTIONS[0]}, "state")
    yield Fact("groups", say("extract.fact.groups"), len(cells), source)
    for state in ("withheld", "imprecise"):
        count = len(where(cells, state=state))
        wanted = {"direction": DIRECTIONS[0], "state": state}
        yield Fact(f"groups.{state}", say(f"extract.fact.{state}"), count, Source("aggregates", wanted, "state"))


def as_json(made: ExtractReport) -> bytes:
    """Sorted as read; numbers as in the tables."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "period": made.period,
        "publisher": made.publisher,
        "software": made.software,
        "peak": made.peak,
        "previous_period": made.previous,
        "facts": [
            {"id": one.id, "value": one.value, "title": {"pt": one.said.pt, "en": one.said.en}, **_source(one.source)}
            for one in made.facts
        ],
        "figures": [_figure(one) for one in made.figures],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": {"pt": one.title.pt, "en": one.title.en},
        **_source(one.source),
        "rows": [{"label": row.label.en, "state": row.state, **row.values} for row in one.rows],
    }


def _source(one: Source) -> dict[str, Any]:
    return {"table": f"data/{one.table}.csv", "where": dict(one.where), "each": one.each}
