"""The rules speed.maximum and speed.minimum: one test acquits, and it takes many to accuse."""

from datetime import timedelta

import pytest

from analysis.finding import Reason, Verdict
from probe.body.conditions import LinkType
from tests.build import (
    a_day_of_tests,
    a_reachability_minute,
    a_record,
    a_speed_test,
    good_conditions,
    stored,
)
from tests.speed_day import BREACHED, INSUFFICIENT, MET, judged, only_in, slow_in


def test_one_test_that_reaches_it_is_enough() -> None:
    found = judged(a_day_of_tests(lambda number: 1001 if number == 3 else 300))
    assert found["speed.maximum"].verdict is MET
    assert "1001 Mbit/s" in found["speed.maximum"].sentence.en


def test_one_disturbed_test_that_reaches_it_is_enough_too() -> None:
    wifi = a_speed_test(ip_mbps=1001, conditions=good_conditions(link_type=LinkType.WIFI))
    assert judged(a_day_of_tests(lambda number: wifi if number == 3 else 300))["speed.maximum"].verdict is MET


@pytest.mark.parametrize(("count", "verdict"), [(24, BREACHED), (23, BREACHED), (22, INSUFFICIENT)])
def test_the_maximum_is_breached_only_by_enough_tests_over_the_day(count: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(only_in(range(count), 300)))["speed.maximum"]
    assert finding.verdict is verdict
    assert finding.interval is not None
    assert finding.interval.high == pytest.approx((1 - 0.05 ** (1 / count)) * count / 24 + (24 - count) / 24, abs=1e-6)


def test_the_sentence_says_for_how_little_of_the_day_it_can_have_been_at_its_maximum() -> None:
    sentence = judged(a_day_of_tests(lambda _: 300))["speed.maximum"].sentence
    assert "2 h 49 min" in sentence.en
    assert "2 h 49 min" in sentence.pt


def test_one_test_too_close_to_tell_stops_the_accusation() -> None:
    finding = judged(a_day_of_tests(lambda number: 990 if number == 7 else 300, count=96))["speed.maximum"]
    assert finding.verdict is INSUFFICIENT
    assert finding.measured["unsure_count"] == 1


def test_one_test_below_the_minimum_needs_a_second() -> None:
    finding = judged(a_day_of_tests(slow_in({9}), count=288))["speed.minimum"]
    assert finding.verdict is INSUFFICIENT
    assert "15 min" in finding.sentence.pt
    missing = finding.measured["missing"]
    assert isinstance(missing, dict)
    assert (missing["tests_for_breached"], missing["tests_for_met"]) == (1, None)


@pytest.mark.parametrize(("other", "verdict"), [(10, INSUFFICIENT), (11, INSUFFICIENT), (12, BREACHED)])
def test_two_tests_below_the_minimum_must_lie_apart(other: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(slow_in({9, other}), count=288))["speed.minimum"]
    assert finding.verdict is verdict


def test_tests_during_an_outage_are_no_speed_data() -> None:
    records = a_day_of_tests(lambda number: 100 if number in {9, 15} else 1010)
    silences = [
        stored(
            a_record(
                body=a_reachability_minute(answers="............"),
                at=one.record.started.at - timedelta(seconds=90),
                sequence=200 + number,
                probe="p2",
            )
        )
        for number, one in enumerate(records)
        if number in {9, 15}
    ]
    finding = judged([*records, *silences])["speed.minimum"]
    assert finding.verdict is not BREACHED
    assert finding.n_excluded == {Reason.DURING_OUTAGE.value: 2}
