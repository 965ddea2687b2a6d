from datetime import date

from dashboards.web.page.day.shown import DayPage
from dashboards.web.page.day.view import view
from dashboards.web.place import Sheet
from tests.unit.dashboards.readings import DAY, a_reading
from tests.unit.dashboards.test_voice import EN, PT

ASKED = date(2026, 11, 20)


def shown(sheet: Sheet) -> DayPage:
    assert isinstance(sheet.page, DayPage)
    return sheet.page


def test_links_keep_the_day_and_the_language() -> None:
    sheet = view(a_reading(day=ASKED, asked_on=ASKED), PT)
    frame = sheet.frame
    assert [one.address for one in frame.languages] == ["/day?lang=pt&day=2026-11-20", "/day?lang=en&day=2026-11-20"]
    assert [one.chosen for one in frame.languages] == [True, False]
    assert frame.parts_address == "/parts/day?lang=pt&day=2026-11-20"
    assert frame.address == "/day?day=2026-11-20"


def test_the_days_beside_it_are_a_step_away_and_today_a_leap() -> None:
    days = shown(view(a_reading(day=date(2026, 11, 19), asked_on=date(2026, 11, 19)), EN)).steps
    assert [one.address for one in days] == [
        "/day?day=2026-11-18",
        "/day?day=2026-11-19",
        "/day?day=2026-11-20",
        "/day",
    ]
    assert [one.chosen for one in days] == [False, True, False, False]


def test_there_is_no_link_to_tomorrow() -> None:
    page = shown(view(a_reading(day=DAY, asked_on=DAY), EN))
    assert [one.id for one in page.steps] == ["day-before", "day-shown"]
    assert page.window == "Saturday, 21 November 2026"
