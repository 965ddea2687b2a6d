"""Pure. The kinds of table that there are, from the data dictionary.

Knows nothing of rows.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.service.columns import service_columns
from analysis.extract.table import Audience, Column, TableKind
from analysis.finding import Verdict
from analysis.kernel.plan import JUDGED

ESTIMATES = ("median_bps", "p5_bps", "p95_bps", "peak_share", "promised_share", "idle_rtt_ms", "loaded_rtt_ms")
_ENDS = ("low", "high")
_PLACE = ("period", *DIMENSIONS)
_COUNTS = ("line_count", "test_count", "valid_count")


@cache
def day_columns() -> tuple[str, ...]:
    """One for each rule and verdict, as in `speed_normal_met_days`."""
    return tuple(f"{rule.replace('.', '_')}_{verdict.value}_days" for rule in JUDGED for verdict in Verdict)


_COLUMNS: dict[str, tuple[str, ...]] = {
    "aggregates": (
        *_PLACE,
        "direction",
        "state",
        *_COUNTS,
        "effective_lines",
        *(name for one in ESTIMATES for name in (one, *(f"{one}_{end}" for end in _ENDS))),
        *day_columns(),
    ),
    "withheld": (*_PLACE, "reason"),
    "exclusions": ("period", "direction", "reason", "test_count"),
    "cleansing": ("period", "rule", "lines", "days"),
    "line_periods": (
        "unit_id",
        *_PLACE,
        "direction",
        "weight",
        "test_count",
        "valid_count",
        "median_bps",
        "p5_bps",
        "p95_bps",
        "peak_median_bps",
        "idle_rtt_ms",
        "loaded_rtt_ms",
        "promised_bps",
        "maximum_bps",
        "off_peak_median_bps",
        "consistent_bps",
        "normal_reached_share",
        *day_columns(),
    ),
    "line_days": ("unit_id", "direction", "rule", "first_day", "verdicts"),
    "speed_tests": (
        "unit_id",
        "number",
        "started_at",
        "day",
        "is_peak",
        "direction",
        "target_id",
        "method",
        "streams",
        "duration_s",
        "bytes",
        "rate_bps",
        "ip_rate_bps",
        "uncertainty_bps",
        "limited_by",
        "failure",
        "idle_rtt_ms",
        "loaded_rtt_ms",
        "lost_share",
        "excluded",
    ),
    "reachability": (
        "unit_id",
        "number",
        "started_at",
        "day",
        "minutes",
        "interval_s",
        "target_count",
        "asked_count",
        "answered_count",
    ),
    "disclosure_audit": (*_PLACE, "reason", "lines_least", "lines_most", "line_days_least", "line_days_most"),
    **service_columns(_PLACE),
    "line_changes": ("unit_id", "first_day", "last_day", "kept", *DIMENSIONS[:-1], "address_owner"),
    "address_log": ("unit_id", "first_day", "address_owner", "network"),
}


@cache
def kinds() -> dict[str, TableKind]:
    """By name, in the dictionary's order."""
    files = resources.files("analysis").joinpath("extract")
    own, more = (
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in (files.joinpath("dictionary.toml"), files.joinpath("indicator", "dictionary.toml"))
    )
    told = {**own, "column": {**own["column"], **more["column"]}}
    return {table["name"]: _kind(table, told) for table in (*own["table"], *more["table"])}


def _kind(table: dict[str, Any], told: dict[str, Any]) -> TableKind:
    return TableKind(
        name=table["name"],
        audience=Audience(table["audience"]),
        key=tuple(table["key"]),
        columns=tuple(_column(name, told) for name in _names(table)),
        pt=table["pt"],
        en=table["en"],
    )


def _names(table: dict[str, Any]) -> tuple[str, ...]:
    """A table's own columns follow those of its key that are in no other place."""
    own = table.get("columns")
    if own is None:
        return _COLUMNS[table["name"]]
    return (*(name for name in table["key"] if name not in own), *own)


def _column(name: str, told: dict[str, Any]) -> Column:
    """An own entry, or that of the column that it tells more of, with its suffix."""
    own = told["column"].get(name)
    if own is not None:
        return Column(name=name, type=own["type"], unit=own.get("unit", ""), pt=own["pt"], en=own["en"])
    suffix = next(one for one in told["suffix"] if name.endswith(f"_{one}"))
    stem, more = name.removesuffix(f"_{suffix}"), told["suffix"][suffix]
    of = told["column"].get(stem, {})
    title = stem.replace("_", ".") if "unit" in more else stem
    return Column(
        name=name,
        type=of.get("type", "integer"),
        unit=more.get("unit", of.get("unit", "")),
        pt=f"{title}: {more['pt']}",
        en=f"{title}: {more['en']}",
    )
