"""An HTTP server that answers as Grafana's documented interface does, as far as a delivery needs it.

No Grafana can be had here. Paths, fields and refusals follow its documented HTTP API: data source, folder, dashboard;
versions are counted, a uid that is there is not made again, a dashboard of an older version is refused unless it is to
be overwritten, secrets are never given back.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "glsa_test"


@dataclass
class Grafana:
    url: str = ""
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    folders: dict[str, dict[str, Any]] = field(default_factory=dict)
    boards: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)  # as they came
    broken: bool = False

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:  # noqa: C901, PLR0911  a table of paths
        if self.broken:
            return 503, {"message": "starting"}
        if method != "GET":
            self.written.append(f"{method} {path}")
        match (method, path.removeprefix("/api").strip("/").split("/")):
            case ("GET", ["datasources", "uid", uid]):
                return self._found(self.sources, uid)
            case ("POST", ["datasources"]):
                if body["uid"] in self.sources:
                    return 409, {"message": "data source with the same uid already exists"}
                return 200, self._source(body["uid"], body)
            case ("PUT", ["datasources", "uid", uid]):
                return (200, self._source(uid, body)) if uid in self.sources else (404, {"message": "not found"})
            case ("GET", ["folders", uid]):
                return self._found(self.folders, uid)
            case ("POST", ["folders"]):
                if body["uid"] in self.folders:
                    return 409, {"message": "a folder with that uid already exists"}
                self.folders[body["uid"]] = {"id": 1, "version": 1, **body}
                return 200, self.folders[body["uid"]]
            case ("PUT", ["folders", uid]):
                self.folders[uid].update(title=body["title"])
                return 200, self.folders[uid]
            case ("GET", ["dashboards", "uid", uid]):
                found = self.boards.get(uid)
                return (404, {"message": "Dashboard not found"}) if found is None else (200, found)
            case ("POST", ["dashboards", "db"]):
                return self._board(body)
        return 404, {"message": "Not found"}

    def _found(self, things: dict[str, dict[str, Any]], uid: str) -> tuple[int, Any]:
        return (200, things[uid]) if uid in things else (404, {"message": "not found"})

    def _source(self, uid: str, body: dict[str, Any]) -> dict[str, Any]:
        before = self.sources.get(uid, {})
        secret = {**before.get("secureJsonFields", {}), **dict.fromkeys(body.get("secureJsonData", {}), True)}
        shown = {name: value for name, value in body.items() if name != "secureJsonData"}
        self.sources[uid] = {"id": 7, "orgId": 1, "readOnly": False, **shown, "secureJsonFields": secret}
        return {"datasource": self.sources[uid], "message": "Datasource added"}

    def _board(self, body: dict[str, Any]) -> tuple[int, Any]:
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        board = body["dashboard"]
        before = self.boards.get(board["uid"], {"dashboard": {"version": 0}})["dashboard"]
        if before["version"] and not body.get("overwrite") and board.get("version") != before["version"]:
            return 412, {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"}
        kept = {**board, "id": len(self.boards) + 1, "version": before["version"] + 1}
        self.boards[board["uid"]] = {"dashboard": kept, "meta": {"folderUid": body["folderUid"]}}
        return 200, {"uid": board["uid"], "status": "success", "version": kept["version"]}


@contextmanager
def running() -> Iterator[Grafana]:
    """Serves until the end."""
    one = Grafana()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            one.bodies.append(data.decode())
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, told = 401, {"message": "Invalid API key"}
            else:
                status, told = one.answer(self.command, self.path, json.loads(data) if data else None)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815  the base class names them so

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        one.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield one
        finally:
            server.shutdown()
            thread.join(10)
