"""Contract summaries as a browser prints them, read back: what is certain is what was printed."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.summary.page.drawn import drawn
from analysis.summary.page.extract import extract
from analysis.summary.page.paper import Paper
from analysis.summary.read import read
from analysis.summary.reading import Confidence, Item
from tests.contract_summaries import SHEETS, Sheet
from tests.e2e.served import chromium

pytestmark = pytest.mark.component("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def printed(browser: Browser, sheet: Sheet) -> bytes:
    page = browser.new_page()
    try:
        page.set_content(sheet.html)
        margin = "15mm"
        return page.pdf(format="A4", margin={"top": margin, "right": margin, "bottom": margin, "left": margin})
    finally:
        page.close()


def paper(data: bytes) -> Paper:
    found = drawn(data)
    assert isinstance(found, tuple), found
    return Paper(name="CST.pdf", sha256=hashlib.sha256(data).hexdigest(), page_count=found[0], pieces=found[1])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_was_printed_is_read_back(browser: Browser, sheet: Sheet) -> None:
    reading = read(paper(printed(browser, sheet)))
    assert reading.is_summary
    for name, wanted in sheet.found.items():
        value = reading.values[Item(name)]
        same = value.value if not isinstance(value.value, Decimal) else f"{value.value.normalize():f}"
        assert str(same) == wanted, (name, value)
        assert value.confidence is Confidence.CERTAIN or name in sheet.asked, (name, value)
        assert value.candidates[0].words
    surplus = {item.value for item in reading.values} - set(sheet.found)
    assert not surplus, surplus
    assert not sheet.absent & {item.value for item in reading.values}


def test_the_short_lived_process_says_what_is_on_the_page(browser: Browser, tmp_path: Path) -> None:
    data = printed(browser, SHEETS[0])
    (tmp_path / "CST.pdf").write_bytes(data)
    assert extract(tmp_path / "CST.pdf") == paper(data)
