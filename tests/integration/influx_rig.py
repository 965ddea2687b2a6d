"""Debian's influxdb 1.6.7, and in front of it the two paths by which influxdb-client writes and deletes.

No InfluxDB 2 or 3 can be had here. The engine, its parser, its types and its answers are real; the way from
/api/v2/write to its /write is what InfluxDB 1.8 did of itself; a predicate of one tag is turned into InfluxQL.
"""

import http.client
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from prova.port import free_port

BUCKET = "prova"


@dataclass
class Influx:
    """A database with an empty bucket; `url` is where influxdb-client writes."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    url: str = ""

    def start(self) -> None:
        (self.folder / "influx.conf").write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
            f'[meta]\ndir = "{self.folder}/meta"\n[data]\ndir = "{self.folder}/data"\nwal-dir = "{self.folder}/wal"\n'
            f"query-log-enabled = false\n[monitor]\nstore-enabled = false\n[http]\n"
            f'bind-address = "127.0.0.1:{self.port}"\n'
            "log-enabled = false\n"
        )
        binary = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin") or "influxd"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [binary, "-config", str(self.folder / "influx.conf")], stdout=log, stderr=log
            )
        until = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def query(self, query: str) -> list[dict[str, Any]]:
        """The rows of an InfluxQL query, tags among the columns."""
        body = self._post("/query?" + urlencode({"db": BUCKET, "q": query, "epoch": "ns"}))[1]
        series = json.loads(body)["results"][0].get("series", [])
        return [
            one.get("tags", {}) | dict(zip(one["columns"], row, strict=True)) for one in series for row in one["values"]
        ]

    def write(self, bucket: str, data: bytes) -> tuple[int, bytes]:
        return self._post("/write?" + urlencode({"db": bucket, "precision": "ns"}), data)

    def delete(self, bucket: str, predicate: str) -> tuple[int, bytes]:
        """All points of one tag's value, whenever they are of."""
        tag, _, value = predicate.partition("=")
        query = f'DROP SERIES WHERE "{tag}" = ' + value.replace('"', "'")
        status, body = self._post("/query?" + urlencode({"db": bucket, "q": query}))
        return (204 if status == 200 and b"error" not in body else 400), body

    def _answers(self) -> bool:
        try:
            return self._post("/query?" + urlencode({"q": f'CREATE DATABASE "{BUCKET}"'}))[0] == 200
        except OSError:
            return False

    def _post(self, path: str, data: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, data)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def running(folder: Path) -> Iterator[Influx]:
    """A database that serves, until the end."""
    one = Influx(folder)
    one.start()

    class Shim(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            asked = urlsplit(self.path)
            bucket = parse_qs(asked.query)["bucket"][0]
            try:
                if asked.path == "/api/v2/write":
                    status, body = one.write(bucket, data)
                elif asked.path == "/api/v2/delete":
                    status, body = one.delete(bucket, json.loads(data)["predicate"])
                else:
                    status, body = 404, b""
            except OSError:
                status, body = 503, b"no database"
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Shim) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        one.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield one
        finally:
            server.shutdown()
            thread.join(10)
            one.kill()
