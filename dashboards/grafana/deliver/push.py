"""Shell. Brings data source, folder and dashboards to a Grafana that runs, by grafana-client.

grafana-client replaces urllib3 wherever it is installed, so it is no part of the usual installation and is loaded here
alone. Reads before it writes, and writes only what differs. Knows nothing of what is on a dashboard.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboards.grafana.catalogue import FOLDER, FOLDER_UID, dashboards
from dashboards.grafana.classic import classic
from dashboards.grafana.deliver.change import Change, Step, Thing, change_of
from dashboards.grafana.deliver.provisioning import Site, source_of

_ANSWER_WITHIN_S = 20.0
_NOT_THERE = 404
_ITEM = Mapping[str, Any]
_HOW = (
    "grafana-client is not installed here. It replaces a library that the rest of Prova uses, so give it an environment"
    " of its own: python3 -m venv FOLDER && FOLDER/bin/pip install 'prova[grafana]', and run FOLDER/bin/prova."
)


class GrafanaError(Exception):
    """Grafana refuses, or grafana-client is missing. The text says how to mend it."""


class GrafanaUnreachableError(Exception):
    """Grafana does not answer, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Grafana, and a service account's token for it. `influxdb_token`: as the data source shall send it."""

    url: str
    token: str
    site: Site
    influxdb_token: str | None


class Grafana:
    """One Grafana. Every method raises GrafanaError and GrafanaUnreachableError."""

    def __init__(self, target: Target) -> None:
        try:
            from grafana_client import GrafanaApi
        except ImportError as error:
            raise GrafanaError(_HOW) from error
        self._target = target
        self._api = GrafanaApi.from_url(target.url, credential=target.token, timeout=_ANSWER_WITHIN_S)

    def changes(self) -> Iterator[Change]:
        """What would have to be done, as Grafana is now; each is read when it is asked for."""
        yield self._source_change()
        folder = {"uid": FOLDER_UID, "title": FOLDER}
        yield self._compared(Thing.FOLDER, FOLDER_UID, folder, self._api.folder.get_folder)
        for one in dashboards():
            yield self._compared(Thing.DASHBOARD, one.uid, classic(one), self._dashboard)

    def apply(self, change: Change) -> None:
        """Does it; nothing where it is to be kept."""
        if change.step is Step.KEEP:
            return
        if change.thing is Thing.DASHBOARD:
            body = {"dashboard": dict(change.wanted), "folderUid": FOLDER_UID, "overwrite": True, "message": "prova"}
            self._asked(lambda: self._api.dashboard.update_dashboard(body))
        elif change.thing is Thing.FOLDER:
            self._folder(change)
        elif change.step is Step.MAKE:
            self._asked(lambda: self._api.datasource.create_datasource(dict(change.wanted)))
        else:
            self._asked(lambda: self._api.datasource.update_datasource_by_uid(change.uid, dict(change.wanted)))

    def _folder(self, change: Change) -> None:
        if change.step is Step.MAKE:
            self._asked(lambda: self._api.folder.create_folder(FOLDER, uid=FOLDER_UID))
        else:
            self._asked(lambda: self._api.folder.update_folder(FOLDER_UID, title=FOLDER, overwrite=True))

    def _source_change(self) -> Change:
        """As for files, but with the token itself: Grafana's interface reads no file. A token cannot be read back, so
        one that is given is always written.
        """
        wanted = source_of(self._target.site)
        there = self._asked(lambda: self._api.datasource.get_datasource_by_uid(wanted["uid"]), may_lack=True)
        if there is not None:
            wanted["jsonData"] = {**there.get("jsonData", {}), **wanted["jsonData"]}
        change = change_of(Thing.SOURCE, wanted["uid"], wanted, there)
        token = self._target.influxdb_token
        if token is None:
            return change
        wanted["secureJsonData"] = {"httpHeaderValue1": f"Token {token}"}
        if change.step is Step.KEEP:
            return replace(change, step=Step.CHANGE, wanted=wanted, told=("the token is written anew",))
        return replace(change, wanted=wanted)

    def _dashboard(self, uid: str) -> Any:
        return self._api.dashboard.get_dashboard(uid)["dashboard"]

    def _compared(self, thing: Thing, uid: str, wanted: _ITEM, read: Callable[[str], Any]) -> Change:
        return change_of(thing, uid, wanted, self._asked(lambda: read(uid), may_lack=True))

    def _asked(self, ask: Callable[[], Any], *, may_lack: bool = False) -> Any:
        """The answer; None for what is not there, where that may be."""
        from grafana_client.client import GrafanaClientError, GrafanaException
        from niquests.exceptions import RequestException

        url = self._target.url
        try:
            return ask()
        except GrafanaClientError as error:
            if may_lack and error.status_code == _NOT_THERE:
                return None
            raise GrafanaError(
                f"{url} refuses ({error.message}). Give a service account of the role Admin, and its token in the file."
            ) from error
        except (GrafanaException, RequestException, OSError) as error:
            raise GrafanaUnreachableError(f"{url} does not answer as Grafana does ({type(error).__name__}).") from error
