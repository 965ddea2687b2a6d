from analysis.finding import Grade, Reason, Verdict
from dashboards.web.page.tests.shown import TestsPage
from dashboards.web.page.tests.view import ON_A_PAGE, Chosen, view
from dashboards.web.part.shown import Tone
from dashboards.web.past.told import Month, Tried
from probe.body.speed_test import Direction, Failure
from tests.unit.dashboards.months import FIRST, a_month, a_told
from tests.unit.dashboards.readings import NOW
from tests.unit.dashboards.test_voice import EN

ALL = Chosen("", "", 1)


def a_tried(number: int = 1, **given: object) -> Tried:
    made = {
        "id": f"p1/{number}",
        "at": NOW,
        "direction": Direction.DOWNLOAD,
        "server_url": "wss://measure.example",
        "rate_bps": 950_000_000,
        "ip_rate_bps": 984_000_000,
        "bytes": 1_200_000_000,
        "idle_rtt_ms": 8.0,
        "loaded_rtt_ms": 20.0,
        "failure": None,
        "valid_for": (Verdict.MET, Verdict.BREACHED),
        "reasons": (),
        "grade": Grade.A,
        "imported": False,
    }
    return Tried(**{**made, **given})  # type: ignore[arg-type]  # whatever a test is about


KINDS = (
    a_tried(1),
    a_tried(2, valid_for=(Verdict.MET,), reasons=(Reason.WIRELESS,), grade=Grade.B),
    a_tried(3, valid_for=(), reasons=(Reason.CLOCK_UNSYNCHRONISED,), grade=Grade.C),
    a_tried(4, rate_bps=None, ip_rate_bps=None, failure=Failure.TIMED_OUT, valid_for=(), reasons=(Reason.FAILED,)),
    a_tried(5, valid_for=(Verdict.MET,), reasons=(Reason.IMPORTED,), grade=Grade.B, imported=True),
    a_tried(6, direction=Direction.UPLOAD),
)


def shown(month: Month, chosen: Chosen = ALL) -> TestsPage:
    page = view(month, chosen, EN).page
    assert isinstance(page, TestsPage)
    return page


def kinds(chosen: Chosen) -> list[str]:
    return [one.id for one in shown(a_month(a_told(FIRST, tests=KINDS)), chosen).tests]


def test_every_test_is_listed_newest_first_failed_ones_too() -> None:
    assert kinds(ALL) == ["test-p1-6", "test-p1-5", "test-p1-4", "test-p1-3", "test-p1-2", "test-p1-1"]


def test_they_are_chosen_by_direction_and_by_what_they_count_for() -> None:
    assert kinds(Chosen("upload", "", 1)) == ["test-p1-6"]
    assert kinds(Chosen("", "full", 1)) == ["test-p1-6", "test-p1-1"]
    assert kinds(Chosen("", "partial", 1)) == ["test-p1-5", "test-p1-2"]
    assert kinds(Chosen("", "nothing", 1)) == ["test-p1-3"]
    assert kinds(Chosen("", "failed", 1)) == ["test-p1-4"]
    assert kinds(Chosen("", "imported", 1)) == ["test-p1-5"]
    assert kinds(Chosen("upload", "failed", 1)) == []


def test_each_says_what_it_counts_for_and_leads_to_all_that_is_known() -> None:
    of = {one.id: one for one in shown(a_month(a_told(FIRST, tests=KINDS))).tests}
    assert of["test-p1-1"].address == "/test?day=2026-11-21&id=p1%2F1"
    assert of["test-p1-1"].grade == "Grade A"
    assert "Can only show that the promise was met" in of["test-p1-2"].meaning
    assert (of["test-p1-4"].tone, of["test-p1-4"].grade) == (Tone.BAD, "No grade")
    assert of["test-p1-4"].result == "Failed: it timed out"
    assert of["test-p1-5"].marks == ("Imported",)


def test_a_long_list_has_pages_and_one_too_far_is_the_last() -> None:
    month = a_month(a_told(FIRST, tests=tuple(a_tried(number) for number in range(1, 2 * ON_A_PAGE + 2))))
    first, last = shown(month), shown(month, Chosen("", "", 900_000))
    assert (len(first.tests), len(last.tests)) == (ON_A_PAGE, 1)
    assert [one.id for one in first.pages] == ["page-shown", "page-older"]
    assert [one.address for one in last.pages] == ["/tests?month=2026-11&page=2", "/tests?month=2026-11&page=3"]
    assert first.found == "101 tests found"
