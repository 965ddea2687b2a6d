"""A test now: asked for on the page of a real `prova up`, watched, stopped, kept; with the script and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from collector.home import CollectorHome
from collector.store import Store
from probe.body.draw import Origin
from probe.body.speed_test import Failure, SpeedTest
from prova.home import Home
from tests.e2e.served import chromium
from tests.e2e.test_up import Up, shown_tests, up, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.component("chromium"), pytest.mark.component("mosquitto")]
WITHIN_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live") / "home"


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Up]:
    """A demonstration whose first tests are over, so that a test of ours is the only one."""
    with up(home) as one:
        wait_for(lambda: len(shown_tests(home)) >= 2, within_s=90, what="the first tests")
        yield one
        one.stop()


def speed_tests(home: Path) -> list[SpeedTest]:
    path = CollectorHome(home).journal
    if not path.exists():
        return []
    from datetime import UTC, datetime

    found = Store(path).records(["casa"], datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    return [stored.record.body for stored in found if isinstance(stored.record.body, SpeedTest)]


def asked_for(home: Path) -> list[SpeedTest]:
    return [test for test in speed_tests(home) if test.draw is not None and test.draw.origin is Origin.ASKED]


def opened(browser: Browser, one: Up, *, scripts: bool = True, lang: str = "en") -> Page:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(WITHIN_MS)
    page.goto(f"http://127.0.0.1:{one.port}/live?lang={lang}")
    return page


def test_a_test_is_watched_as_it_goes_and_kept(browser: Browser, running: Up, home: Path) -> None:
    page = opened(browser, running)
    assert Axe().run(page).response["violations"] == []
    page.locator("#live-begin").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live-heading")).to_have_text("Measuring download", timeout=WITHIN_MS)
    expect(page.locator("#announced")).to_have_text("Measuring download")
    expect(page.locator("#live-progress")).to_be_visible()
    expect(page.locator(".live-bar.side-1").first).to_be_attached(timeout=WITHIN_MS)
    assert Axe().run(page).response["violations"] == []
    expect(page.locator("#live-heading")).to_have_text("The test is over", timeout=WITHIN_MS)
    expect(page.locator("#part-live h3")).to_have_text("Result", timeout=WITHIN_MS)
    expect(page.locator("#part-live")).to_contain_text("Mbit/s")
    assert Axe().run(page).response["violations"] == []
    assert page.url.endswith("/live?lang=en"), "the script sends the form without leaving the page"
    assert [test.failure for test in asked_for(home)] == [None, None]
    page.context.close()


def test_a_test_that_is_stopped_is_kept_as_stopped(browser: Browser, running: Up, home: Path) -> None:
    before = len(asked_for(home))
    page = opened(browser, running, lang="pt")
    page.locator("#live-begin").click()
    expect(page.locator("#live-heading")).to_have_text("A medir o download", timeout=WITHIN_MS)
    page.locator("#live-end").click()
    expect(page.locator("#live-heading")).to_have_text("O teste foi interrompido", timeout=WITHIN_MS)
    wait_for(lambda: len(asked_for(home)) > before, within_s=30, what="the record")
    assert asked_for(home)[-1].failure is Failure.ABORTED
    page.context.close()


def test_without_the_script_the_page_asks_for_itself_anew_until_the_end(browser: Browser, running: Up) -> None:
    page = opened(browser, running, scripts=False)
    page.locator("#live-begin").click()
    expect(page.locator("#live-progress")).to_be_visible()
    expect(page.locator("#live-heading")).to_have_text("The test is over", timeout=WITHIN_MS)
    expect(page.locator("#part-live h3")).to_have_text("Result", timeout=WITHIN_MS)
    page.context.close()


def test_a_test_of_the_page_needs_a_form_of_the_page(running: Up, home: Path) -> None:
    import http.client

    before = len(asked_for(home))
    asking = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    asking.request("POST", "/live/begin", "", {"Content-Type": "application/x-www-form-urlencoded"})
    assert asking.getresponse().status == 403
    asking.close()
    assert Home(home).of_line("casa").probe.bell.exists()
    assert len(asked_for(home)) == before
