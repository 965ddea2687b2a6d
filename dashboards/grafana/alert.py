"""Pure. Alert rules in Grafana's form for files: each tells of a finding or a state that stands in the database.

No condition is a limit of its own: what is asked for is 1 where somebody concluded it and 0 where not. No text holds a
dollar sign, because Grafana expands those in files. Knows nothing of who is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.grafana.catalogue import FOLDER
from dashboards.grafana.influxql import alert_text_of
from dashboards.grafana.panel import Query

SOURCE_UID = "prova-influxdb"
_INTERVAL = "5m"
_GROUP_BY = ("grafana_folder", "alertname", "line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`about` names the dashboard that shows more. `within`: how old a finding may be that is still news."""

    uid: str
    title: str
    group: str
    query: Query
    within: str
    summary: str
    about: str
    lasts: str = "0s"
    without_data: str = "OK"


_OF_FINDINGS = (
    Alert(
        uid="prova-breach",
        title="Contract breached",
        group="findings",
        query=Query(select='max("breached")', measurement="finding", group='"line", "operator", "rule", "direction"'),
        within="2d",
        summary="{{ .Labels.rule }} {{ .Labels.direction }} of line {{ .Labels.line }} is breached.",
        about="prova-contract",
    ),
    Alert(
        uid="prova-clock",
        title="Deadline passed",
        group="findings",
        query=Query(select='max("breached")', measurement="deadline", group='"line", "operator", "rule"'),
        within="7d",
        summary="A deadline of {{ .Labels.rule }} passed on line {{ .Labels.line }}, and the finding is a breach.",
        about="prova-clocks",
    ),
)

_OF_STATES = (
    Alert(
        uid="prova-outage",
        title="Line down",
        group="states",
        query=Query(
            select='max("open")',
            measurement="outage",
            where="\"concern\" = 'line' AND \"severity\" != 'micro'",
            group='"line", "operator", "group"',
        ),
        within="1d",
        summary="Line {{ .Labels.line }} of {{ .Labels.operator }} is down.",
        about="prova-outages",
    ),
    Alert(
        uid="prova-probe-lost",
        title="Probe lost",
        group="states",
        query=Query(select='last("lost")', measurement="probe", group='"line", "probe"'),
        within="10m",
        summary="Probe {{ .Labels.probe }} of line {{ .Labels.line }} is lost, which says nothing of the line.",
        about="prova-probes",
    ),
    Alert(
        uid="prova-nothing-judged",
        title="Nothing is judged",
        group="states",
        query=Query(select='0 * last("judged")', measurement="place"),
        within="2d",
        summary="No line was judged for two days. Look after `prova dashboards project`.",
        about="prova-fleet",
        without_data="Alerting",
    ),
)


def alerts() -> tuple[Alert, ...]:
    """All of them; uids differ."""
    return (*_OF_FINDINGS, *_OF_STATES)


def alert_file(receiver: str | None) -> dict[str, Any]:
    """Grafana's file of alert rules. `receiver`: a contact point told, by line; None: as Grafana's policy is."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in alerts():
        groups.setdefault(one.group, []).append(_rule(one, receiver))
    return {
        "apiVersion": 1,
        "groups": [
            {"orgId": 1, "name": f"prova {name}", "folder": FOLDER, "interval": _INTERVAL, "rules": rules}
            for name, rules in groups.items()
        ],
    }


def _rule(one: Alert, receiver: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "uid": one.uid,
        "title": one.title,
        "condition": "C",
        "data": [_asked(one), _newest(), _concluded()],
        "noDataState": one.without_data,
        "execErrState": "Error",
        "for": one.lasts,
        "annotations": {"summary": one.summary, "__dashboardUid__": one.about, "__panelId__": "1"},
        "labels": {"source": "prova", "kind": one.group},
        "isPaused": False,
    }
    if receiver is not None:
        rule["notification_settings"] = {
            "receiver": receiver,
            "group_by": list(_GROUP_BY),
            "group_wait": "1m",
            "group_interval": "15m",
            "repeat_interval": "1d",
        }
    return rule


def _asked(one: Alert) -> dict[str, Any]:
    model: Mapping[str, Any] = {
        "refId": "A",
        "rawQuery": True,
        "query": alert_text_of(one.query, one.within),
        "resultFormat": "time_series",
        "datasource": {"type": "influxdb", "uid": SOURCE_UID},
    }
    wanted = {"from": 600, "to": 0}  # asked for by Grafana; the question bounds its time itself
    return {"refId": "A", "relativeTimeRange": wanted, "datasourceUid": SOURCE_UID, "model": model}


def _newest() -> dict[str, Any]:
    return _expression("B", {"type": "reduce", "expression": "A", "reducer": "last", "settings": {"mode": "dropNN"}})


def _concluded() -> dict[str, Any]:
    """Whether the newest is 1."""
    condition = {"evaluator": {"type": "gt", "params": [0]}}
    return _expression("C", {"type": "threshold", "expression": "B", "conditions": [condition]})


def _expression(ref: str, model: Mapping[str, Any]) -> dict[str, Any]:
    source = {"type": "__expr__", "uid": "__expr__"}
    return {"refId": ref, "datasourceUid": "__expr__", "model": {"refId": ref, "datasource": source, **model}}
