"""The page in a real browser: both languages, phone and desk, light and dark, keyboard, axe, nothing from elsewhere."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e import stores
from tests.e2e.served import CASE, CONTRACT, PRICED, chromium, served

pytestmark = pytest.mark.component("chromium")

PHONE, DESK = (390, 844), (1280, 900)
PAST_A_REFRESH_MS = 12_500
STORIES: dict[str, tuple[stores.Story | None, str | None]] = {
    "empty": (None, None),
    "demonstration": (stores.DEMONSTRATION, None),
    "breached": (stores.BREACHED, CONTRACT),
    "outage": (stores.OUTAGE, CONTRACT),
    "insufficient": (stores.INSUFFICIENT, CONTRACT),
    "claims": (stores.LONG_CUT, PRICED),
}
# Each page that is there, one test among them, of the story with the cut.
PAGES = (
    "/day",
    "/day?day=2026-11-20",
    "/month",
    "/outages",
    "/tests",
    "/tests?counts=failed&direction=upload",
    "/test?day=2026-11-21&id=p1%2F2389",
    "/readiness",
)
# Each in one look, and among the long tests in the other: a phone, dark, in English; a desk, light, in Portuguese.
LOOKS = [
    pytest.param(path, *look, marks=[] if (number + other) % 2 else [pytest.mark.slow])
    for number, path in enumerate(PAGES)
    for other, look in enumerate([(PHONE, "dark", "en"), (DESK, "light", "pt")])
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of a page for each story, by its name."""
    with ExitStack() as stack:
        found = {}
        for name, (story, contract) in STORIES.items():
            home = tmp_path_factory.mktemp(name)
            if story is not None:
                stores.fill(home, story)
            found[name] = stack.enter_context(served(home, contract=contract, case=CASE if name == "claims" else None))
        yield found


