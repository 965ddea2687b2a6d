"""Pure. Outages and repairs in a report, by operator: tables, drawn by nobody.

Knows nothing of speeds.
"""

from collections.abc import Iterator, Mapping

from analysis.extract.report.figure import Figure, Head, Kind, Row, Source, Unit
from analysis.extract.report.package import Package
from analysis.extract.report.select import along, label, number
from analysis.wording import say

_SERVICE = {
    "watched_lines": Unit.COUNT,
    "coverage_share": Unit.SHARE,
    "operator_outages": Unit.COUNT,
    "other_outages": Unit.COUNT,
    "unknown_outages": Unit.COUNT,
    "long_outages": Unit.COUNT,
    "lines_without_outage": Unit.COUNT,
    "down_s": Unit.HOURS,
    "away_most_s": Unit.HOURS,
}
_REPAIRS = {
    "clock": Unit.TEXT,
    "reading": Unit.TEXT,
    "case_count": Unit.COUNT,
    "open_count": Unit.COUNT,
    "p50_s": Unit.HOURS,
    "p80_s": Unit.HOURS,
    "p95_s": Unit.HOURS,
}


def service(package: Package) -> Iterator[Figure]:
    """Both; without a row where no line was watched, or no repair is told of."""
    seen = any(number(row, "watched_lines") for row in package.tables.get("service_time", ()))
    if seen:
        yield _figure(package, "service", "service_time", ("outages_state", _SERVICE))
    yield _figure(package, "repairs", "repair_times", ("state", _REPAIRS))


def _figure(package: Package, name: str, table: str, columns: tuple[str, Mapping[str, Unit]]) -> Figure:
    state, units = columns
    heads = tuple(Head(one, say(f"extract.column.{one}"), unit) for one, unit in units.items())
    return Figure(
        id=f"{name}.operator",
        kind=Kind.TABLE,
        title=say(f"extract.figure.{name}.title"),
        about=say(f"extract.figure.{name}.about"),
        source=Source(table, {}, "operator"),
        heads=heads,
        rows=tuple(_row(one, state, heads) for one in along(package.tables.get(table, ()), "operator")),
    )


def _row(row: Mapping[str, str], state: str, heads: tuple[Head, ...]) -> Row:
    values = {one.name: (row[one.name] or None) if one.unit is Unit.TEXT else number(row, one.name) for one in heads}
    return Row(label(row["operator"]), row[state], values)
