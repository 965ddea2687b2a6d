"""Which tests count for which day, under which terms; and where the speed rules do not apply."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.assess import assess
from analysis.contract import Technology
from analysis.finding import Verdict
from analysis.period import Period, local_day
from probe.body.conditions import LinkType
from probe.body.speed_test import Direction, Failure
from tests.build import (
    DAY,
    LISBON,
    a_contract,
    a_day_of_tests,
    a_record,
    a_speed_test,
    good_conditions,
    some_terms,
    speeds,
    stored,
)
from tests.speed_day import BREACHED, INSUFFICIENT, MET, NOON, judged, verdicts


def test_failed_tests_never_count_as_zero() -> None:
    failed = a_speed_test(failure=Failure.TIMED_OUT)
    found = judged(a_day_of_tests(lambda number: failed if number % 2 else 1010))
    assert verdicts(found) == (MET, INSUFFICIENT, INSUFFICIENT)
    for finding in found.values():
        assert finding.n_excluded == {"failed": 12}
        assert finding.n_used == 12
        assert finding.measured["lowest_bps"] == 1_010_000_000


def test_disturbed_tests_below_are_left_out_and_counted() -> None:
    wifi = a_speed_test(ip_mbps=100, conditions=good_conditions(link_type=LinkType.WIFI))
    busy = a_speed_test(ip_mbps=100, conditions=good_conditions(cpu_share=0.99))
    found = judged(a_day_of_tests(lambda number: wifi if number % 2 else busy))
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, INSUFFICIENT)
    assert found["speed.normal"].n_excluded == {"cpu_busy": 12, "wireless": 12}


def test_a_gigabit_port_shows_a_line_well_below_it_and_nothing_of_one_near_it() -> None:
    slow = a_speed_test(ip_mbps=300, conditions=good_conditions(link_mbps=1000))
    assert verdicts(judged(a_day_of_tests(lambda _: slow))) == (BREACHED, BREACHED, BREACHED)
    near = a_speed_test(ip_mbps=940, conditions=good_conditions(link_mbps=1000))
    assert BREACHED not in verdicts(judged(a_day_of_tests(lambda _: near)))


def test_every_test_of_the_day_is_used_or_left_out_once() -> None:
    wifi = a_speed_test(ip_mbps=100, conditions=good_conditions(link_type=LinkType.WIFI, cpu_share=0.99))
    failed = a_speed_test(failure=Failure.TLS)
    found = judged(a_day_of_tests(lambda number: (wifi, failed, 1010, 300)[number % 4]))
    for finding in found.values():
        assert finding.n_used + sum(finding.n_excluded.values()) == 24
        assert len(finding.witnesses) == finding.n_used
        assert list(finding.witnesses) == sorted(finding.witnesses)


def test_no_test_at_all_says_so() -> None:
    found = judged([])
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, INSUFFICIENT)
    for finding, needed in zip(found.values(), ((18, 1), (2, 18), (2, 59)), strict=True):
        missing = finding.measured["missing"]
        assert isinstance(missing, dict)
        assert (missing["tests_for_breached"], missing["tests_for_met"]) == needed
        hours = missing["hours"]
        assert isinstance(hours, list)
        assert len(hours) == 24


def test_tests_of_another_line_are_passed_over() -> None:
    other = stored(a_record(body=a_speed_test(ip_mbps=1), line="vizinho", at=NOON))
    assert judged([other])["speed.minimum"].n_used == 0


def test_tests_from_the_future_are_passed_over() -> None:
    records = a_day_of_tests(lambda _: 300)
    assert judged(records, now=NOON)["speed.normal"].n_used == 12


def test_fixed_wireless_has_none_of_the_three() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(technology=Technology.FWA))
    assert verdicts(found) == (Verdict.NOT_APPLICABLE,) * 3


def test_a_speed_that_is_not_stated_cannot_be_breached() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(download=speeds(1000, None, None)))
    assert verdicts(found) == (BREACHED, Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE)


def test_before_the_contract_nothing_applies() -> None:
    on = date(2026, 1, 14)
    assert verdicts(judged(a_day_of_tests(lambda _: 300, on=on), on=on)) == (Verdict.NOT_APPLICABLE,) * 3


def test_before_the_rule_nothing_applies() -> None:
    on = date(2019, 5, 1)
    contract = a_contract(terms=(some_terms(from_on=date(2018, 1, 1)),))
    assert (
        verdicts(judged(a_day_of_tests(lambda _: 300, on=on), on=on, contract=contract))
        == (Verdict.NOT_APPLICABLE,) * 3
    )


def test_each_day_is_judged_under_its_own_terms() -> None:
    later = some_terms(from_on=date(2026, 11, 22), service="Fibra 300", download=speeds(300, 300, 120))
    contract = a_contract(terms=(some_terms(), later))
    days = [date(2026, 11, 21), date(2026, 11, 22)]
    records = [
        stored(a_record(body=one.record.body, at=one.record.started.at, sequence=number * 100 + one.record.sequence))
        for number, on in enumerate(days)
        for one in a_day_of_tests(lambda _: 310, on=on)
    ]
    period = Period(local_day(days[0], LISBON).start_at, local_day(days[1], LISBON).end_at)
    report = assess(records, contract, period, period.end_at)
    maximum = [f for f in report.findings if f.rule == "speed.maximum" and f.direction is Direction.DOWNLOAD]
    assert [(f.local_day, f.verdict, f.threshold["bps"]) for f in maximum] == [
        (days[0], BREACHED, 1_000_000_000),
        (days[1], MET, 300_000_000),
    ]


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_23_or_25_hours_is_judged_by_its_own_length(on: date, hours: int) -> None:
    finding = judged(a_day_of_tests(lambda _: 300, on=on, count=hours), on=on)["speed.normal"]
    assert finding.verdict is BREACHED
    assert finding.measured["slots_total"] == hours
    assert finding.period.duration == timedelta(hours=hours)


def test_a_test_belongs_to_the_local_day_it_began_on() -> None:
    azores = ZoneInfo("Atlantic/Azores")
    at = datetime.fromisoformat("2026-11-22T00:30:00+00:00")
    record = stored(a_record(body=a_speed_test(ip_mbps=1010), at=at))
    assert judged([record], contract=a_contract(zone=azores))["speed.maximum"].n_used == 1
    assert judged([record])["speed.maximum"].n_used == 0


def test_a_period_that_touches_a_day_judges_the_whole_of_it() -> None:
    day = local_day(DAY, LISBON)
    hour = Period(day.start_at + timedelta(hours=5), day.start_at + timedelta(hours=6))
    report = assess(a_day_of_tests(lambda _: 300), a_contract(), hour, day.end_at)
    assert {finding.local_day for finding in report.findings} == {DAY, None}
    assert all(finding.n_used in {0, 24} for finding in report.findings)
    assert report.ledger.period == hour
