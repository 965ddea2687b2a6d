"""Pure. What is wrong with a dashboard's JSON, whoever wrote it: the rules of Grafana's dashboard-linter that are not
Prometheus's, and this house's own. Knows nothing of how a dashboard is made.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dashboards.grafana.measurement import MEASUREMENTS, WITHDRAWN

_COLUMNS = 24
_SOURCE = "${source}"
_FROM = re.compile(r'FROM "([a-z_]+)"')
_NAMES = re.compile(r'"([^"]+)"')
_ALIASES = re.compile(r'AS "([^"]+)"')
_ITEM = Mapping[str, Any]
_FOUND = tuple[str, str]  # rule, sentence


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a person mends: `dashboard` by uid, `panel` by title ("" for the whole), the rule and a sentence."""

    dashboard: str
    panel: str
    rule: str
    sentence: str


def flaws(dashboard: _ITEM) -> tuple[Flaw, ...]:
    """Every flaw, in the order of the panels; none is good. Whatever is in the place of a part that is none is passed
    over as if it were not there.
    """
    uid, panels = str(dashboard.get("uid", "")), _items(dashboard, "panels")
    variables = {str(one.get("name")): one for one in _items(_item(dashboard, "templating"), "list")}
    found = [Flaw(uid, "", rule, sentence) for rule, sentence in (*_whole(dashboard, variables), *_layout(panels))]
    for panel in panels:
        if panel.get("type") != "row":
            title = str(panel.get("title", ""))
            told = (*_panel(panel), *_queries(panel, variables))
            found += [Flaw(uid, title, rule, sentence) for rule, sentence in told]
    return tuple(found)


def _item(of: _ITEM, name: str) -> _ITEM:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def _items(of: _ITEM, name: str) -> list[_ITEM]:
    found = of.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _whole(dashboard: _ITEM, variables: Mapping[str, _ITEM]) -> Iterator[_FOUND]:
    for name in ("uid", "title", "description", "tags"):
        if not dashboard.get(name):
            yield "dashboard-named", f"It has no {name}."
    if dashboard.get("editable") is not False:
        yield "uneditable-dashboard", "It can be edited in Grafana, and the next delivery would undo that."
    source = variables.get("source", {})
    if source.get("type") != "datasource" or source.get("query") != "influxdb":
        yield "template-datasource", "It has no variable `source` for the data source."
    for name, one in variables.items():
        if not one.get("label"):
            yield "template-label", f"The variable {name} has no label."
        if one.get("type") == "query" and _item(one, "datasource").get("uid") != _SOURCE:
            yield "template-datasource", f"The variable {name} does not ask the chosen data source."


def _layout(panels: Sequence[_ITEM]) -> Iterator[_FOUND]:
    numbers = [str(panel.get("id")) for panel in panels]
    if len(set(numbers)) != len(numbers):
        yield "panel-id", "Two panels have one id."
    places = []
    for panel in panels:
        place = _item(panel, "gridPos")
        if not all(isinstance(place.get(name), int) for name in "xywh"):
            yield "panel-place", "A panel has no place."
            continue
        places.append(place)
        if place["x"] < 0 or place["x"] + place["w"] > _COLUMNS:
            yield "panel-place", f"A panel goes beyond the {_COLUMNS} columns."
    for one, other in combinations(places, 2):
        if _overlap(one, other):
            yield "panel-place", f"Two panels lie over each other at column {one['x']}, row {one['y']}."


def _overlap(one: _ITEM, other: _ITEM) -> bool:
    across = one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
    return bool(across and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"])


def _panel(panel: _ITEM) -> Iterator[_FOUND]:
    for name in ("title", "description"):
        if not panel.get(name):
            yield "panel-title-description", f"It has no {name}."
    if _item(panel, "datasource").get("uid") != _SOURCE:
        yield "panel-datasource", "It does not ask the chosen data source."
    defaults = _item(_item(panel, "fieldConfig"), "defaults")
    if not defaults.get("unit"):
        yield "panel-units", "It has no unit."
    if not defaults.get("noValue"):
        yield "panel-no-data", "It does not say what it means that nothing is there."
    if len(_items(_item(defaults, "thresholds"), "steps")) > 1:
        yield "panel-thresholds", "It has a threshold of its own: only findings say what is good."


def _queries(panel: _ITEM, chosen: Mapping[str, _ITEM]) -> Iterator[_FOUND]:
    targets = _items(panel, "targets")
    if not targets:
        yield "panel-no-targets", "It asks nothing."
    for target in targets:
        if _item(target, "datasource").get("uid") != _SOURCE:
            yield "target-datasource", "A question does not go to the chosen data source."
        text = str(target.get("query", ""))
        yield from _question(text, chosen)
        for tag in re.findall(r"\$tag_([a-z_]+)", str(target.get("alias", ""))):
            if f'"{tag}"' not in text.partition(" GROUP BY ")[2]:
                yield "target-alias", f"A series is named by {tag}, by which the question does not group."


def _question(text: str, chosen: Mapping[str, _ITEM]) -> Iterator[_FOUND]:
    if "$timeFilter" not in text:
        yield "target-time", "A question is not bounded by the dashboard's time."
    for name in set(re.findall(r"\$([a-z]+)\b", text)) - {"source"}:
        if name not in chosen:
            yield "target-variable", f"A question names ${name}, which cannot be chosen."
    measured = _FROM.search(text)
    if measured is None or measured[1] not in MEASUREMENTS:
        yield "target-measurement", "A question is of a measurement that there is not."
        return
    known = MEASUREMENTS[measured[1]]
    if known.judged and f'"{WITHDRAWN}" = false' not in text:
        yield "target-withdrawn", "A question does not leave out what was withdrawn."
    aliases = set(_ALIASES.findall(text))
    names = {known.name, *known.tags, *known.fields, *aliases}
    for name in sorted({one.replace("$lang", "en") for one in _NAMES.findall(text)} - names):
        yield "target-field", f"The measurement {known.name} has no {name}."
