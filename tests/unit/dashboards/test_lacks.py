from datetime import date

from analysis.finding import Figure, Verdict
from dashboards.web.part.lacks import lacks
from tests.unit.dashboards.readings import a_finding, a_reading, a_report, an_empty_reading, findings
from tests.unit.dashboards.test_voice import DASH, EN


def test_a_day_with_every_verdict_lacks_nothing() -> None:
    assert lacks(a_reading(), EN) == ()
    assert lacks(a_reading(report=a_report(*findings(Verdict.BREACHED, n_excluded={"wireless": 3}))), EN) == ()


def test_without_a_contract_that_is_what_is_missing() -> None:
    assert [one.title for one in lacks(an_empty_reading(), EN)] == ["A contract"]
    assert [one.title for one in lacks(an_empty_reading(demonstration=True), EN)] == [
        "A contract",
        "A real measuring server",
    ]


def test_tests_set_aside_are_counted_once_with_their_mend() -> None:
    shared = {"wireless": 5, "failed": 1}
    report = a_report(*findings(Verdict.INSUFFICIENT, n_used=3, n_excluded=shared))
    shown = lacks(a_reading(report=report), EN)
    assert [one.title for one in shown] == [
        "5 tests set aside: measured over Wi-Fi",
        "1 test set aside: the test failed",
        "The rest of the day",
    ]
    assert shown[0].text == "Connect the probe to the router by cable."


def test_what_a_decided_promise_set_aside_is_not_missing() -> None:
    met = a_finding(level="maximum", n_excluded={"tunnel": 9})
    lacking = a_finding(level="normal", verdict=Verdict.INSUFFICIENT, n_used=1, n_excluded={"wireless": 1})
    titles = [one.title for one in lacks(a_reading(report=a_report(met, lacking)), EN)]
    assert titles == ["1 test set aside: measured over Wi-Fi", "The rest of the day"]


def test_a_day_without_a_test_that_counts_says_so_first() -> None:
    report = a_report(*findings(Verdict.INSUFFICIENT, n_used=0))
    assert lacks(a_reading(report=report), EN)[0].title == "Tests that count"


def test_what_would_decide_is_said_in_tests_and_hours() -> None:
    hours = [f"2026-11-21T{hour:02}:00+00:00" for hour in (2, 3, 4, 9, 20)]
    missing: Figure = {"tests_for_met": 34, "tests_for_breached": 3, "hours": [*hours], "until": None}
    one = a_finding(level="normal", verdict=Verdict.INSUFFICIENT, n_used=1, measured={"missing": missing})
    other = a_finding(level="minimum", verdict=Verdict.INSUFFICIENT, measured={"missing": {"tests_for_met": 5}})
    shown = lacks(a_reading(report=a_report(one, other)), EN)
    assert [(lack.title, lack.text) for lack in shown[:-1]] == [
        (
            "Download · Normally available speed",
            "Tests still needed to decide: at least 34 that reach it, or 3 below it.",
        ),
        ("Download · Minimum speed", "Tests still needed to decide: at least 5 that reach it."),
        ("Hours without a test that counts", f"02:00{DASH}05:00, 09:00{DASH}10:00"),
    ]


def test_a_broken_contract_is_to_be_mended_and_not_made_anew() -> None:
    assert [one.title for one in lacks(an_empty_reading(contract_problem="No."), EN)] == ["A contract that can be read"]


def test_a_day_that_is_over_has_no_rest() -> None:
    yesterday = date(2026, 11, 20)
    report = a_report(*findings(Verdict.INSUFFICIENT, n_used=2, day=yesterday), day=yesterday)
    assert lacks(a_reading(report=report, day=yesterday, asked_on=yesterday), EN) == ()
