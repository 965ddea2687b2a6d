"""Pure. A question as InfluxQL, the language that InfluxDB 1, 2 and 3 share, with Grafana's macros in it.

Each is bounded by the dashboard's time and by what was chosen at its top, and leaves out what was withdrawn. Knows no
panel and no database.
"""

from dashboards.grafana.measurement import MEASUREMENTS, WITHDRAWN
from dashboards.grafana.panel import Query

_CHOSEN = {"line": '"line" =~ /^$line$/', "operator": '"operator" =~ /^$operator$/', "group": '"group" =~ /^$group$/'}
_TIME = "$timeFilter"


def text_of(query: Query) -> str:
    """The whole question. Raises KeyError for a measurement that there is not."""
    return _text(query, [_scope(query.measurement), _TIME])


def alert_text_of(query: Query, since: str) -> str:
    """The same over all lines, of the time `since` before now: an alert has no dashboard, and no macro."""
    return _text(query, [f"time > now() - {since}"])


def values_text(tag: str) -> str:
    """What can be chosen of a tag, within what was chosen before it; lines that no contract places are there too."""
    before = {"operator": (), "group": ("operator",), "line": ("operator", "group")}[tag]
    measured = "/^(place|probe)$/" if tag == "line" else '"place"'
    within = " AND ".join(_CHOSEN[name] for name in before)
    return f'SHOW TAG VALUES FROM {measured} WITH KEY = "{tag}"' + (f" WHERE {within}" if within else "")


def _text(query: Query, bounds: list[str]) -> str:
    judged = f'"{WITHDRAWN}" = false' if MEASUREMENTS[query.measurement].judged else ""
    conditions = " AND ".join(part for part in (*bounds, judged, query.where) if part)
    parts = [
        f'SELECT {query.select} FROM "{query.measurement}" WHERE {conditions}',  # noqa: S608  parts are constants of this room
        f"GROUP BY {query.group}" if query.group else "",
        f"fill({query.fill})" if query.fill else "",
        "tz('$zone')" if query.zone else "",
    ]
    return " ".join(part for part in parts if part)


def _scope(measurement: str) -> str:
    """A fleet's groups are tags of what was judged alone; what was seen is chosen by its line."""
    tags = MEASUREMENTS[measurement].tags
    return " AND ".join(text for tag, text in _CHOSEN.items() if tag in tags)
