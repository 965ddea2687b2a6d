"""The speed rules over whole days, through `assess`: what a person would feed in and read off."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from analysis.finding import Verdict
from analysis.period import local_day
from probe.body.speed_test import Direction
from tests.build import (
    DAY,
    LISBON,
    a_contract,
    a_day_of_tests,
    a_record,
    a_speed_test,
    speeds,
    stored,
)
from tests.speed_day import BREACHED, INSUFFICIENT, MET, constantly, judged, only_in, slow_in, verdicts


@pytest.mark.parametrize("count", [24, 48, 96, 288])
def test_a_plain_breach_is_found(count: int) -> None:
    found = judged(a_day_of_tests(lambda _: 300, count=count))
    assert verdicts(found) == (BREACHED, BREACHED, BREACHED)


def test_300_of_1000_is_no_breach_of_a_minimum_of_200() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(download=speeds(1000, 1000, 200)))
    assert verdicts(found) == (BREACHED, BREACHED, MET)


def test_a_line_that_keeps_its_promise_is_met_where_tests_are_many() -> None:
    assert verdicts(judged(a_day_of_tests(lambda _: 1010, count=96))) == (MET, MET, MET)


def test_24_tests_cannot_prove_95_percent() -> None:
    assert verdicts(judged(a_day_of_tests(lambda _: 1010))) == (MET, INSUFFICIENT, MET)


def test_upload_is_judged_on_its_own() -> None:
    records = a_day_of_tests(lambda _: 1010)
    up = [
        stored(
            a_record(
                body=a_speed_test(ip_mbps=50, direction=Direction.UPLOAD),
                at=one.record.started.at + timedelta(minutes=1),
                sequence=100 + number,
            )
        )
        for number, one in enumerate(records)
    ]
    found = judged(records + up, direction=Direction.UPLOAD)
    assert verdicts(found) == (BREACHED, BREACHED, BREACHED)
    assert found["speed.normal"].threshold["bps"] == 200_000_000


@pytest.mark.parametrize(
    ("ip_mbps", "verdict"),
    [(300, BREACHED), (952, BREACHED), (953, INSUFFICIENT), (999.9, INSUFFICIENT), (1000, INSUFFICIENT)],
)
def test_a_rate_within_the_guard_band_accuses_nobody(ip_mbps: float, verdict: Verdict) -> None:
    assert judged(a_day_of_tests(lambda _: ip_mbps))["speed.normal"].verdict is verdict


def test_a_rate_within_the_guard_band_is_no_compliance_either() -> None:
    found = judged(a_day_of_tests(lambda _: 999, count=288))
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, MET)
    assert found["speed.maximum"].measured["unsure_count"] == 288


def test_a_tests_own_uncertainty_widens_the_guard_band() -> None:
    wide = a_speed_test(ip_mbps=900, uncertainty_bps=110_000_000)
    narrow = a_speed_test(ip_mbps=900, uncertainty_bps=50_000_000)
    assert judged(a_day_of_tests(lambda _: wide))["speed.normal"].verdict is INSUFFICIENT
    assert judged(a_day_of_tests(lambda _: narrow))["speed.normal"].verdict is BREACHED


def test_payload_alone_is_carried_up_before_it_accuses_and_stands_for_itself_before_it_acquits() -> None:
    for payload_bps, standing in ((890_000_000, BREACHED), (910_000_000, INSUFFICIENT), (999_000_000, INSUFFICIENT)):
        test = a_speed_test(rate_bps=payload_bps, ip_rate_bps=None)
        assert judged(a_day_of_tests(constantly(test)))["speed.maximum"].verdict is standing
    test = a_speed_test(rate_bps=1_000_000_000, ip_rate_bps=None)
    assert judged(a_day_of_tests(lambda _: test))["speed.maximum"].verdict is MET


def figures(sentence: str) -> list[str]:
    return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", sentence))


SITUATIONS: list[Callable[[int], float | None]] = [
    lambda _: 300,
    lambda _: 94.36,
    lambda _: 1010,
    lambda _: 970,
    slow_in(range(3)),
    slow_in({3}),
    only_in(range(7), 300),
    only_in(range(7), 1010),
    lambda _: None,
]


@pytest.mark.parametrize("hours", [24, 12])
@pytest.mark.parametrize("rate", SITUATIONS)
def test_both_languages_say_the_same_figures(rate: Callable[[int], float | None], hours: int) -> None:
    start_at = local_day(DAY, LISBON).start_at
    for finding in judged(a_day_of_tests(rate), now=start_at + timedelta(hours=hours)).values():
        assert figures(finding.sentence.pt) == figures(finding.sentence.en)
        assert finding.sentence.pt != finding.sentence.en
        assert "{" not in finding.sentence.pt + finding.sentence.en


def test_every_finding_names_its_rule_and_limits() -> None:
    for finding in judged(a_day_of_tests(lambda _: 300)).values():
        assert finding.clause.startswith("NOS 3.10.1")
        assert (finding.profile, finding.rule_version) == ("pt-nos", "1")
        assert finding.threshold["layer"] == "ip"
        assert finding.threshold["error_share"] == 0.05
        assert finding.threshold["confidence"] == 0.95
        assert finding.id == f"casa:{finding.rule}:download:2026-11-21"
