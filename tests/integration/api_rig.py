"""The reading interface, really served on a port of its own, and a client that speaks HTTP by hand."""

import asyncio
import gzip
import http.client
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from analysis.contract import Contract
from dashboards.api import app
from dashboards.api.fairness import Rate
from dashboards.api.token import Token
from dashboards.api.token_file import TokenFile
from prova.home import Home
from prova.port import free_port
from tests.e2e.stores import NOW

WITHIN_S = 60
FAST = Rate(per_s=10_000, burst=10_000)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        told = gzip.decompress(self.body) if self.fields.get("content-encoding") == "gzip" else self.body
        return json.loads(told)


@dataclass(slots=True)
class Client:
    port: int
    token: str | None = None
    _held: http.client.HTTPConnection | None = field(default=None)

    def get(self, target: str, *, method: str = "GET", **fields: str) -> Answer:
        """Over one connection as long as it lasts. Names in `fields` have underscores for hyphens."""
        head = {name.replace("_", "-"): word for name, word in fields.items()}
        if self.token is not None:
            head.setdefault("Authorization", f"Bearer {self.token}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WITHIN_S)
        try:
            connection.request(method, target, headers=head)
            answer = connection.getresponse()
            told = {name.lower(): word for name, word in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def items(self, target: str) -> list[dict[str, Any]]:
        """All pages of it."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.get(target)
            assert answer.status == 200, answer.body
            found += answer.json["items"]
            if answer.json["next_cursor"] is None:
                assert "link" not in answer.fields
                return found
            target = answer.fields["link"].partition(">")[0][1:]


def a_token(home: Path, *, now: datetime = NOW, days: int = 1, **fields: Any) -> str:
    asked = Token(
        id="", sha256="", name="test", made_at=now - timedelta(hours=1), until_at=now + timedelta(days=days), **fields
    )
    return TokenFile(Home(home).tokens).add(asked)


@contextmanager
def served(
    home: Path,
    *,
    contracts: Mapping[str, Contract] | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    rate: Rate = FAST,
    tls: tuple[Path, Path] | None = None,
    kept: Callable[[Iterable[str]], frozenset[str]] = lambda _: frozenset(),
) -> Iterator[int]:
    """The port at which the interface over `home` is answered."""
    layout = Home(home)
    files = app.Files(
        home=home,
        topology=layout.topology,
        changes=layout.changes,
        tokens=layout.tokens,
        contracts=contracts or {},
        kept=kept,
    )
    made = app.make_app(files, clock=clock, monotonic_s=monotonic, rate=rate)
    port = free_port()
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        serving = asyncio.create_task(app.serve(made, host="127.0.0.1", port=port, tls=tls, stop=stop))
        started.set_result((asyncio.get_running_loop(), stop))
        await serving

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(WITHIN_S)
    try:
        _wait_for(port)
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(WITHIN_S)
        assert not thread.is_alive()


def _wait_for(port: int) -> None:
    import socket

    until_s = monotonic() + WITHIN_S
    while monotonic() < until_s:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError("nothing is served")
