"""Pure. What can be chosen at the top of a dashboard, as Grafana's template variables. Knows no dashboard."""

from typing import Any

from dashboards.grafana.influxql import values_text
from dashboards.grafana.panel import Choice

_SOURCE = {"type": "influxdb", "uid": "${source}"}
_ZONES = "Europe/Lisbon,Atlantic/Azores,Atlantic/Madeira,UTC"
_LANGS = "en,pt"
_ON_LOAD = 1
_SORTED = 1
_EVERY = {"text": "All", "value": "$__all"}


def variable_of(choice: Choice) -> dict[str, Any]:
    """One template variable, named as the questions name it."""
    if choice is Choice.SOURCE:
        return {
            "type": "datasource",
            "name": "source",
            "label": "Data source",
            "query": "influxdb",
            "refresh": _ON_LOAD,
            "multi": False,
            "includeAll": False,
        }
    if choice is Choice.ZONE:
        return _custom("zone", "Days of", _ZONES)
    if choice is Choice.LANG:
        return _custom("lang", "Sentences", _LANGS)
    many = choice is not Choice.LINE
    return _asked("line" if choice is Choice.LINES else choice.value, many=many)


def _custom(name: str, label: str, values: str) -> dict[str, Any]:
    first, *_ = values.split(",")
    options = [{"text": one, "value": one, "selected": one == first} for one in values.split(",")]
    return {
        "type": "custom",
        "name": name,
        "label": label,
        "query": values,
        "options": options,
        "current": options[0],
        "multi": False,
        "includeAll": False,
    }


def _asked(name: str, *, many: bool) -> dict[str, Any]:
    """Of some, the questions hold a pattern: all of them are `.*`, however many there are."""
    told: dict[str, Any] = {
        "type": "query",
        "name": name,
        "label": name.capitalize(),
        "datasource": _SOURCE,
        "query": values_text(name),
        "definition": values_text(name),
        "refresh": _ON_LOAD,
        "sort": _SORTED,
        "multi": many,
        "includeAll": many,
    }
    return {**told, "allValue": ".*", "current": _EVERY} if many else told
