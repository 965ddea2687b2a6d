"""Pure. A dashboard in Grafana's classic JSON (schemaVersion 42), which Grafana 13 still takes, migrating it on load.

Same dashboard, same JSON. Knows nothing of files and of what any panel is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboards.grafana.influxql import text_of
from dashboards.grafana.panel import Dashboard, Kind, Panel, Query, Shape
from dashboards.grafana.variable import variable_of

SOURCE = {"type": "influxdb", "uid": "${source}"}
TAG = "prova"
_COLUMNS = 24
_SCHEMA_VERSION = 42
_BASE = {"mode": "absolute", "steps": [{"color": "text", "value": None}]}  # what no colour follows from
_SHAPES: Mapping[Shape, Mapping[str, Any]] = {
    Shape.LINE: {"drawStyle": "line", "lineInterpolation": "linear", "showPoints": "auto"},
    Shape.STEPS: {"drawStyle": "line", "lineInterpolation": "stepAfter", "showPoints": "never"},
    Shape.POINTS: {"drawStyle": "points", "pointSize": 5, "showPoints": "always"},
    Shape.STACKED_BARS: {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal", "group": "A"}},
}


def classic(dashboard: Dashboard) -> dict[str, Any]:
    """The whole dashboard. Not to be edited in Grafana: the next delivery writes it anew."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": [TAG],
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "schemaVersion": _SCHEMA_VERSION,
        "time": {"from": dashboard.time_from, "to": dashboard.time_to},
        "refresh": dashboard.refresh,
        "templating": {"list": [variable_of(choice) for choice in dashboard.choices]},
        "annotations": {"list": []},
        "links": [_link()],
        "panels": [_panel(number, *placed) for number, placed in enumerate(_placed(dashboard.panels), 1)],
    }


def _placed(panels: Sequence[Panel]) -> Iterator[tuple[Panel, dict[str, int]]]:
    """Left to right; a panel that has no room begins a row below the highest of its row."""
    x = y = row = 0
    for panel in panels:
        if x + panel.width > _COLUMNS:
            x, y, row = 0, y + row, 0
        yield panel, {"h": panel.height, "w": panel.width, "x": x, "y": y}
        x, row = x + panel.width, max(row, panel.height)


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [_target(ref, query) for ref, query in zip("ABCDEFGH", panel.queries, strict=False)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": [*_overrides(panel)]},
        "options": _OPTIONS[panel.kind],
        "transformations": _transformations(panel),
    }


def _target(ref: str, query: Query) -> dict[str, Any]:
    return {
        "refId": ref,
        "datasource": SOURCE,
        "rawQuery": True,
        "query": text_of(query),
        "resultFormat": "table" if query.table else "time_series",
        "alias": query.alias,
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    custom: Mapping[str, Any] = {}
    if panel.kind is Kind.SERIES:
        custom = {**_SHAPES[panel.shape], "spanNulls": False, "axisSoftMin": 0}
    elif panel.kind in {Kind.STATES, Kind.CELLS}:
        custom = {"fillOpacity": 80, "lineWidth": 0}
    return {
        "unit": panel.unit.value,
        "noValue": panel.no_data,
        "color": {"mode": panel.palette},
        "thresholds": _BASE,
        "mappings": [_mapping(panel.words)] if panel.words else [],
        "custom": custom,
    }


def _mapping(words: Mapping[str, str]) -> dict[str, Any]:
    shown = {
        value: {"text": value.replace("_", " "), "color": colour, "index": index}
        for index, (value, colour) in enumerate(words.items())
    }
    return {"type": "value", "options": shown}


def _overrides(panel: Panel) -> Iterator[dict[str, Any]]:
    for name, unit in panel.units.items():
        yield {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "unit", "value": unit.value}]}


def _transformations(panel: Panel) -> list[dict[str, Any]]:
    if not panel.hidden:
        return []
    return [{"id": "organize", "options": {"excludeByName": dict.fromkeys(panel.hidden, True)}}]


def _link() -> dict[str, Any]:
    return {
        "title": "Prova",
        "type": "dashboards",
        "icon": "external link",
        "tooltip": "The other dashboards, with what was chosen here",
        "url": "",
        "tags": [TAG],
        "asDropdown": True,
        "targetBlank": False,
        "includeVars": True,
        "keepTime": False,
    }


_LEGEND = {"displayMode": "list", "placement": "bottom", "showLegend": True}
_OPTIONS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.SERIES: {"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}},
    Kind.STAT: {
        "colorMode": "value",
        "graphMode": "none",
        "textMode": "value_and_name",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "/.*/", "values": False},
    },
    Kind.TABLE: {"showHeader": True, "cellHeight": "sm"},
    Kind.STATES: {"mergeValues": True, "showValue": "auto", "rowHeight": 0.9, "legend": _LEGEND},
    Kind.CELLS: {"showValue": "never", "rowHeight": 0.9, "colWidth": 0.9, "legend": _LEGEND},
    Kind.BARS: {"orientation": "auto", "xField": "hour", "showValue": "auto", "legend": _LEGEND},
}
