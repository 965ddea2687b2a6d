import gzip
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from analysis.report import State
from dashboards.web.language import Language
from dashboards.web.page.now.shown import NowPage
from dashboards.web.page.now.view import WHERE, view
from dashboards.web.reading import Reading
from dashboards.web.render import load
from dashboards.web.voice import Voice
from probe.body.speed_test import Server
from tests.build import LISBON
from tests.unit.dashboards.readings import (
    NOW,
    a_judged_test,
    a_ledger,
    a_minute,
    a_reading,
    an_empty_reading,
    some_tests,
)
from tests.unit.dashboards.test_voice import EN

MOST_BYTES = 50_000  # on the wire, of the first page with all that it needs, on its fullest day


def shown(reading: Reading) -> NowPage:
    page = view(reading, EN).page
    assert isinstance(page, NowPage)
    return page


def packed(content: bytes) -> int:
    return len(gzip.compress(content))


def banners(reading: Reading) -> list[str]:
    return [banner.key for banner in view(reading, EN).frame.banners]


def test_an_ordinary_day_has_no_banner() -> None:
    assert banners(a_reading()) == []


def test_a_demonstration_is_named_as_one_with_its_mend() -> None:
    (banner,) = view(a_reading(demonstration=True), EN).frame.banners
    assert banner.title == "This is a demonstration, not evidence"
    assert banner.commands == ("prova up --server URL",)


def test_a_test_against_a_demonstration_server_is_a_demonstration_too() -> None:
    server = Server(url="ws://127.0.0.1:1", demonstration=True)
    assert banners(a_reading(latest_tests=(a_judged_test(at=NOW, server=server),))) == ["demonstration"]


def test_a_clock_that_is_wrong_or_not_known_is_said() -> None:
    assert banners(a_reading(minutes=a_minute(synchronised=False))) == ["clock-off"]
    assert banners(a_reading(minutes=a_minute(synchronised=None))) == ["clock-unknown"]


def test_a_missing_contract_and_a_broken_one_are_told_apart() -> None:
    assert banners(an_empty_reading()) == ["no-contract"]
    (banner,) = view(an_empty_reading(contract_problem="contract.toml: no [download]."), EN).frame.banners
    assert (banner.key, banner.text) == ("contract-broken", "contract.toml: no [download].")


def test_a_store_that_cannot_be_read_is_said_and_nothing_is_promised() -> None:
    sheet = view(an_empty_reading(store_problem="The store is damaged."), EN)
    assert sheet.frame.banners[0].text == "The store is damaged."
    assert shown(an_empty_reading(store_problem="The store is damaged.")).empty == ()


def test_an_empty_store_says_what_will_happen() -> None:
    assert len(shown(an_empty_reading()).empty) == 3
    assert shown(a_reading()).empty == ()


def test_the_page_speaks_one_language_and_stays_small() -> None:
    renderer = load([WHERE])
    crowd = some_tests(every=timedelta(minutes=4))
    flapping = a_ledger(*((timedelta(seconds=60 * n), State.DOWN if n % 2 else State.UP) for n in range(1, 1440)))
    reading = a_reading(tests=crowd, latest_tests=crowd, line_ledger=flapping, router_ledger=flapping)
    static = sum(packed(path.read_bytes()) for path in (Path(str(files("dashboards.web"))) / "static").iterdir())
    for language in Language:
        voice = Voice(language, renderer.catalogue, LISBON)
        html = renderer.page(view(reading, voice), voice)
        assert f'<html lang="{language}">' in html
        assert packed(html.encode()) + static < MOST_BYTES


def test_text_from_outside_is_escaped() -> None:
    renderer = load([WHERE])
    nasty = '<img src=x onerror="alert(1)">'
    reading = a_reading(latest_tests=(a_judged_test(at=NOW, server=Server(url=nasty)),), contract_problem=nasty)
    html = renderer.page(view(reading, EN), EN)
    assert "<img" not in html
    assert "&lt;img" in html
