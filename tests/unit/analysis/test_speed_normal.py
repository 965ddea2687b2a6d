"""The rule speed.normal: how many tests of a day it takes, either way, and where they have to lie."""

from datetime import timedelta

import pytest

from analysis.finding import Verdict
from analysis.period import local_day
from tests.build import (
    DAY,
    LISBON,
    a_day_of_tests,
    a_record,
    a_speed_test,
    stored,
)
from tests.speed_day import BREACHED, INSUFFICIENT, MET, judged, only_in, slow_in, verdicts


@pytest.mark.parametrize(("count", "limit"), [(24, 4), (48, 6), (72, 8), (96, 10), (144, 13), (288, 22)])
def test_a_breach_takes_exactly_the_published_number_of_tests_below(count: int, limit: int) -> None:
    for below, verdict in ((limit, BREACHED), (limit - 1, INSUFFICIENT)):
        spread = {number * count // below for number in range(below)}
        found = judged(a_day_of_tests(slow_in(spread), count=count))
        finding = found["speed.normal"]
        assert finding.verdict is verdict
        assert finding.measured["below_count"] == below
        assert finding.measured["below_share"] == pytest.approx(below / count, abs=1e-6)


@pytest.mark.parametrize(("count", "most"), [(72, 0), (96, 1), (144, 2), (288, 8)])
def test_compliance_takes_exactly_the_published_number_of_tests(count: int, most: int) -> None:
    for below, verdict in ((most, MET), (most + 1, INSUFFICIENT)):
        finding = judged(a_day_of_tests(slow_in(range(below)), count=count))["speed.normal"]
        assert finding.verdict is verdict


def test_tests_in_a_bunch_weigh_no_more_than_their_time() -> None:
    """One hour below is 4.2 % of the day, however often it was tested."""
    day = local_day(DAY, LISBON)
    bunch = [
        stored(
            a_record(
                body=a_speed_test(ip_mbps=300),
                at=day.start_at + timedelta(hours=20, minutes=2 * number),
                sequence=100 + number,
            )
        )
        for number in range(30)
    ]
    finding = judged([*a_day_of_tests(lambda number: None if number == 20 else 1010), *bunch])["speed.normal"]
    assert finding.verdict is INSUFFICIENT
    assert finding.measured["below_count"] == 1
    assert (finding.measured["slots_tested"], finding.n_used) == (24, 53)


def test_a_second_test_that_reaches_it_takes_its_slot_back() -> None:
    day = local_day(DAY, LISBON)
    again = stored(a_record(body=a_speed_test(ip_mbps=1010), at=day.start_at + timedelta(minutes=40), sequence=99))
    finding = judged([*a_day_of_tests(slow_in(range(4))), again])["speed.normal"]
    assert finding.measured["below_count"] == 3
    assert finding.verdict is INSUFFICIENT


@pytest.mark.parametrize(("hours", "verdict"), [(24, BREACHED), (12, BREACHED), (4, BREACHED), (2, INSUFFICIENT)])
def test_hours_without_a_test_count_as_good_for_a_breach(hours: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(only_in(range(hours), 300)))["speed.normal"]
    assert finding.verdict is verdict
    assert finding.interval is not None
    # every tested slot below: the lower limit is alpha^(1/n), carried by the tested share of the day
    assert finding.interval.low == pytest.approx(0.035 ** (1 / hours) * hours / 24, abs=1e-6)
    assert finding.interval.high == 1.0


def test_hours_without_a_test_count_as_bad_for_compliance() -> None:
    night_only = a_day_of_tests(only_in(range(48), 1010), count=288)
    finding = judged(night_only)["speed.normal"]
    assert finding.verdict is INSUFFICIENT
    missing = finding.measured["missing"]
    assert isinstance(missing, dict)
    assert missing["hours"] == [f"2026-11-21T{hour:02d}:00+00:00" for hour in range(4, 24)]


def test_what_is_missing_is_said() -> None:
    missing = judged(a_day_of_tests(slow_in(range(3))))["speed.normal"].measured["missing"]
    assert missing == {"hours": [], "until": None, "tests_for_breached": 1, "tests_for_met": 129}


def test_an_unfinished_day_is_undecided() -> None:
    noon = local_day(DAY, LISBON).start_at + timedelta(hours=12)
    found = judged(a_day_of_tests(only_in(range(12), 1010)), now=noon)
    assert verdicts(found) == (MET, INSUFFICIENT, INSUFFICIENT)
    missing = found["speed.normal"].measured["missing"]
    assert isinstance(missing, dict)
    assert missing["until"] == "2026-11-22T00:00:00+00:00"


def test_an_unfinished_day_is_breached_only_if_its_rest_cannot_undo_it() -> None:
    start_at = local_day(DAY, LISBON).start_at
    for hours, verdict in ((3, INSUFFICIENT), (4, BREACHED)):
        found = judged(
            a_day_of_tests(only_in(range(hours), 300)),
            now=start_at + timedelta(hours=hours),
        )
        assert found["speed.normal"].verdict is verdict
        # and the whole day, all its rest good, says the same
        whole = judged(a_day_of_tests(slow_in(range(hours))))
        assert whole["speed.normal"].verdict is verdict


def test_the_maximum_is_not_breached_before_the_day_is_over() -> None:
    day = local_day(DAY, LISBON)
    records = a_day_of_tests(lambda _: 300, count=288)
    almost = judged(records[:-1], now=day.end_at - timedelta(minutes=5))
    assert verdicts(almost) == (INSUFFICIENT, BREACHED, BREACHED)


def test_the_run_bound_is_shown_and_decides_nothing() -> None:
    finding = judged(a_day_of_tests(slow_in({8, 9, 10, 20}), count=48))["speed.normal"]
    assert finding.measured["run_bound_s"] == 2 * 1800.0
    far = judged(a_day_of_tests(slow_in({8, 9}), count=12))["speed.normal"]
    assert far.measured["run_bound_s"] == 0.0
    run = judged(a_day_of_tests(slow_in(range(3))))["speed.normal"]
    assert (run.measured["run_bound_s"], run.verdict) == (7200.0, INSUFFICIENT)
