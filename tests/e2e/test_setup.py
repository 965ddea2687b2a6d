"""The set-up in a real browser: by PDF and by hand, on a phone, by keyboard, without the script, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from analysis.contract_file import load
from prova.page.chosen import Chosen, parse
from tests.e2e.served import CONTRACT, chromium
from tests.e2e.set_up import Workshop, set_up
from tests.integration.test_contract_import_command import TWO_MAXIMA, WHOLE

pytestmark = pytest.mark.component("chromium")
BY_HAND = {
    "operator": "NOS",
    "service": "Fibra 1000",
    "dated": "2026-01-15",
    "download_maximum_mbps": "1000",
    "download_normal_mbps": "1000",
    "download_minimum_mbps": "400",
    "upload_maximum_mbps": "200",
    "upload_normal_mbps": "200",
    "upload_minimum_mbps": "80",
    "monthly_eur": "39,99",
    "billing_day": "5",
    "municipality": "Lisboa",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def opened(browser: Browser, shop: Workshop, *, lang: str = "en", scripts: bool = False) -> Page:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{shop.address}/setup?lang={lang}")
    return page


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"#{name}").fill(value)


def sound(page: Page) -> None:
    """Nothing for axe to say, nothing beyond the phone's edge."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def step(page: Page, name: str) -> None:
    expect(page.locator(f"#step-{name}")).to_have_attribute("aria-current", "step")


def upload(page: Page, data: bytes, name: str = "CST.pdf") -> None:
    page.locator("#pdf").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": data})
    page.locator("#way-pdf").click()


