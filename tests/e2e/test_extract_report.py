"""The report of an extract in a real browser: phone and desk, light and dark, both languages, on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from tests.unit.analysis.extract.made_extract import made_extract

pytestmark = pytest.mark.component("chromium")
LOOKS: list[tuple[str, tuple[int, int], Literal["light", "dark"]]] = [
    ("report.html", (390, 844), "light"),
    ("report.en.html", (1280, 900), "dark"),
]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_extract(tmp_path_factory.mktemp("extract"), 120) / "public"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_the_report_is_for_everybody(
    browser: Browser, public: Path, name: str, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """Nothing that axe finds with every table opened, nothing beside the screen, nothing asked of anyone."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((public / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    assert asked == [(public / name).as_uri()]
    context.close()


def test_on_paper_every_table_is_open(browser: Browser, public: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((public / "report.en.html").as_uri())
    assert not page.locator("#figure-1 table").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#figure-1 table").is_visible()
    context.close()
