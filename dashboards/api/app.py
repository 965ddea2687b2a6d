"""Shell. The interface put together: store, contracts, topology and tokens of a home, handed to the site and served.

The one reader of the store here. Judges nothing, writes nothing and holds no clock of its own.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import uvicorn
from starlette.applications import Starlette

from analysis.contract import Contract
from analysis.event import change_log
from analysis.fleet import topology_file
from analysis.fleet.topology import Topology
from analysis.fleet.topology_table import TopologyError
from analysis.profile import ProfileError
from collector.store import Store, StoreError
from dashboards.api import download, of_lines, of_records, openapi, question
from dashboards.api.door import Door
from dashboards.api.endpoint import Endpoint
from dashboards.api.fairness import Rate
from dashboards.api.page import Page
from dashboards.api.problem import Problem
from dashboards.api.question import Question
from dashboards.api.reading import View
from dashboards.api.site import Library, site
from dashboards.api.token import Token, opened
from dashboards.api.token_file import TokenError, TokenFile
from dashboards.web.app import listen

DEFAULT_RATE = Rate(per_s=5.0, burst=50)
_JOURNAL = Path("collector") / "journal.sqlite3"
_END_WITHIN_S = 2
_MOST_CONNECTIONS = 200
_KEEP_ALIVE_S = 15
_PAGES: Mapping[str, Callable[[View, Question], Page]] = {
    "lines": of_lines.lines,
    "groups": of_lines.groups,
    "records": of_records.records,
    "tests": of_records.tests,
    "outages": of_lines.outages,
    "coverage": of_lines.coverage,
    "findings": of_lines.findings,
    "events": of_lines.events,
    "bursts": of_lines.bursts,
    "congestion": of_lines.congestion,
    "probes": of_lines.probes,
    "health": of_lines.health,
}
_MENDED = (StoreError, TopologyError, TokenError, ProfileError, OSError)


def _nobody(_lines: Iterable[str]) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where everything lies below a home. `contracts` by line, as they were at the start.

    `kept`: of some lines, those that nobody may read here; asked with each question.
    """

    home: Path
    topology: Path
    changes: Path
    tokens: Path
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    kept: Callable[[Iterable[str]], frozenset[str]] = _nobody


class ServeError(Exception):
    """The interface cannot be served so. The text is one sentence with the mend."""


def make_app(
    files: Files, *, clock: Callable[[], datetime], monotonic_s: Callable[[], float], rate: Rate = DEFAULT_RATE
) -> Starlette:
    """The application. Nothing is read before the first question."""
    reader = _Reader(files, clock)
    library = Library(
        page=reader.page,
        download=reader.download,
        read=reader.read,
        is_readable=reader.is_readable,
        mended=_mended,
        errors=_MENDED,
        document=openapi.document(version("prova")),
    )
    return site(library, Door(TokenFile(files.tokens), rate, clock=clock, monotonic_s=monotonic_s))


class _Reader:
    """Answers, for any number of threads."""

    def __init__(self, files: Files, clock: Callable[[], datetime]) -> None:
        self._files, self._clock = files, clock
        self._store = Store(files.home / _JOURNAL)
        self._lock = Lock()
        self._topology: tuple[tuple[int, int], Topology] | None = None

    def is_readable(self) -> bool:
        try:
            self._store.probes()
        except StoreError:
            return False
        return True

    def read(self, endpoint: Endpoint, words: Mapping[str, Sequence[str]]) -> Question:
        return question.read(words, endpoint.bounds, self._clock())

    def page(self, endpoint: Endpoint, token: Token, asked: Question) -> Page:
        return _PAGES[endpoint.name](self._view(token, asked), asked)

    def download(self, token: Token, asked: Question) -> Iterator[bytes]:
        return download.table(self._view(token, asked), asked)

    def _view(self, token: Token, asked: Question) -> View:
        """Raises Problem (404) for a line that the token does not open: whether it is there it does not say."""
        topology, now = self._places(), self._clock()
        lines = self._store.lines()
        kept = self._files.kept(lines)
        may = opened(token, tuple(line for line in lines if line not in kept), topology, now.date())
        closed = [line for line in asked.lines if line not in may]
        if closed:
            raise Problem(404, f"There is no line {closed[0]} that this token opens.")
        chosen = frozenset(asked.lines) or may
        if asked.groups:
            placed = topology.on(asked.on_day)
            chosen &= {one.line for one in placed if all(one.group(kind) == name for kind, name in asked.groups)}
        return View(
            source=self._store,
            lines=tuple(sorted(chosen)),
            whole=not token.lines and not token.groups,
            personal=token.personal,
            topology=topology,
            contracts=self._files.contracts,
            entries=change_log.load(self._files.changes).entries,
            now=now,
        )

    def _places(self) -> Topology:
        """The topology's file, read anew where it changed."""
        path = self._files.topology
        try:
            seen = path.stat()
        except FileNotFoundError:
            return Topology()
        with self._lock:
            now = (seen.st_mtime_ns, seen.st_ino)
            if self._topology is None or self._topology[0] != now:
                self._topology = (now, topology_file.load(path))
            return self._topology[1]


def _mended(error: Exception) -> Problem | None:
    """What a person here can mend is told there only as that: paths and names of files are not the asker's."""
    if isinstance(error, _MENDED):
        return Problem(503, "What this answer is made from cannot be read now. Ask again later.")
    return None


async def serve(app: Starlette, *, host: str, port: int, tls: tuple[Path, Path] | None, stop: asyncio.Event) -> None:
    """Serves `app` until `stop` is set; `tls`: certificate chain and key. Raises PageError, ServeError."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_END_WITHIN_S,
        ssl_certfile=None if tls is None else str(tls[0]),
        ssl_keyfile=None if tls is None else str(tls[1]),
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ServeError(f"--tls-cert and --tls-key cannot be used ({error}). Give a PEM chain and its key.") from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    listening = listen(host, port)
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    running = asyncio.create_task(server.main_loop())
    try:
        await stop.wait()
    finally:
        server.should_exit = True
        await running
        await server.shutdown(sockets=[listening])