def test_by_hand_all_problems_at_once_and_nothing_is_written_before_the_end(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home") as shop:
        page = opened(browser, shop)
        page.locator("#way-hand").click()
        page.locator("#next").click()
        expect(page.get_by_role("alert")).to_contain_text("There are 6 things to correct")
        expect(page.get_by_role("alert")).to_contain_text("The contract: Operator. This value is missing.")
        fill(page, BY_HAND | {"download_minimum_mbps": "1200", "upload_normal_mbps": "fast", "monthly_eur": "-1"})
        page.locator("#technology").select_option("ftth")
        page.locator("#next").click()
        expect(page.get_by_role("alert")).to_contain_text("There are 3 things to correct")
        expect(page.locator("#download_minimum_mbps-problem")).to_have_text(
            "This speed is above the normally available one."
        )
        expect(page.locator("#upload_normal_mbps")).to_have_value("fast")
        expect(page.locator("#technology")).to_have_value("ftth")
        fill(page, BY_HAND)
        page.locator("#next").click()
        step(page, "line")
        page.locator("#next").click()
        expect(page.locator("#part-setup")).to_contain_text("the tests of a month use about 324 GB")
        page.locator("#address").fill("https://not.a.server")
        page.locator("#next").click()
        expect(page.locator("#address-problem")).to_contain_text("wss://")
        page.locator("#address").fill("wss://measure.example")
        page.locator("#next").click()
        fill(page, {"host_1": "192.0.2.1", "network_1": "AS64500", "host_2": "http://x"})
        page.locator("#next").click()
        expect(page.locator("#host_2-problem")).to_be_visible()
        page.locator("#host_2").fill("")
        page.locator("#next").click()
        step(page, "summary")
        expect(page.locator(".summary").first).to_contain_text("39,99")
        assert not list((tmp_path / "home").glob("*.toml")), "nothing is written before the summary is confirmed"
        page.locator("#next").click()
        page.wait_for_url(f"{shop.address}/")
        expect(page.locator(".subtitle").first).to_contain_text("Fibra 1000")
        contract = load(shop.home.contract)
        assert (contract.operator, contract.line.municipality) == ("NOS", "Lisboa")
        chosen = Chosen(servers=("wss://measure.example",), watched=("AS64500@192.0.2.1",))
        assert [one for _, one in shop.renewed] == [chosen]
        assert parse(shop.home.chosen.read_text(), "setup.toml") == chosen
        assert shop.home.contract.stat().st_mode & 0o777 == 0o600
        page.context.close()


def test_a_pdf_fills_the_fields_with_page_words_and_certainty(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home", contract=CONTRACT) as shop:
        page = opened(browser, shop, lang="pt", scripts=True)
        sound(page)
        upload(page, WHOLE, "../../CST da casa.pdf")
        step(page, "terms")
        expect(page.locator("#download_maximum_mbps")).to_have_value("1000")
        expect(page.locator("#download_maximum_mbps-read")).to_contain_text("Página 1")
        expect(page.locator("#operator-read")).to_contain_text("Exemplo Telecomunicações")
        sound(page)
        page.locator("#next").click()
        step(page, "line")
        sound(page)
        page.locator("#next").click()
        page.locator("#kind-mlab").check()
        page.locator("#next").click()
        expect(page.locator("#consent-problem")).to_contain_text("M-Lab")
        sound(page)
        page.locator("#consent").check()
        page.locator("#next").click()
        step(page, "hosts")
        sound(page)
        page.locator("#next").click()
        sound(page)
        page.locator("#next").click()
        page.wait_for_url(f"{shop.address}/")
        contract = load(shop.home.contract)
        assert contract.document is not None
        assert contract.document.file == "CST da casa.pdf"
        assert shop.renewed[-1][1] == Chosen(servers=("mlab",), mlab_accepted=True)
        (before,) = shop.home.path.glob("contract.toml.before-*")
        assert before.read_text() == CONTRACT
        page.context.close()


@pytest.mark.slow
def test_a_value_that_can_be_read_in_two_ways_is_asked_about(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home") as shop:
        page = opened(browser, shop)
        upload(page, TWO_MAXIMA)
        expect(page.locator("#download_maximum_mbps")).to_have_value("")
        expect(page.locator("#download_maximum_mbps-read")).to_contain_text("more than one way")
        expect(page.locator("#download_maximum_mbps-read")).to_contain_text("500")
        page.locator("#next").click()
        expect(page.locator("#download_maximum_mbps-problem")).to_be_visible()
        page.context.close()


UNREADABLE = [
    b"GIF89a",
    *(pytest.param(one, marks=pytest.mark.slow) for one in (b"", b"%PDF-1.7\nno more", WHOLE[:400])),
]


@pytest.mark.parametrize("data", UNREADABLE)
def test_what_is_no_readable_pdf_is_told_beside_the_field(browser: Browser, tmp_path: Path, data: bytes) -> None:
    with set_up(tmp_path / "home") as shop:
        page = opened(browser, shop)
        upload(page, data)
        expect(page.get_by_role("alert")).to_contain_text("PDF")
        step(page, "contract")
        page.context.close()


@pytest.mark.slow
def test_the_contract_that_is_there_can_be_kept_and_the_steps_go_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home", contract=CONTRACT) as shop:
        page = opened(browser, shop, scripts=True)
        page.locator("#way-keep").focus()
        page.keyboard.press("Enter")
        step(page, "line")
        page.locator("#next").focus()
        page.keyboard.press("Enter")
        page.locator("#kind-own").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#kind-demonstration")).to_be_checked()
        page.locator("#next").press("Enter")
        page.locator("#next").press("Enter")
        step(page, "summary")
        page.locator("#next").press("Enter")
        page.wait_for_url(f"{shop.address}/")
        assert shop.renewed == [(None, Chosen())]
        assert shop.home.contract.read_text() == CONTRACT
        page.context.close()


@pytest.mark.slow
def test_a_home_that_takes_nothing_leaves_all_as_it_was_and_says_so(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home", contract=CONTRACT) as shop:
        (shop.home.path / "setup.toml.new").mkdir()  # nothing can be written there
        page = opened(browser, shop)
        page.locator("#way-keep").click()
        page.locator("#next").click()
        page.locator("#kind-demonstration").check()
        page.locator("#next").click()
        page.locator("#next").click()
        page.locator("#next").click()
        expect(page.get_by_role("alert")).to_contain_text("everything is as it was")
        assert shop.renewed == []
        assert not shop.home.chosen.exists()
        page.context.close()


def test_a_summary_that_is_asked_for_too_early_leads_back_to_what_is_missing(browser: Browser, tmp_path: Path) -> None:
    with set_up(tmp_path / "home") as shop:
        page = opened(browser, shop)
        page.goto(f"{shop.address}/setup?step=summary&lang=en")
        page.locator("#next").click()
        step(page, "terms")
        assert shop.renewed == []
        page.context.close()
