"""The page, really served on a port of its own, and a real browser that looks at it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette

from dashboards.web import app as page
from dashboards.web.hands import Hands
from tests.e2e.stores import NOW

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CONTRACT = """\
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"

[line]
id = "casa"
timezone = "Europe/Lisbon"
municipality = "Lisboa"
region = "mainland"

[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400

[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
"""
PRICED = f"""{CONTRACT}
[price]
monthly_eur = "39.99"
internet_share_eur = "24.99"
billing_day = 5
"""
CASE = """\
[[fault]]
id = "a1"
reported_at = 2026-11-19T09:00:00

[[fault]]
id = "tv"
service = "television"
reported_at = 2026-11-10T09:00:00
still_down_at = 2026-11-19T09:00:00

[[cause]]
from = 2026-11-19T08:00:00
to = 2026-11-20T17:00:00
whose = "operator"
evidence = "the operator's message of 20 November 2026"

[[complaint]]
id = "c1"
to = "operator"
facts_known_on = 2026-11-19
sent_on = 2026-11-20
"""


@contextmanager
def served(
    home: Path,
    *,
    contract: str | None = CONTRACT,
    case: str | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    demonstration: bool = False,
    dossier_command: tuple[str, ...] = (),
    hands: Callable[[Callable[..., None]], Hands] | None = None,
) -> Iterator[str]:
    """The address of a page over the store in `home`. `hands` are made with what tells the page of another contract."""
    contract_path = None if contract is None else home / "contract.toml"
    if contract_path is not None and contract is not None:
        home.mkdir(parents=True, exist_ok=True)
        contract_path.write_text(contract)
    if case is not None:
        (home / "case.toml").write_text(case)
    listening = page.listen("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    served_by: list[Starlette] = []
    app = page.make_app(
        home=home,
        contract_path=contract_path,
        line="casa",
        demonstration=demonstration,
        port=port,
        clock=clock,
        dossier_command=dossier_command,
        hands=None if hands is None else hands(lambda *told, **named: page.take_up(served_by[0], *told, **named)),
    )
    served_by.append(app)
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await page.serve_on(listening, app, stop=stop)

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        try:
            yield browser
        finally:
            browser.close()
