from dataclasses import replace
from datetime import date, timedelta

from analysis.finding import Reason, Verdict
from analysis.report import JudgedTest
from dashboards.web.page.test.course import stretches
from dashboards.web.page.test.shown import TestPage
from dashboards.web.page.test.view import view
from dashboards.web.past.told import OneTest
from dashboards.web.voice import Voice
from probe.body.conditions import Conditions
from probe.body.speed_test import Failure, Progress
from tests.build import a_contract, a_speed_test
from tests.unit.dashboards.readings import DAY, NOW, a_finding, a_judged_test, an_empty_reading
from tests.unit.dashboards.test_voice import EN, PT

AT = NOW - timedelta(hours=2)


def shown(test: JudgedTest | None, *, voice: Voice = EN, uses: int = 0) -> TestPage:
    findings = tuple(a_finding(level=level) for level in ("minimum", "normal")[:uses])
    about = an_empty_reading(contract=a_contract())
    page = view(OneTest(about=about, on=DAY, test=test, findings=findings), "p1/1", voice).page
    assert isinstance(page, TestPage)
    return page


def facts(page: TestPage) -> dict[str, str]:
    return {name: value for group in page.groups for name, value in group.facts}


def test_what_it_measured_and_counts_for_stands_first() -> None:
    page = shown(a_judged_test(at=AT, ip_mbps=1010))
    assert page.when == "Download · 21 Nov 2026, 16:40"
    assert page.result == "1010 Mbit/s"
    assert page.grade.startswith("Grade A: proof")
    assert page.back == "/tests?month=2026-11"


def test_each_reason_has_its_mend() -> None:
    test = a_judged_test(at=AT, valid_for=(Verdict.MET,), reasons=(Reason.WIRELESS, Reason.CPU_BUSY))
    assert [doubt.mend for doubt in shown(test).doubts] == [EN.say("mend.wireless"), EN.say("mend.cpu_busy")]


def test_what_was_not_measured_is_said_and_never_a_zero() -> None:
    page = shown(a_judged_test(at=AT, conditions=Conditions(), idle_rtt_ms=None))
    told = facts(page)
    assert told["Idle"] == told["Busiest core"] == told["Kind of link"] == "not measured"
    assert "Wi-Fi signal" not in told


def test_a_failed_test_says_why_and_has_no_rate_and_no_grade() -> None:
    page = shown(a_judged_test(at=AT, failure=Failure.TLS, valid_for=(), reasons=(Reason.FAILED,)), voice=PT)
    assert page.result == "Falhou: a ligação segura (TLS) não foi possível"
    assert page.grade == ""
    assert facts(page)["Dados TCP"] == "não medido"


def test_it_leads_to_the_days_whose_findings_it_was_a_witness_of() -> None:
    page = shown(a_judged_test(at=AT), uses=2)
    assert [use.address for use in page.uses] == ["/day?day=2026-11-21"] * 2
    assert page.uses[0].sentence == "EN minimum download met"


def test_its_course_is_the_rate_between_counts() -> None:
    body = a_speed_test()
    counted = replace(body, series=(Progress(0.0, 0), Progress(500.0, 50_000_000), Progress(1000.0, 112_500_000)))
    assert stretches(counted) == ((500.0, 800_000_000.0), (1000.0, 1_000_000_000.0))
    assert stretches(body) == ()


def test_a_name_that_no_test_has_is_not_found() -> None:
    about = an_empty_reading()
    sheet = view(OneTest(about=about, on=date(2026, 11, 20), test=None, findings=()), "<script>", EN)
    assert not sheet.found
    assert isinstance(sheet.page, TestPage)
    assert sheet.page.absent == "There is no test of this name on Friday, 20 November 2026."
