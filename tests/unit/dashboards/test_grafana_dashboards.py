"""Dashboards as Grafana's own schema and linter want them, and as the house does."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.grafana.catalogue import dashboards
from dashboards.grafana.classic import classic
from dashboards.grafana.deliver.lint import flaws
from dashboards.grafana.measurement import MEASUREMENTS

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "tests" / "grafana" / "dashboard.jsonschema.json"
KEYS = (
    *("uid", "title", "editable", "panels", "templating", "list", "name", "type", "datasource", "query", "targets"),
    *("gridPos", "x", "y", "w", "h", "id", "fieldConfig", "defaults", "thresholds", "steps", "alias", "label"),
)
ALL = [classic(one) for one in dashboards()]


def _validator() -> Any:
    """Grafana's schema. Where it means "anything" it was published as "an object": every override would be refused."""
    schema = json.loads(SCHEMA.read_text())
    for name, key in (("MatcherConfig", "options"), ("DynamicConfigValue", "value")):
        assert schema["definitions"][name]["properties"][key]["type"] == "object"
        schema["definitions"][name]["properties"][key] = {}
    return jsonschema.Draft7Validator(schema)


def _refused(dashboard: Any) -> list[str]:
    return [error.message for error in _validator().iter_errors(json.loads(json.dumps(dashboard)))]


@pytest.mark.parametrize("dashboard", ALL, ids=lambda one: one["uid"])
def test_a_dashboard_is_one_by_grafanas_own_schema(dashboard: Any) -> None:
    assert _refused(dashboard) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("schemaVersion"),
        lambda one: one.update(editabel=False),
        lambda one: one["panels"][0].pop("type"),
        lambda one: one["panels"][0]["gridPos"].update(w="12"),
        lambda one: one["panels"][0]["fieldConfig"]["defaults"].update(unitt="s"),
        lambda one: one["templating"]["list"][0].update(type="choice"),
    ],
)
def test_the_schema_refuses_what_is_spoilt(spoil: Callable[[Any], None]) -> None:
    dashboard = copy.deepcopy(ALL[0])
    spoil(dashboard)
    assert _refused(dashboard)


@pytest.mark.parametrize("dashboard", ALL, ids=lambda one: one["uid"])
def test_a_dashboard_has_no_flaw(dashboard: Any) -> None:
    assert flaws(dashboard) == ()


def _first(dashboard: Any) -> Any:
    return dashboard["panels"][0]


def _asks(dashboard: Any, text: str) -> None:
    _first(dashboard)["targets"][0]["query"] = text


GOOD = 'SELECT "up_s" FROM "day" WHERE $timeFilter AND "withdrawn" = false'


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("dashboard-named", lambda one: one.update(description="")),
        ("uneditable-dashboard", lambda one: one.update(editable=True)),
        ("template-datasource", lambda one: one["templating"]["list"].pop(0)),
        ("template-datasource", lambda one: one["templating"]["list"][1].update(datasource={"uid": "x"})),
        ("template-label", lambda one: one["templating"]["list"][1].update(label="")),
        ("panel-id", lambda one: one["panels"][1].update(id=1)),
        ("panel-place", lambda one: one["panels"][1]["gridPos"].update(x=0, y=0)),
        ("panel-place", lambda one: _first(one)["gridPos"].update(x=20)),
        ("panel-title-description", lambda one: _first(one).update(description="")),
        ("panel-datasource", lambda one: _first(one).update(datasource={"type": "influxdb", "uid": "mine"})),
        ("panel-units", lambda one: _first(one)["fieldConfig"]["defaults"].update(unit="")),
        ("panel-no-data", lambda one: _first(one)["fieldConfig"]["defaults"].pop("noValue")),
        (
            "panel-thresholds",
            lambda one: _first(one)["fieldConfig"]["defaults"]["thresholds"]["steps"].append(
                {"color": "red", "value": 80}
            ),
        ),
        ("panel-no-targets", lambda one: _first(one).update(targets=[])),
        ("target-datasource", lambda one: _first(one)["targets"][0].update(datasource={"uid": "mine"})),
        ("target-time", lambda one: _asks(one, GOOD.replace("$timeFilter AND ", ""))),
        ("target-variable", lambda one: _asks(one, f'{GOOD} AND "line" =~ /^$lane$/')),
        ("target-measurement", lambda one: _asks(one, GOOD.replace("day", "days"))),
        ("target-withdrawn", lambda one: _asks(one, GOOD.replace('"withdrawn" = false', '"up_s" > 0'))),
        ("target-field", lambda one: _asks(one, GOOD.replace("up_s", "up"))),
        ("target-alias", lambda one: _first(one)["targets"][0].update(alias="$tag_line")),
    ],
)
def test_a_flaw_is_found_and_no_other(rule: str, spoil: Callable[[Any], None]) -> None:
    dashboard = copy.deepcopy(ALL[0])
    spoil(dashboard)
    assert {one.rule for one in flaws(dashboard)} == {rule}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(told=st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=6))
def test_whatever_calls_itself_a_dashboard_is_told_its_flaws(told: dict[str, Any]) -> None:
    assert {one.rule for one in flaws(told)} >= {"uneditable-dashboard"} or told.get("editable") is False


def test_uids_and_titles_differ_and_panels_begin_no_second_time() -> None:
    assert len({one["uid"] for one in ALL}) == len({one["title"] for one in ALL}) == len(ALL)
    for dashboard in ALL:
        titles = [panel["title"] for panel in dashboard["panels"]]
        assert len(set(titles)) == len(titles), dashboard["uid"]


def test_made_twice_a_dashboard_is_the_same() -> None:
    assert [classic(one) for one in dashboards()] == ALL


def _questions() -> Iterator[str]:
    for dashboard in ALL:
        for panel in dashboard["panels"]:
            yield from (target["query"] for target in panel["targets"])


def test_no_question_holds_a_limit_of_its_own() -> None:
    """No comparison with a number but those of time: what is good is concluded elsewhere."""
    for text in _questions():
        assert not re.search(r"[<>]=?\s*\d", text), text


def test_the_document_names_every_dashboard_measurement_tag_and_field() -> None:
    text = (ROOT / "docs" / "grafana.md").read_text()
    missing = [one["uid"] for one in ALL if f"`{one['uid']}`" not in text]
    for one in MEASUREMENTS.values():
        assert f"### {one.name}" in text, one.name
        part = text.split(f"### {one.name}\n", 1)[1].split("\n### ", 1)[0]
        missing += [f"{one.name}.{name}" for name in (*one.tags, *one.fields) if f"`{name}`" not in part]
    assert missing == []
