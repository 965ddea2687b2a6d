"""Shell. The pages, put together and served: the reader is handed to the site, the site to a socket.

The room's one clock. Judges nothing and writes nothing.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from dashboards.web.access.asked import Rules
from dashboards.web.access.decide import OWN_NAMES, hosts
from dashboards.web.access.entrance import Certificate, Entrance
from dashboards.web.case.diary import Diary
from dashboards.web.case.dossiers import Dossiers
from dashboards.web.case.reader import CaseReader
from dashboards.web.case.routes import CaseDesk
from dashboards.web.hands import Hands
from dashboards.web.reader import Reader
from dashboards.web.site import site

_END_WITHIN_S = 2
_CASE, _PAPERS, _DOSSIERS = Path("case.toml"), Path("case"), Path("dossiers")


class PageError(Exception):
    """The page cannot be served. The text is one sentence with the mend."""


def now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the room's one clock


def make_app(  # noqa: PLR0913  what a page is made of, each by its name
    *,
    home: Path,
    contract_path: Path | None,
    line: str,
    demonstration: bool,
    port: int,
    entrance: Entrance | None = None,
    hands: Hands | None = None,
    clock: Callable[[], datetime] = now,
    dossier_command: tuple[str, ...] = (),
) -> Starlette:
    """The page of one line, to be found at `port` of this machine. Nothing is read before the first question.

    `entrance` None: this machine alone, without a password. `hands` None: the page does nothing, it only shows.
    `dossier_command`: what makes a dossier, as `prova dossier` is asked; empty where none can be made.
    """
    diary = Diary(home / _CASE, home / _PAPERS)
    dossiers = Dossiers(home / _DOSSIERS, dossier_command)
    reader = Reader(
        home,
        contract_path,
        line=line,
        demonstration=demonstration,
        clock=clock,
        cases=CaseReader(diary, dossiers),
    )
    case = CaseDesk(diary, dossiers)
    let_in = entrance or Entrance(rules=Rules(hosts=hosts(port, OWN_NAMES)))
    app = site(reader, case, let_in, hands or Hands())
    app.state.reader = reader
    return app


def take_up(app: Starlette, contract_path: Path | None, *, demonstration: bool) -> None:
    """The page shows its line by this contract from now on."""
    app.state.reader.take_up(contract_path, demonstration=demonstration)


def check_free(host: str, port: int) -> None:
    """Raises PageError where the page could not be served at `port`. A moment later that may be otherwise."""
    listen(host, port).close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; `port` 0 takes any. Raises PageError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        why = "another program uses it" if error.errno == errno.EADDRINUSE else error.strerror
        raise PageError(
            f"The page cannot be served at {host}:{port}: {why}. Name another place, such as --page 127.0.0.1:8081."
        ) from error
    return listening


def check_certificate(certificate: Certificate) -> None:
    """Raises PageError where TLS could not be spoken with it."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            certificate.chain,
            certificate.key,
            password=lambda: "",  # a key that is locked is refused, not asked about
        )
    except (OSError, ValueError) as error:
        raise PageError(
            f"The certificate {certificate.chain} with the key {certificate.key} cannot be used: {error}. Name a chain"
            " and its unlocked key, both in PEM."
        ) from error


async def serve(
    app: Starlette, *, host: str, port: int, stop: asyncio.Event, certificate: Certificate | None = None
) -> None:
    """Serves `app` until `stop` is set. Raises PageError before anything is served."""
    await serve_on(listen(host, port), app, stop=stop, certificate=certificate)


async def serve_on(
    listening: socket.socket, app: Starlette, *, stop: asyncio.Event, certificate: Certificate | None = None
) -> None:
    """Serves `app` on a socket from `listen`, and closes it. Signals are left to whoever sets `stop`."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        proxy_headers=False,  # whom to believe is the door's to decide
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
        timeout_graceful_shutdown=_END_WITHIN_S,
    )
    config.load()
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
