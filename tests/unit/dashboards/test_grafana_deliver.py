"""What is delivered: files that Grafana reads, and only what differs."""

import json
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from dashboards.grafana.alert import alerts
from dashboards.grafana.catalogue import FOLDER, FOLDER_UID, dashboards
from dashboards.grafana.classic import classic
from dashboards.grafana.deliver.change import Step, Thing, change_of
from dashboards.grafana.deliver.provisioning import Site, files_of

FILES = files_of(Site())
ONE = classic(dashboards()[0])


def test_the_tree_is_what_grafana_looks_for() -> None:
    assert {name for name in FILES if name.endswith(".yaml")} == {
        "datasources/prova.yaml",
        "dashboards/prova.yaml",
        "alerting/prova.yaml",
    }
    boards = {name: json.loads(text) for name, text in FILES.items() if name.endswith(".json")}
    assert boards == {f"dashboards/prova/{one.uid}.json": classic(one) for one in dashboards()}
    assert all(yaml.safe_load(text)["apiVersion"] == 1 for name, text in FILES.items() if name.endswith(".yaml"))
    (provider,) = yaml.safe_load(FILES["dashboards/prova.yaml"])["providers"]
    assert (provider["folder"], provider["folderUid"]) == (FOLDER, FOLDER_UID)
    assert (provider["disableDeletion"], provider["allowUiUpdates"]) == (False, False)
    assert files_of(Site()) == FILES


def test_the_data_source_speaks_influxql_and_holds_no_secret() -> None:
    (source,) = yaml.safe_load(FILES["datasources/prova.yaml"])["datasources"]
    assert source["jsonData"]["version"] == "InfluxQL"
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token $__file{/run/secrets/influxdb-token}"}
    (bare,) = yaml.safe_load(files_of(Site(influxdb_token_file=None))["datasources/prova.yaml"])["datasources"]
    assert "secureJsonData" not in bare
    assert "httpHeaderName1" not in bare["jsonData"]


def test_no_text_that_grafana_expands_holds_a_dollar_sign_but_the_tokens_file() -> None:
    assert "$" not in FILES["alerting/prova.yaml"]
    assert "$" not in FILES["dashboards/prova.yaml"]
    assert FILES["datasources/prova.yaml"].count("$") == 1


def _rules(receiver: str | None = None) -> list[Any]:
    told = yaml.safe_load(files_of(Site(receiver=receiver))["alerting/prova.yaml"])
    assert {group["folder"] for group in told["groups"]} == {FOLDER}
    return [rule for group in told["groups"] for rule in group["rules"]]


def test_an_alert_rule_is_whole_and_asks_only_whether_something_was_concluded() -> None:
    rules = _rules()
    assert [rule["uid"] for rule in rules] == [one.uid for one in alerts()]
    uids = {one.uid for one in dashboards()}
    for rule in rules:
        asked, newest, concluded = rule["data"]
        assert (rule["condition"], concluded["refId"]) == ("C", "C")
        assert concluded["model"]["conditions"] == [{"evaluator": {"type": "gt", "params": [0]}}]
        assert (newest["model"]["expression"], concluded["model"]["expression"]) == ("A", "B")
        assert {newest["datasourceUid"], concluded["datasourceUid"]} == {"__expr__"}
        assert asked["model"]["query"].count(" > ") == 1  # of time
        assert rule["annotations"]["__dashboardUid__"] in uids
        assert "notification_settings" not in rule


def test_a_named_receiver_is_told_by_line() -> None:
    for rule in _rules("night-watch"):
        told = rule["notification_settings"]
        assert (told["receiver"], told["group_by"]) == ("night-watch", ["grafana_folder", "alertname", "line"])


def test_what_is_not_there_is_made_and_what_is_the_same_is_kept() -> None:
    assert change_of(Thing.DASHBOARD, "u", ONE, None).step is Step.MAKE
    there = {**json.loads(json.dumps(ONE)), "id": 17, "version": 4, "weekStart": ""}
    assert change_of(Thing.DASHBOARD, "u", ONE, there).step is Step.KEEP


@pytest.mark.parametrize("key", ["title", "panels", "templating"])
def test_what_differs_is_changed_and_told_line_by_line(key: str) -> None:
    there = {**json.loads(json.dumps(ONE)), key: "other"}
    change = change_of(Thing.DASHBOARD, "u", ONE, there)
    assert change.step is Step.CHANGE
    assert any(line.startswith("-") and "other" in line for line in change.told)
    lacking = {name: value for name, value in there.items() if name != key}
    assert change_of(Thing.DASHBOARD, "u", ONE, lacking).step is Step.CHANGE


def test_keys_that_grafana_adds_below_ours_are_its_own() -> None:
    wanted = {"uid": "s", "jsonData": {"dbName": "prova"}}
    assert (
        change_of(Thing.SOURCE, "s", wanted, {**wanted, "jsonData": {"dbName": "prova", "more": 1}}).step is Step.KEEP
    )
    assert change_of(Thing.SOURCE, "s", wanted, {**wanted, "jsonData": {"dbName": "x"}}).step is Step.CHANGE
