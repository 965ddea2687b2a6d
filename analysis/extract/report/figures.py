"""Pure. The figures of a report, from a package's tables.

Nothing is computed here but what a table's own counts come to. Knows nothing of how a figure is drawn.
"""

from collections.abc import Iterator, Mapping

from analysis.extract.report.figure import Figure, Head, Kind, Row, Source, Unit
from analysis.extract.report.package import Package
from analysis.extract.report.select import ALL, DIRECTIONS, along, label, number, where
from analysis.extract.report.service import service
from analysis.kernel.plan import JUDGED
from analysis.wording import Said, reason, say

VERDICTS = ("met", "breached", "insufficient")
_BY = (
    ("maximum_share", ("operator", "technology", "region", "tier")),
    ("normal_share", ("operator",)),
    ("peak_to_off_peak_share", ("operator", "technology")),
    ("consistent_share", ("operator",)),
    ("reached_share", ("operator",)),
)
_CURVED = "maximum_share"


def figures(package: Package) -> Iterator[Figure]:
    """In the order in which they are read; those without a row are left out."""
    for direction in DIRECTIONS:
        made = [
            *_indicators(package, direction),
            _curves(package, direction),
            *_days(package, direction),
            _pairs(package, direction),
            *_changes(package, direction),
        ]
        yield from (one for one in made if one.rows)
    yield from (one for one in (*service(package), _exclusions(package)) if one.rows)


def _head(name: str, unit: Unit) -> Head:
    return Head(name, say(f"extract.column.{name}"), unit)


def _words(key: str, direction: str, **parts: Said) -> tuple[Said, Said]:
    """Title and text."""
    told = {"direction": say(f"extract.direction.{direction}"), **parts}
    return say(f"extract.figure.{key}.title", **told), say(f"extract.figure.{key}.about", **told)


def _indicators(package: Package, direction: str) -> Iterator[Figure]:
    for indicator, dimensions in _BY:
        for dimension in dimensions:
            wanted = {"direction": direction, "indicator": indicator}
            found = along(where(package.tables["indicators"], **wanted), dimension)
            heads = (
                *(_head(name, Unit.SHARE) for name in ("value", "low", "high")),
                *(_head(name, Unit.COUNT) for name in ("line_count", "effective_lines")),
            )
            by = say(f"extract.dimension.{dimension}")
            title, about = _words(indicator, direction, by=by)
            yield Figure(
                id=f"{indicator}.{dimension}.{direction}",
                kind=Kind.INTERVAL,
                title=title,
                about=about,
                source=Source("indicators", wanted, dimension),
                heads=heads,
                rows=tuple(_row(one, dimension, heads) for one in found),
            )


def _row(row: Mapping[str, str], dimension: str, heads: tuple[Head, ...]) -> Row:
    return Row(label(row[dimension]), row["state"], {head.name: number(row, head.name) for head in heads})


def _curves(package: Package, direction: str) -> Figure:
    wanted = {"direction": direction, "indicator": _CURVED}
    found = along(where(package.tables["distribution"], **wanted), "operator")
    heads = tuple(
        _head(name, Unit.SHARE)
        for name in ("from_share", "reached_share", "reached_share_low", "reached_share_high", "lines_share")
    )
    title, about = _words("curve", direction)
    return Figure(
        id=f"curve.operator.{direction}",
        kind=Kind.CURVE,
        title=title,
        about=about,
        source=Source("distribution", wanted, "operator"),
        heads=(*heads, _head("line_count", Unit.COUNT)),
        rows=tuple(_row(one, "operator", (*heads, _head("line_count", Unit.COUNT))) for one in found),
    )


def _days(package: Package, direction: str) -> Iterator[Figure]:
    for rule in JUDGED:
        found = along(where(package.tables["aggregates"], direction=direction), "operator")
        title, about = _words("days", direction, rule=say(f"dossier.rules.{rule.replace('.', '_')}"))
        rows = tuple(_shares(one, rule) for one in found)
        yield Figure(
            id=f"days.{rule}.{direction}",
            kind=Kind.STACK,
            title=title,
            about=about,
            source=Source("aggregates", {"direction": direction}, "operator"),
            heads=(*(_head(one, Unit.SHARE) for one in VERDICTS), _head("days", Unit.COUNT)),
            rows=rows if any(row.values["days"] for row in rows) else (),
        )


def _shares(row: Mapping[str, str], rule: str) -> Row:
    """Of the line-days that the rule applies to. A cell without any tells of none."""
    stem = rule.replace(".", "_")
    counts = {one: number(row, f"{stem}_{one}_days") for one in VERDICTS}
    days = None if None in counts.values() else sum(count or 0 for count in counts.values())
    shares = {one: count / days if days and count is not None else None for one, count in counts.items()}
    return Row(label(row["operator"]), "withheld" if row["state"] == "withheld" else "shown", {**shares, "days": days})


def _pairs(package: Package, direction: str) -> Figure:
    heads = (
        _head("second_operator", Unit.TEXT),
        _head("indicator", Unit.TEXT),
        *(_head(name, Unit.CHANGE) for name in ("difference", "difference_low", "difference_high")),
        _head("finding", Unit.TEXT),
    )
    found = where(package.tables["operator_pairs"], direction=direction)
    title, about = _words("pairs", direction)
    return Figure(
        id=f"pairs.{direction}",
        kind=Kind.TABLE,
        title=title,
        about=about,
        source=Source("operator_pairs", {"direction": direction}, "first_operator"),
        heads=heads,
        rows=tuple(Row(label(one["first_operator"]), "shown", _mixed(one, heads)) for one in found),
    )


def _mixed(row: Mapping[str, str], heads: tuple[Head, ...]) -> dict[str, float | str | None]:
    return {one.name: row[one.name] or None if one.unit is Unit.TEXT else number(row, one.name) for one in heads}


def _changes(package: Package, direction: str) -> Iterator[Figure]:
    wanted = {"direction": direction, "indicator": "rate_share"}
    for dimension in ("operator", "region"):
        found = along(where(package.tables.get("changes", ()), **wanted), dimension)
        heads = (
            *(_head(name, Unit.CHANGE) for name in ("change", "change_low", "change_high", "mean_change")),
            _head("lines_at_least", Unit.COUNT),
            _head("finding", Unit.TEXT),
        )
        title, about = _words("changes", direction, by=say(f"extract.dimension.{dimension}"))
        yield Figure(
            id=f"changes.{dimension}.{direction}",
            kind=Kind.INTERVAL,
            title=title,
            about=about,
            source=Source("changes", wanted, dimension),
            heads=heads,
            rows=tuple(Row(label(one[dimension]), one["state"], _mixed(one, heads)) for one in found),
        )


def _exclusions(package: Package) -> Figure:
    heads = (_head("direction", Unit.TEXT), _head("test_count", Unit.COUNT))
    title, about = _words("exclusions", ALL)
    rows = package.tables["exclusions"]
    return Figure(
        id="exclusions",
        kind=Kind.TABLE,
        title=title,
        about=about,
        source=Source("exclusions", {}, "reason"),
        heads=heads,
        rows=tuple(Row(_reason(one["reason"]), "shown", _mixed(one, heads)) for one in rows),
    )


def _reason(name: str) -> Said:
    return say("extract.unplanned") if name == "unplanned" else reason(name)
