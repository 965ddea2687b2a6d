"""Pictures of the page in every state, for people to look at: `python -m tests.e2e.screenshots [NAME...]`.

Written to `screenshots/`, which git ignores.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.e2e import stores
from tests.e2e.served import CASE, CONTRACT, PRICED, chromium, served

FOLDER = Path(__file__).parents[2] / "screenshots"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Each state: what happened, the contract, and the address to look at.
STATES: dict[str, tuple[stores.Story | None, str | None, str]] = {
    "empty": (None, None, "/?lang=en"),
    "demonstration": (stores.DEMONSTRATION, None, "/?lang=pt"),
    "good": (stores.GOOD, CONTRACT, "/day?lang=pt&day=2026-11-20"),
    "breached": (stores.BREACHED, CONTRACT, "/day?lang=en&day=2026-11-20"),
    "outage": (stores.OUTAGE, CONTRACT, "/?lang=pt"),
    "insufficient": (stores.INSUFFICIENT, CONTRACT, "/?lang=en"),
    "claims": (stores.LONG_CUT, PRICED, "/?lang=pt"),
    "month": (stores.WEEKS, CONTRACT, "/month?lang=en"),
    "month-without-contract": (stores.OUTAGE, None, "/month?lang=pt"),
    "month-empty": (None, CONTRACT, "/month?lang=pt"),
    "outages": (stores.OUTAGE, CONTRACT, "/outages?lang=pt#outage-1"),
    "tests": (stores.INSUFFICIENT, CONTRACT, "/tests?lang=en"),
    "test": (stores.BREACHED, CONTRACT, "/test?lang=pt&day=2026-11-20&id=p1%2F1007"),
    "readiness": (stores.INSUFFICIENT, CONTRACT, "/readiness?lang=en"),
    "readiness-empty": (None, None, "/readiness?lang=pt"),
    "broken-contract": (stores.GOOD, CONTRACT.replace("maximum_mbps", "maximum_mbit"), "/?lang=pt"),
}


def take(browser: Browser, address: str, name: str) -> None:
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            shown = context.new_page()
            shown.goto(address)
            shown.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
            context.close()


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        for name, (story, contract, path) in STATES.items():
            if names and name not in names:
                continue
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if story is not None:
                stores.fill(home, story)
            with served(home, contract=contract, case=CASE if contract == PRICED else None) as address:
                take(browser, address + path, name)


if __name__ == "__main__":
    main(sys.argv[1:])
