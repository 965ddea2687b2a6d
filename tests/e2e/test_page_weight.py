"""What the first page weighs on the wire. How soon a slow machine may use it: `python -m bench.page`."""

import gzip
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import stores
from tests.e2e.served import chromium, served

pytestmark = pytest.mark.component("chromium")

MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(stores.fill(tmp_path_factory.mktemp("home"), stores.OUTAGE)) as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def test_the_first_page_with_all_that_it_needs_weighs_little(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    wire = context.new_cdp_session(page)
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    assert len(received) >= 3  # the document, its style and its script
    assert sum(received) < MOST_BYTES


@pytest.mark.parametrize("path", ["/", "/month", "/static/page.css"])
def test_an_answer_is_packed_for_who_can_unpack_it_alone(address: str, path: str) -> None:
    plain = urllib.request.Request(f"{address}{path}?lang=en", headers={"Accept-Encoding": "identity"})  # noqa: S310  our own page
    packed = urllib.request.Request(f"{address}{path}?lang=en", headers={"Accept-Encoding": "gzip"})  # noqa: S310  our own page
    with urllib.request.urlopen(plain, timeout=60) as one, urllib.request.urlopen(packed, timeout=60) as other:  # noqa: S310
        assert one.headers["Content-Encoding"] is None
        assert other.headers["Content-Encoding"] == "gzip"
        assert len(gzip.decompress(other.read())) == len(one.read())
