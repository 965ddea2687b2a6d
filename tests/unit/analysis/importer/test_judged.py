"""What imported tests may carry, and what they may not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.assess import assess
from analysis.finding import Finding, Grade, Reason, Verdict
from analysis.period import local_day
from analysis.profile import load
from analysis.validity import grade, judge_test
from collector.enrolment import EnrolmentError, enrol
from collector.envelope import IMPORTED, StoredRecord
from probe.body.conditions import Conditions, Path
from probe.body.speed_test import Failure, SpeedTest
from probe.key import generate, public_jwk
from tests.build import AT, DAY, LISBON, a_contract, a_day_of_tests, a_record, a_speed_test, stored


def imported(tests: list[StoredRecord]) -> list[StoredRecord]:
    return [replace(one, record=replace(one.record, probe=IMPORTED), batch_sha256="") for one in tests]


def of_rule(records: list[StoredRecord], rule: str) -> Finding:
    day = local_day(DAY, LISBON)
    report = assess(records, a_contract(), day, day.end_at + timedelta(hours=1))
    return next(one for one in report.findings if one.rule == rule and one.direction == "download")


def test_an_imported_test_is_indicative_at_best_whatever_its_conditions() -> None:
    valid_for, reasons = judge_test(a_record(probe=IMPORTED), None, load("pt-nos"))
    assert valid_for == (Verdict.MET,)
    assert reasons == (Reason.IMPORTED,)
    assert grade(reasons) is Grade.B


@pytest.mark.parametrize(
    "body",
    [
        replace(a_speed_test(), rate_bps=None, ip_rate_bps=None, failure=Failure.NOT_TOLD),
        replace(a_speed_test(), conditions=Conditions(path=Path.ON_LINK)),
    ],
    ids=["failed", "own network"],
)
def test_an_imported_test_that_failed_or_did_not_cross_the_line_supports_nothing(body: SpeedTest) -> None:
    valid_for, reasons = judge_test(a_record(probe=IMPORTED, body=body), None, load("pt-nos"))
    assert valid_for == ()
    assert grade(reasons) is Grade.C


@pytest.mark.parametrize("rule", ["speed.maximum", "speed.normal", "speed.minimum", "speed.normal.rolling"])
def test_imported_tests_alone_accuse_nobody(rule: str) -> None:
    slow = a_day_of_tests(lambda _: 1.0, count=96)
    assert of_rule(slow, rule).verdict is Verdict.BREACHED, "signed by a probe, they would"
    found = of_rule(imported(slow), rule)
    assert found.verdict is Verdict.INSUFFICIENT
    assert found.n_excluded == {"imported": 96}
    assert found.n_used == 0


def test_a_promise_may_be_shown_kept_and_the_finding_says_by_what() -> None:
    found = of_rule(imported(a_day_of_tests(lambda _: 1001.0, count=96)), "speed.normal")
    assert found.verdict is Verdict.MET
    assert found.measured["imported_count"] == 96
    assert "unsigned" in found.sentence.en
    assert "não estão assinados" in found.sentence.pt


def test_a_finding_of_a_probes_tests_alone_says_nothing_of_imports() -> None:
    found = of_rule(a_day_of_tests(lambda _: 1001.0, count=96), "speed.normal")
    assert "imported_count" not in found.measured
    assert "import" not in found.sentence.en


def test_imported_records_are_not_heard_of_time() -> None:
    day = local_day(DAY, LISBON)
    report = assess(imported(a_day_of_tests(lambda _: 999.0)), a_contract(), day, day.end_at)
    assert {span.state.value for span in report.ledger.spans} == {"unobserved"}


def test_a_probes_slow_test_beside_an_imported_one_proves_no_breach() -> None:
    slow = a_day_of_tests(lambda _: 1.0, count=96)
    others = imported(slow)
    beside = [replace(one, record=replace(one.record, sequence=one.record.sequence + 1000)) for one in others]
    found = of_rule([*slow, *beside], "speed.normal")
    assert found.verdict is Verdict.INSUFFICIENT
    assert found.n_excluded == {"another_test": 96, "imported": 96}


def test_no_probe_can_be_enrolled_under_the_name_of_what_was_imported(tmp_path: object) -> None:
    with pytest.raises(EnrolmentError, match="other tools' files"):
        enrol(tmp_path, probe=IMPORTED, line="casa", public_jwk=public_jwk(generate()), at=AT)  # type: ignore[arg-type]


def test_a_stored_record_of_a_probe_has_no_file() -> None:
    assert stored(a_record()).imported is None
