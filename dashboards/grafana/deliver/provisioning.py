"""Pure. Everything as the files that Grafana reads at its start: data source, folder, dashboards, alert rules.

A path is relative to the provisioning folder. Knows no disk, and no secret: the data source names a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types

from dashboards.grafana.alert import SOURCE_UID, alert_file
from dashboards.grafana.catalogue import FOLDER, FOLDER_UID, dashboards
from dashboards.grafana.classic import classic

_HEAD = "# Written by `prova dashboards build`. Change it there: the next build writes it anew.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where things are, as Grafana sees them.

    `influxdb_token_file`: read by Grafana itself; None where the database asks for none. `dashboards_at`: the folder
    that the dashboards of these files are mounted at. `receiver`: the contact point that is told.
    """

    influxdb_url: str = "http://influxdb:8086"
    bucket: str = "prova"
    influxdb_token_file: str | None = "/run/secrets/influxdb-token"  # noqa: S105  a file's name
    dashboards_at: str = "/etc/grafana/provisioning/dashboards/prova"
    receiver: str | None = None


def files_of(site: Site) -> dict[str, str]:
    """The text of each file, by path. Same site, same files."""
    return {
        "datasources/prova.yaml": _yaml({"apiVersion": 1, "datasources": [{**source_of(site), "editable": False}]}),
        "dashboards/prova.yaml": _yaml(_provider(site)),
        "alerting/prova.yaml": _yaml(alert_file(site.receiver)),
        **{f"dashboards/prova/{one.uid}.json": _json(classic(one)) for one in dashboards()},
    }


def source_of(site: Site) -> dict[str, Any]:
    """The data source: InfluxQL, with the token in a header, which InfluxDB 2 and 3 want."""
    told: dict[str, Any] = {
        "name": "Prova (InfluxDB)",
        "uid": SOURCE_UID,
        "type": "influxdb",
        "access": "proxy",
        "url": site.influxdb_url,
        "jsonData": {"version": "InfluxQL", "dbName": site.bucket, "httpMode": "POST"},
    }
    if site.influxdb_token_file is not None:
        told["jsonData"]["httpHeaderName1"] = "Authorization"
        told["secureJsonData"] = {"httpHeaderValue1": f"Token $__file{{{site.influxdb_token_file}}}"}
    return told


def _provider(site: Site) -> dict[str, Any]:
    own = {
        "name": "prova",
        "orgId": 1,
        "folder": FOLDER,
        "folderUid": FOLDER_UID,
        "type": "file",
        "disableDeletion": False,
        "allowUiUpdates": False,
        "options": {"path": site.dashboards_at},
    }
    return {"apiVersion": 1, "providers": [own]}


def _yaml(told: Mapping[str, Any]) -> str:
    return _HEAD + str(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=200))


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
