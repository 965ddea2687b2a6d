"""The set-up on a real `prova up`: without a restart the probe goes on by what was confirmed, and a later start too."""

import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from probe.throughput.server import MeasuringServer
from prova.home import Home
from tests.e2e.served import chromium
from tests.e2e.test_setup import BY_HAND, fill
from tests.e2e.test_up import records_of, shown_tests, up, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.component("chromium"), pytest.mark.component("mosquitto")]


@pytest.mark.timeout(400)
def test_a_demonstration_becomes_a_measured_line_without_a_restart(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    settings = home.of_line("casa").probe_settings
    with MeasuringServer("127.0.0.1") as server, up(home.path) as running, chromium() as browser:
        address = "ws://{}:{}".format(*server.address)
        wait_for(lambda: len(shown_tests(home.path)) >= 2, within_s=120, what="the demonstration's tests")
        page = browser.new_page()
        page.set_default_timeout(90_000)
        page.goto(f"http://127.0.0.1:{running.port}/?lang=en")
        page.locator("#setup-no-contract").click()
        page.locator("#way-hand").click()
        fill(page, BY_HAND)
        page.locator("#technology").select_option("ftth")
        page.locator("#next").click()
        page.locator("#next").click()
        page.locator("#address").fill(address)
        page.locator("#next").click()
        fill(page, {"host_1": "127.0.0.1", "network_1": "own"})
        page.locator("#next").click()
        assert not home.contract.exists()
        before = records_of(home.path)
        page.locator("#next").click()
        page.wait_for_url(f"http://127.0.0.1:{running.port}/")
        expect(page.locator(".subtitle").first).to_contain_text("Fibra 1000")
        expect(page.locator("#banner-no-contract")).to_have_count(0)
        written = tomllib.loads(settings.read_text())
        assert written["measure"]["servers"] == [address]
        assert written["measure"]["demonstration"] is False
        assert written["reachability"]["targets"] == [{"host": "127.0.0.1", "network": "own"}]
        assert written["repeat"]["download_below_bps"] == 1_000_000_000
        wait_for(lambda: records_of(home.path) > before + 1, within_s=120, what="the probe's records after it")
        assert "ended unexpectedly" not in running.words.read_text()
        running.stop()
    with up(home.path) as again:
        wait_for(lambda: "Prova: http" in again.words.read_text(), within_s=60, what="the second start")
        assert "demonstration" not in again.words.read_text()
        assert tomllib.loads(settings.read_text())["measure"]["servers"] == [address]
        again.stop()
