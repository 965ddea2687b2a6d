"""Pictures of the pages on which something is done: `python -m tests.e2e.pictures_of_doing`.

The set-up's steps, with its problems, and a live test in each of its states. In `screenshots/`, with the others.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.e2e.screenshots import FOLDER, SIZES
from tests.e2e.served import CONTRACT, chromium
from tests.e2e.set_up import set_up
from tests.e2e.test_setup import BY_HAND, fill, upload
from tests.e2e.test_up import shown_tests, up, wait_for
from tests.integration.test_contract_import_command import TWO_MAXIMA


def shot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def steps(page: Page, name: Callable[[str], str]) -> None:
    """Every step of the set-up, with and without problems."""
    shot(page, name("contract"))
    page.locator("#way-pdf").click()
    shot(page, name("contract-problem"))
    upload(page, TWO_MAXIMA)
    shot(page, name("terms-read"))
    fill(page, BY_HAND | {"download_minimum_mbps": "1200", "upload_normal_mbps": "fast", "operator": ""})
    page.locator("#next").click()
    shot(page, name("terms-problem"))
    fill(page, BY_HAND)
    page.locator("#next").click()
    shot(page, name("line"))
    page.locator("#next").click()
    page.locator("#kind-mlab").check()
    page.locator("#next").click()
    shot(page, name("server-problem"))
    page.locator("#consent").check()
    page.locator("#next").click()
    fill(page, {"host_1": "192.0.2.1", "network_1": "AS64500"})
    shot(page, name("hosts"))
    page.locator("#next").click()
    shot(page, name("summary"))


def live(page: Page, name: Callable[[str], str]) -> None:
    """A live test as it goes."""
    page.set_default_timeout(90_000)
    shot(page, name("idle"))
    page.locator("#live-begin").click()
    page.locator(".live-bar").first.wait_for()
    page.wait_for_timeout(1500)
    shot(page, name("running"))
    page.locator("#part-live[data-state=done] h3").wait_for()
    shot(page, name("done"))
    page.locator("#live-begin").click()
    page.locator("#live-end").click()
    page.locator("#part-live[data-state=called_off]").wait_for()
    shot(page, name("called-off"))


def named(kind: str, end: str, state: str) -> str:
    return f"{kind}-{state}-{end}"


def each(browser: Browser, address: str, kind: str, walk: Callable[[Page, Callable[[str], str]], None]) -> None:
    for (size, (width, height)), lang, scheme in zip(SIZES.items(), ("pt", "en"), ("light", "dark"), strict=True):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        page.goto(f"{address}?lang={lang}")
        walk(page, partial(named, kind, f"{size}-{lang}-{scheme}"))
        context.close()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shop = stack.enter_context(set_up(home / "setup", contract=CONTRACT))
        each(browser, f"{shop.address}/setup", "setup", steps)
        running = stack.enter_context(up(home / "up"))
        wait_for(lambda: len(shown_tests(home / "up")) >= 2, within_s=90, what="the first tests")
        each(browser, f"http://127.0.0.1:{running.port}/live", "live", live)
        running.stop()


if __name__ == "__main__":
    main()