@contextmanager
def shown(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
    scale: int = 1,
    offline: bool = False,
    own_time: bool = False,
) -> Iterator[Page]:
    """One page in a context of its own; with `own_time` the test moves its timers.

    Everything it asked for came from its own address, and unless it was to be `offline` the browser had no complaint.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        java_script_enabled=scripts,
        device_scale_factor=scale,
        locale="pt-PT",
    )
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        page = context.new_page()
        if own_time:
            page.clock.install()
        page.goto(address)
        yield page
    finally:
        context.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert offline or complaints == []


def open_tables(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize(
    ("story", "size", "scheme", "lang"),
    [
        pytest.param(story, *look, marks=[] if (number + other) % 2 else [pytest.mark.slow])
        for number, story in enumerate(STORIES)
        for other, look in enumerate([(PHONE, "light", "pt"), (DESK, "dark", "en")])
    ],
)
def test_axe_finds_nothing(
    browser: Browser,
    addresses: dict[str, str],
    story: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
    lang: str,
) -> None:
    with shown(browser, f"{addresses[story]}/?lang={lang}", size=size, scheme=scheme) as page:
        open_tables(page)
        found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize(("path", "size", "scheme", "lang"), LOOKS)
def test_every_page_is_for_everybody(
    browser: Browser,
    addresses: dict[str, str],
    path: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
    lang: str,
) -> None:
    """Nothing that axe finds, nothing beside the screen, no name given twice, with everything opened."""
    joint = "&" if "?" in path else "?"
    with shown(browser, f"{addresses['outage']}{path}{joint}lang={lang}", size=size, scheme=scheme) as page:
        open_tables(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
        names = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(set(names)) == len(names)
        found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.slow
def test_without_scripts_one_goes_from_a_month_to_a_test_and_back_to_the_day(
    browser: Browser, addresses: dict[str, str]
) -> None:
    with shown(browser, f"{addresses['breached']}/month?lang=en", scripts=False) as page:
        expect(page.locator(".calendar td.bad a").first).to_be_visible()
        page.locator("#nav-tests").click()
        page.get_by_role("link", name="Count", exact=True).click()
        page.locator(".listed a").first.click()
        expect(page.get_by_role("heading", name="Which verdicts it went into")).to_be_visible()
        expect(page.get_by_text("Grade A: proof")).to_be_visible()
        page.locator("#use-1").click()
        expect(page.locator("#part-verdicts article")).to_have_count(6)
        page.locator("#nav-outages").click()
        expect(page.get_by_text("No outage was seen in this month")).to_be_visible()


def test_an_outage_opens_by_keyboard_with_its_rungs(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['outage']}/outages?lang=en") as page:
        page.locator("#outage-1-summary").focus()
        page.keyboard.press("Enter")
        opened = page.locator("#outage-1")
        expect(opened.get_by_text("between 21 Nov, 15:29:55 and 21 Nov, 15:30:00")).to_be_visible()
        expect(opened.locator("tbody tr")).to_have_count(8)


@pytest.mark.parametrize(
    ("story", "width", "scale"),
    [
        pytest.param(story, *look, marks=[] if (number + other) % 2 else [pytest.mark.slow])
        for number, story in enumerate(STORIES)
        for other, look in enumerate([(390, 1), (195, 2)])  # a phone, and one at 200 %
    ],
)
def test_a_phone_never_scrolls_sideways(
    browser: Browser, addresses: dict[str, str], story: str, width: int, scale: int
) -> None:
    with shown(browser, f"{addresses[story]}/?lang=pt", size=(width, 422), scale=scale) as page:
        open_tables(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_every_control_is_reached_by_tab_and_shows_its_focus(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['outage']}/day?lang=en&day=2026-11-20") as page:
        wanted = page.evaluate(
            "[...document.querySelectorAll('a, summary')].filter(one => one.checkVisibility())"
            ".map(one => one.id || one.className)"
        )
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
            assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert reached == wanted
        assert len(set(wanted)) == len(wanted)


def test_a_table_opens_and_scrolls_by_keyboard(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['outage']}/?lang=en", size=PHONE) as page:
        page.locator("#tests-table-summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#tests-table table")).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "tests-table-scroll"
        for _ in range(20):
            page.keyboard.press("ArrowRight")
        expect(page.locator("#tests-table thead th").first).not_to_be_in_viewport()


def test_without_scripts_everything_is_there(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['breached']}/day?lang=en&day=2026-11-20", scripts=False) as page:
        expect(page.locator(".promise .verdict.bad")).to_have_count(2)
        expect(page.locator("#chart-download-title")).to_have_count(1)
        page.locator("#tests-table-summary").click()
        expect(page.locator("#tests-table tbody tr").first).to_be_visible()
        page.get_by_role("link", name="Refresh").click()
        assert page.url.endswith("/day?day=2026-11-20")


def test_the_language_is_switched_in_sight_and_remembered(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, addresses["breached"]) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("A sua ligação")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your line")
        page.goto(addresses["breached"])
        expect(page.get_by_role("heading", level=1)).to_have_text("Your line")


def test_light_and_dark_follow_the_system(browser: Browser, addresses: dict[str, str]) -> None:
    grounds = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        with shown(browser, addresses["outage"], scheme=scheme) as page:
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(set(grounds)) == 2


def test_what_is_drawn_is_there_and_inside_its_frame(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['outage']}/?lang=en", size=PHONE) as page:
        charts = page.locator("svg.picture").all()
        assert len(charts) == 4
        for chart in charts:
            box = chart.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE[0]
        failed = page.locator("#part-trials .points use[href='#mark-failed']")
        assert failed.count() == 16  # two hours of a cut, every quarter of an hour, both directions
        zero, cross = page.locator("#part-trials line.zero").first.bounding_box(), failed.first.bounding_box()
        assert zero is not None
        assert cross is not None
        assert cross["y"] > zero["y"]
        assert page.locator("#part-hours path.down").first.evaluate("one => getComputedStyle(one).strokeWidth") != "0px"


def test_a_refresh_takes_neither_focus_nor_open_table_away(browser: Browser, tmp_path: Path) -> None:
    stores.fill(tmp_path, stores.OUTAGE)
    at: list[datetime] = [stores.NOW]
    with (
        served(tmp_path, clock=lambda: at[-1]) as address,
        shown(browser, f"{address}/?lang=en", own_time=True) as page,
    ):
        page.locator("#line-table-summary").focus()
        page.keyboard.press("Enter")
        at.append(stores.NOW + timedelta(minutes=12))
        page.clock.fast_forward(PAST_A_REFRESH_MS)
        expect(page.locator("#state-word")).to_have_text("Unobserved")
        expect(page.locator("#announced")).to_have_text("Unobserved")
        expect(page.locator(".updated")).to_contain_text("18:52:20")
        expect(page.locator("#line-table table")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "line-table-summary"


def test_a_page_that_lost_its_server_says_so_and_recovers(browser: Browser, tmp_path: Path) -> None:
    with (
        served(tmp_path, contract=None) as address,
        shown(browser, f"{address}/?lang=en", offline=True, own_time=True) as page,
    ):
        expect(page.locator("#unreachable")).to_be_hidden()
        page.context.set_offline(True)
        page.clock.fast_forward(PAST_A_REFRESH_MS)
        expect(page.locator("#unreachable")).to_be_visible()
        page.context.set_offline(False)
        page.clock.fast_forward(PAST_A_REFRESH_MS)
        expect(page.locator("#unreachable")).to_be_hidden()


def test_no_two_things_on_the_page_have_the_same_name(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, addresses["outage"]) as page:
        names = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(set(names)) == len(names)


def test_claims_show_their_amount_deadline_and_clause(browser: Browser, addresses: dict[str, str]) -> None:
    with shown(browser, f"{addresses['claims']}/?lang=en", scripts=False) as page:
        section = page.get_by_role("region", name="What follows from the case file")
        owed = section.get_by_role("article").filter(has=page.get_by_role("heading", name="Credit owed"))
        expect(owed).to_contain_text("Breached")
        expect(owed).to_contain_text("Amount, depending on the reading: €")
        expect(owed).to_contain_text("Lei 16/2022, art. 129(1)")
        television = section.get_by_role("article").filter(has_text="48 hours of working days · tv")
        expect(television).to_contain_text("Breached")
        expect(television).to_contain_text("Deadline: 12 Nov 2026")


def test_a_case_file_with_a_mistake_is_told_and_the_rest_is_shown(browser: Browser, tmp_path: Path) -> None:
    stores.fill(tmp_path, stores.GOOD)
    with served(tmp_path, case="[[visit]]\n") as address, shown(browser, f"{address}/?lang=en") as page:
        expect(page.locator("#banner-case-broken")).to_contain_text("visit[1].outcome")
        expect(page.locator("#part-claims")).to_be_hidden()
        expect(page.locator("#part-today li")).to_have_count(6)
