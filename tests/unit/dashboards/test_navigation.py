from dashboards.web.frame.navigation import navigation
from dashboards.web.places import PLACES
from tests.unit.dashboards.test_voice import EN

PAGES = [place.where for place in PLACES]


def test_every_page_has_its_link_and_one_is_here() -> None:
    links = navigation(PAGES, PAGES[1], EN)
    assert [link.address for link in links] == [page.path for page in PAGES if not page.under]
    assert [link.id for link in links if link.chosen] == [f"nav-{PAGES[1].name}"]


def test_a_page_under_another_has_no_link_and_its_upper_one_is_marked() -> None:
    one = next(page for page in PAGES if page.under)
    assert [link.id for link in navigation(PAGES, one, EN) if link.chosen] == [f"nav-{one.under}"]


def test_no_two_pages_have_one_name_or_one_address() -> None:
    assert len({page.name for page in PAGES}) == len({page.path for page in PAGES}) == len(PAGES)
