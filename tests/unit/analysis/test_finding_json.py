import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from analysis import finding_json
from analysis.assess import assess, judged
from analysis.contract import Note, Price
from analysis.period import local_day
from analysis.profile import load
from collector.envelope import ProbeState
from probe.body.conditions import LinkType
from probe.body.speed_test import Failure
from tests.build import (
    AT,
    DAY,
    LISBON,
    MINUTE,
    a_contract,
    a_day_of_tests,
    a_record,
    a_speed_test,
    good_conditions,
    some_terms,
    stored,
)

DAY_PERIOD = local_day(DAY, LISBON)
FINDING_KEYS = [
    "id", "rule", "rule_version", "profile", "clause", "direction", "period", "verdict", "measured", "threshold",
    "n_used", "n_excluded", "interval", "witnesses", "sentence",
]  # fmt: skip
TEST_KEYS = [
    "id", "line", "started_at", "direction", "method", "server", "rate_bps", "mean_bps", "ip_rate_bps", "bytes",
    "duration_s", "idle_rtt_ms", "loaded_rtt_ms", "limited_by", "valid_for", "reasons", "grade",
    "failure",
]  # fmt: skip


def test_a_report_has_the_public_shape() -> None:
    report = assess(a_day_of_tests(lambda _: 300), a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
    told = finding_json.report_json(report)
    assert list(told) == ["schema", "line", "period", "contract", "findings", "coverage"]
    assert told["schema"] == "prova.findings/1"
    assert told["period"] == {
        "start_at": "2026-11-21T00:00:00Z",
        "end_at": "2026-11-22T00:00:00Z",
        "timezone": "Europe/Lisbon",
    }
    assert told["coverage"] == {"up_s": 0.0, "down_s": 0.0, "unobserved_s": 86400.0}
    assert len(told["findings"]) == 10
    for finding in told["findings"]:
        assert list(finding) == FINDING_KEYS
        assert finding["period"]["local_day"] == (None if finding["rule"] == "speed.discrepancy" else "2026-11-21")
    normal = next(f for f in told["findings"] if f["rule"] == "speed.normal" and f["direction"] == "download")
    assert {"below_count", "below_share", "run_bound_s"} <= normal["measured"].keys()
    assert {"bps", "share"} <= normal["threshold"].keys()
    assert normal["interval"] == {"low": 0.869633, "high": 1.0, "confidence": 0.95}


def test_a_report_is_json() -> None:
    report = assess([], a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
    told = finding_json.report_json(report)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_the_contract_is_told_whole() -> None:
    price = Price(monthly_eur=Decimal("39.90"), internet_share_eur=Decimal("24.99"), billing_day=5)
    contract = replace(
        a_contract(terms=(replace(some_terms(), price=price),)), notes=(Note("download", "Uma nota", "A note"),)
    )
    told = finding_json.report_json(assess([], contract, DAY_PERIOD, DAY_PERIOD.end_at))["contract"]
    assert told["terms"][0]["price"] == {"monthly_eur": "39.90", "internet_share_eur": "24.99", "billing_day": 5}
    assert told["terms"][0]["download"] == {
        "maximum_bps": 1_000_000_000,
        "normal_bps": 1_000_000_000,
        "minimum_bps": 400_000_000,
    }
    assert told["notes"] == [{"where": "download", "pt": "Uma nota", "en": "A note"}]


def test_a_test_has_the_public_shape() -> None:
    wifi = a_speed_test(conditions=good_conditions(link_type=LinkType.WIFI))
    failed = a_speed_test(failure=Failure.TIMED_OUT)
    records = [
        stored(a_record(body=body, at=AT + n * MINUTE, sequence=n + 1))
        for n, body in enumerate([a_speed_test(), wifi, failed])
    ]
    told = finding_json.tests_json(judged(records, "casa", None, load("pt-nos")), series=False)
    assert told["schema"] == "prova.tests/1"
    assert [list(test)[: len(TEST_KEYS)] for test in told["tests"]] == [TEST_KEYS] * 3, "the rest was added later"
    assert [(test["valid_for"], test["reasons"], test["failure"]) for test in told["tests"]] == [
        (["met", "breached"], [], None),
        (["met"], ["wireless"], None),
        ([], ["failed"], "timed_out"),
    ]
    assert [test["grade"] for test in told["tests"]] == ["A", "B", "C"]
    assert told["tests"][0]["started_at"] == "2026-11-21T09:00:00Z"
    assert json.loads(json.dumps(told)) == told


def test_a_judged_test_is_held_against_the_maximum_of_its_day() -> None:
    slow_port = stored(a_record(body=a_speed_test(conditions=good_conditions(link_mbps=1000))))
    (with_contract,) = judged([slow_port], "casa", a_contract(), load("pt-nos"))
    (without,) = judged([slow_port], "casa", None, load("pt-nos"))
    (before,) = judged([slow_port], "casa", a_contract(terms=(some_terms(from_on=DAY_AFTER),)), load("pt-nos"))
    assert [test.reasons for test in (with_contract, without, before)] == [("link_too_slow",), (), ()]


DAY_AFTER = DAY + timedelta(days=1)


def test_probes_are_told_with_what_is_not_known_as_null() -> None:
    state = ProbeState(
        probe="p1",
        line="casa",
        enrolled_at=datetime(2026, 11, 1, tzinfo=UTC),
        record_count=0,
        last_sequence=0,
        last_record_at=None,
        last_received_at=None,
    )
    (told,) = finding_json.probes_json([state])["probes"]
    assert told["enrolled_at"] == "2026-11-01T00:00:00Z"
    assert told["last_record_at"] is None
