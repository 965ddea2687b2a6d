from dataclasses import replace
from datetime import timedelta
from typing import Any

from analysis.case.case import Case, OfficialResult
from analysis.finding import Reason, Verdict
from collector.envelope import CollectorDown, CollectorUptime
from dashboards.web.page.readiness.items import standings
from dashboards.web.page.readiness.shown import ReadinessPage, Standing
from dashboards.web.page.readiness.view import view
from dashboards.web.past.told import Readiness
from probe.body.speed_test import Server
from tests.unit.dashboards.months import a_told
from tests.unit.dashboards.readings import DAY, NOW, a_judged_test, a_minute, a_reading, an_empty_reading
from tests.unit.dashboards.test_tests_page import a_tried
from tests.unit.dashboards.test_voice import EN

YESTERDAY = DAY - timedelta(days=1)


def ready(**fields: Any) -> Readiness:
    given: dict[str, Any] = {
        "now": a_reading(),
        "days": (a_told(YESTERDAY), a_told(DAY)),
        "case": None,
        "software": "prova 0.1.0",
        "is_stamped": None,
    }
    return Readiness(**{**given, **fields})


def stands(name: str, **fields: Any) -> Standing:
    return dict(standings(ready(**fields)))[name]


def shown(one: Readiness) -> ReadinessPage:
    page = view(one, EN).page
    assert isinstance(page, ReadinessPage)
    return page


def test_before_anything_is_there_nothing_is_claimed_to_be() -> None:
    found = standings(Readiness(now=an_empty_reading(), days=(), case=None, software="", is_stamped=None))
    assert found[0] == ("contract", Standing.MISSING)
    assert Standing.PRESENT not in dict(found).values()


def test_a_mend_stands_beside_all_that_is_not_present_and_nowhere_else() -> None:
    for item in shown(ready()).items:
        assert bool(item.mend) == (item.standing is not Standing.PRESENT)


def test_a_silent_probe_and_a_wrong_clock_are_seen() -> None:
    assert stands("probe") is Standing.PRESENT
    assert stands("probe", now=a_reading(minutes=a_minute(ended=timedelta(minutes=9)))) is Standing.STALE
    assert stands("clock") is Standing.PRESENT
    assert stands("clock", now=a_reading(minutes=a_minute(synchronised=False))) is Standing.MISSING
    assert stands("clock", now=a_reading(minutes=a_minute(synchronised=None))) is Standing.UNKNOWN


def test_the_newest_test_says_how_the_link_is_and_earlier_ones_how_it_was() -> None:
    wired, wireless = a_tried(1), a_tried(2, valid_for=(Verdict.MET,), reasons=(Reason.WIRELESS,))
    assert stands("link", days=(a_told(DAY, tests=(wireless, wired)),)) is Standing.STALE
    assert stands("link", days=(a_told(DAY, tests=(wired, wireless)),)) is Standing.MISSING
    assert stands("link", days=(a_told(DAY, tests=(wired,)),)) is Standing.PRESENT
    assert stands("link", days=(a_told(DAY, tests=()),)) is Standing.UNKNOWN


def test_a_demonstration_server_is_no_server_and_one_server_no_second() -> None:
    assert stands("server", now=a_reading(demonstration=True)) is Standing.MISSING
    demonstration = a_judged_test(at=NOW, server=Server(url="ws://127.0.0.1:1", demonstration=True))
    assert stands("server", now=a_reading(latest_tests=(demonstration,))) is Standing.MISSING
    assert stands("second_server") is Standing.MISSING
    two = (a_tried(1), a_tried(2, server_url="wss://other.example"))
    assert stands("second_server", days=(a_told(DAY, tests=two),)) is Standing.PRESENT


def test_a_day_is_covered_when_it_has_its_verdicts() -> None:
    opened, met = a_told(YESTERDAY, verdict=Verdict.INSUFFICIENT), a_told(YESTERDAY)
    assert stands("coverage", days=(met, a_told(DAY))) is Standing.PRESENT
    assert stands("coverage", days=(opened, a_told(DAY))) is Standing.MISSING
    partly = replace(met, findings=(met.findings[0], opened.findings[1]))
    assert stands("coverage", days=(partly, a_told(DAY))) is Standing.STALE


def test_stamps_case_and_version_are_as_they_were_found() -> None:
    assert [stands("time_stamps", is_stamped=one) for one in (None, False, True)] == [
        Standing.UNKNOWN, Standing.MISSING, Standing.PRESENT,
    ]  # fmt: skip
    assert stands("case") is Standing.MISSING
    assert stands("case", case=Case()) is Standing.STALE
    assert stands("version") is Standing.PRESENT
    assert stands("version", software="prova 9.9.9") is Standing.STALE


def test_an_official_result_must_be_close_in_time() -> None:
    recent = OfficialResult(id="o1", tool="NET.mede", measured_at=NOW - timedelta(hours=30))
    old = replace(recent, measured_at=NOW - timedelta(days=90))
    assert stands("official") is Standing.MISSING
    assert stands("official", case=Case(official_results=(old,))) is Standing.STALE
    assert stands("official", case=Case(official_results=(old, recent))) is Standing.PRESENT


def test_what_would_change_a_verdict_is_the_findings_own_of_the_last_whole_day() -> None:
    page = shown(ready(days=(a_told(YESTERDAY, verdict=Verdict.INSUFFICIENT), a_told(DAY))))
    assert page.open_day.endswith("Friday, 20 November 2026")
    assert shown(ready()).changes == ()
    assert shown(ready(days=(a_told(DAY),))).none_open.startswith("There is no whole day yet")


def test_what_weakened_tests_is_counted_with_its_mend() -> None:
    wireless = tuple(a_tried(number, valid_for=(Verdict.MET,), reasons=(Reason.WIRELESS,)) for number in (1, 2))
    (lack,) = shown(ready(days=(a_told(DAY, tests=wireless),))).set_aside
    assert lack.title.startswith("2 tests set aside")
    assert lack.text == EN.say("mend.wireless")


def test_the_collectors_own_time_away_is_told_and_silence_of_it_is_unknown() -> None:
    down = CollectorDown(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    told = CollectorUptime(
        start_at=NOW - timedelta(days=7), end_at=NOW, up_s=600000.0, down_s=0.0, unknown_s=4800.0, down=(), at_work=True
    )
    away = replace(told, down=(down,), down_s=3600.0)
    assert stands("collector") is Standing.UNKNOWN
    assert stands("collector", uptime=told) is Standing.PRESENT
    assert stands("collector", uptime=away) is Standing.STALE
    assert stands("collector", uptime=replace(away, at_work=False)) is Standing.MISSING
    item = next(one for one in shown(ready(uptime=away)).items if one.key == "collector")
    assert "1, 60 min" in item.text
