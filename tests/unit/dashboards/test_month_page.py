from dataclasses import replace
from datetime import date, timedelta

from analysis.finding import Verdict
from dashboards.web.page.month.calendar import calendar, tallies
from dashboards.web.page.month.course import courses
from dashboards.web.page.month.heat import heats
from dashboards.web.page.month.shown import MonthPage
from dashboards.web.page.month.view import view
from dashboards.web.part.shown import Tone
from dashboards.web.past.told import Month
from tests.unit.dashboards.months import FIRST, a_cut_day, a_month, a_told
from tests.unit.dashboards.readings import parsed
from tests.unit.dashboards.test_voice import EN, PT

SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 3)


def shown(month: Month) -> MonthPage:
    page = view(month, EN).page
    assert isinstance(page, MonthPage)
    return page


def test_every_day_of_the_month_has_its_place_and_those_that_began_their_link() -> None:
    weeks = calendar(a_month(a_told(FIRST)), EN).weeks
    cells = [cell for week in weeks for cell in week]
    assert all(len(week) == 7 for week in weeks)
    assert cells.index(next(cell for cell in cells if cell)) == FIRST.weekday()
    assert [cell.address for cell in cells if cell and cell.address] == ["/day?day=2026-11-01"]
    assert len([cell for cell in cells if cell]) == 30


def test_a_day_shows_its_gravest_verdict_for_the_eye_and_for_the_ear() -> None:
    month = a_month(
        a_told(FIRST, verdict=Verdict.BREACHED), a_told(SECOND), a_told(THIRD, verdict=Verdict.INSUFFICIENT)
    )
    cells = [cell for week in calendar(month, EN).weeks for cell in week if cell and cell.signs]
    assert [cell.tone for cell in cells] == [Tone.BAD, Tone.GOOD, Tone.UNKNOWN]
    assert cells[0].signs[0].text == "Download: Breached"


def test_days_are_counted_by_promise_and_verdict() -> None:
    table = tallies(a_month(a_told(FIRST, verdict=Verdict.BREACHED), a_told(SECOND), a_told(THIRD)), EN)
    assert table is not None
    assert table.rows[0].cells == ("Download", "Maximum speed", "1", "0", "2", "0")
    assert table.rows[0].tone is Tone.BAD


def test_without_findings_nothing_is_counted_and_nothing_signed() -> None:
    month = a_month(a_told(FIRST, findings=()), with_contract=False)
    assert tallies(month, EN) is None
    assert not any(cell.signs for week in calendar(month, EN).weeks for cell in week if cell)


def test_an_hour_without_a_test_is_no_zero() -> None:
    download = heats(a_month(a_told(FIRST)), EN)[0]
    tested = {row.hour for row in download.rows if any(cell.step is not None for cell in row.cells)}
    assert tested == {"00:00", "04:00", "08:00", "12:00", "16:00", "20:00"}
    empty = next(row for row in download.rows if row.hour == "01:00")
    assert {cell.text for cell in empty.cells} == {EN.say("none")}
    assert {cell.more for cell in empty.cells} == {"no test"}


def test_a_cell_is_the_median_as_a_share_of_the_normal_speed_with_decile_and_count() -> None:
    slow = (a_told(FIRST, mbps=(500, 205)), a_told(FIRST + timedelta(days=7), mbps=(500, 205)))
    cell = heats(a_month(*slow), EN)[0].rows[0].cells[FIRST.weekday()]
    assert cell.text in {"48", "49", "50"}
    assert cell.step in {4, 5}
    assert "2 tests" in cell.more
    assert "lowest decile" in cell.more


def test_a_failed_test_and_one_that_says_nothing_of_the_line_are_in_no_cell() -> None:
    day = a_told(FIRST)
    failed = tuple(replace(one, rate_bps=None, ip_rate_bps=None) for one in day.tests)
    assert heats(a_month(a_told(FIRST, tests=failed)), EN) == ()


def test_latency_is_drawn_without_a_promise() -> None:
    latency = heats(a_month(a_told(FIRST)), EN)[-1]
    assert latency.kind == "time"
    assert "promises no latency" in latency.note
    assert {cell.text for row in latency.rows for cell in row.cells} == {"23", EN.say("none")}


def test_the_course_has_a_point_and_a_bar_a_day_and_the_promised_lines() -> None:
    download = courses(a_month(a_told(FIRST), a_told(THIRD)), PT)[0]
    drawn = parsed(download.picture.svg)
    assert len([one for one in drawn.iter() if one.tag == "use"]) == 2
    assert len([one for one in drawn.iter() if one.get("class") == "bar"]) == 2
    assert len([one for one in drawn.iter() if (one.get("class") or "").startswith("level")]) == 2
    assert [row.cells[0] for row in download.table.rows] == [PT.short_day(FIRST), PT.short_day(THIRD)]


def test_the_time_of_the_days_is_added_up() -> None:
    page = shown(a_month(a_told(FIRST), a_cut_day(SECOND)))
    assert page.ribbon is not None
    assert [total.stretch for total in page.ribbon.totals] == ["47 h", "1 h", "0 min"]
    assert page.moved.startswith("24 tests: ")


def test_a_month_leads_to_its_neighbours_but_not_into_the_future() -> None:
    assert [one.address for one in shown(a_month()).steps] == ["/month?month=2026-10", "/month?month=2026-11"]
    earlier = shown(a_month(first_on=date(2026, 10, 1))).steps
    assert [one.address for one in earlier][-1] == "/month?month=2026-11"


def test_a_month_of_which_nothing_is_known_says_so() -> None:
    assert shown(a_month()).absent == "Nothing was measured in this month."
    assert shown(a_month(a_told(FIRST))).absent == ""
