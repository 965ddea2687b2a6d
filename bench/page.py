"""Shell. What the local page costs who looks at it: `python -m bench.page`.

A store of 30 days with a test every quarter of an hour is served on loopback. Of each page: how long its first answer
and a later one take, and its bytes on the wire with all that it needs. Of the first page besides: how long until a
browser on a processor four times slower (Chromium DevTools protocol) has drawn it, run its script and is free again.
"""

import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.e2e import stores
from tests.e2e.served import chromium, served

DAYS = 30
PATHS = ("/", "/day", "/month?month=2026-10", "/month", "/outages", "/tests", "/readiness")
SLOWER = 4  # times
TRIES = 9
_WARM_TRIES = 5
_USABLE = """
new Promise(free => requestIdleCallback(() => free(Math.max(
    performance.now(), performance.getEntriesByType('navigation')[0].domInteractive))))
"""


def main() -> None:
    """Prints a line for each page, and one for the slow machine."""
    with tempfile.TemporaryDirectory() as home:
        stores.fill(Path(home), replace(stores.OUTAGE, days=DAYS))
        with served(Path(home)) as address, chromium() as browser:
            answered_s(address)  # what the analysis loads once is no page's cost
            print(f"{'page':24} {'first s':>8} {'later ms':>9} {'bytes on the wire':>18}")
            for path in PATHS:
                first_s = answered_s(address + path)
                later_ms = 1000 * median(answered_s(address + path) for _ in range(_WARM_TRIES))
                print(f"{path:24} {first_s:8.2f} {later_ms:9.0f} {weight_bytes(browser, address + path):18,.0f}")
            tried = sorted(usable_after_ms(browser, address) for _ in range(TRIES))
            print(
                f"usable after, {SLOWER} times slower: median {median(tried):.0f} ms, best {tried[0]:.0f} ms of {TRIES}"
            )


def answered_s(address: str) -> float:
    """The whole answer, as a browser that takes gzip has it."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310  our own page
    began_s = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=300) as answer:  # noqa: S310  our own page
        answer.read()
    return time.perf_counter() - began_s


def weight_bytes(browser: Browser, address: str) -> float:
    """All that came over the wire: the document, its style, its script, its icon, with their headers."""
    context = browser.new_context()
    try:
        page = context.new_page()
        wire = context.new_cdp_session(page)
        received: list[float] = []
        wire.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
        wire.send("Network.enable")
        page.goto(address, wait_until="networkidle", timeout=120_000)
        return sum(received)
    finally:
        context.close()


def usable_after_ms(browser: Browser, address: str) -> float:
    """From the request until the page is drawn, its script has run, and the main thread is free."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load", timeout=120_000)
        told: float = page.evaluate(_USABLE)
        return told
    finally:
        context.close()


if __name__ == "__main__":
    main()
