"""How a test was drawn decides what it may stand for: its slot, its weight, or nothing but itself."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from analysis.assess import assess
from analysis.finding import Finding, Reason
from analysis.period import local_day
from analysis.profile import load
from analysis.speed.evidence import gather
from analysis.speed.weights import Drawn, weighted_share
from analysis.validity import judge_test
from collector.envelope import StoredRecord
from probe.body.draw import Draw, Origin, Stratum
from probe.body.speed_test import Direction
from tests.build import AT, DAY, LISBON, a_contract, a_day_of_tests, a_record, a_speed_test, stored

DAY_PERIOD = local_day(DAY, LISBON)


def a_test(
    at: datetime,
    number: int,
    *,
    ip_mbps: float,
    origin: Origin = Origin.SLOT,
    per_hour: float | None = 1.0,
    direction: Direction = Direction.DOWNLOAD,
    probe: str = "p1",
) -> StoredRecord:
    draw = Draw(origin=origin, due_at=at, stratum=Stratum.CALM, tests_per_hour=per_hour)
    body = replace(a_speed_test(ip_mbps=ip_mbps, direction=direction), draw=draw)
    return stored(a_record(body=body, at=at, sequence=number, probe=probe))


def a_day(below: set[int]) -> list[StoredRecord]:
    return [
        a_test(DAY_PERIOD.start_at + timedelta(hours=n, minutes=20), n + 1, ip_mbps=300 if n in below else 1010)
        for n in range(24)
    ]


def normal(records: list[StoredRecord]) -> Finding:
    report = assess(records, a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
    return next(one for one in report.findings if one.rule == "speed.normal" and one.direction is Direction.DOWNLOAD)


@pytest.mark.parametrize("origin", [Origin.EXTRA, Origin.REPEAT])
def test_a_test_that_was_drawn_because_the_line_seemed_slow_changes_no_slot(origin: Origin) -> None:
    more = [
        a_test(DAY_PERIOD.start_at + timedelta(hours=n, minutes=40), 100 + n, ip_mbps=300, origin=origin)
        for n in range(24)
    ]
    plain, with_more = normal(a_day({3})), normal([*a_day({3}), *more])
    for name in ("below_count", "below_share", "reached_count", "slots_tested"):
        assert plain.measured[name] == with_more.measured[name]
    assert plain.verdict is with_more.verdict
    assert plain.interval == with_more.interval


def an_extra(hour: int, number: int, *, ip_mbps: float, slot_s: float = 3600.0, minute: int = 40) -> StoredRecord:
    slot_at = DAY_PERIOD.start_at + timedelta(hours=hour)
    at = slot_at + timedelta(minutes=minute)
    draw = Draw(origin=Origin.EXTRA, due_at=at, slot_at=slot_at, slot_s=slot_s, tests_per_hour=2.0)
    return stored(a_record(body=replace(a_speed_test(ip_mbps=ip_mbps), draw=draw), at=at, sequence=number))


def test_own_tests_and_extra_ones_prove_together_what_neither_proves_alone() -> None:
    """Three hours below, each seen by its own test and an extra one, and a fourth by its own extra one alone."""
    extras = [an_extra(hour, 100 + hour, ip_mbps=300) for hour in (19, 20, 21, 22)]
    finding = normal([*a_day({19, 20, 21}), *extras])
    assert finding.measured["proofs"] == ["two_phase"]
    assert finding.verdict.value == "breached"
    assert (finding.measured["two_phase_below_count"], finding.measured["two_phase_moments"]) == (7, 49)
    assert "7 tests" in finding.sentence.en
    assert normal([*a_day({19, 20, 21}), *extras[:3]]).verdict.value == "insufficient"


def test_two_extra_tests_of_one_slot_count_once_and_only_if_both_were_below() -> None:
    twice = [an_extra(19, 100, ip_mbps=300), an_extra(19, 101, ip_mbps=300, minute=50)]
    assert normal([*a_day({19}), *twice]).measured["extra_below_count"] == 1
    mixed = [an_extra(19, 100, ip_mbps=300), an_extra(19, 101, ip_mbps=1010, minute=50)]
    assert normal([*a_day({19}), *mixed]).measured["extra_below_count"] == 0


def test_extra_tests_of_two_plans_prove_nothing_together() -> None:
    extras = [an_extra(hour, 100 + hour, ip_mbps=300, slot_s=1800.0 if hour % 2 else 3600.0) for hour in range(24)]
    finding = normal([*a_day({19, 20, 21}), *extras])
    assert "two_phase_moments" not in finding.measured
    assert finding.verdict.value == "insufficient"


@pytest.mark.parametrize("origin", [Origin.EXTRA, Origin.REPEAT])
def test_a_slot_whose_own_test_is_missing_stays_untested_whatever_else_was_tested_in_it(origin: Origin) -> None:
    lone = a_test(DAY_PERIOD.start_at + timedelta(hours=5, minutes=40), 100, ip_mbps=300, origin=origin)
    finding = normal([*(one for one in a_day(set()) if one.record.sequence != 6), lone])
    assert finding.measured["slots_tested"] == 23
    assert finding.measured["below_count"] == 0


def test_a_day_of_extra_tests_alone_proves_nothing_and_breaks_nothing() -> None:
    extras = [
        a_test(DAY_PERIOD.start_at + timedelta(hours=n, minutes=40), n + 1, ip_mbps=300, origin=Origin.EXTRA)
        for n in range(24)
    ]
    finding = normal(extras)
    assert finding.measured["slots_tested"] == 0
    assert finding.verdict.value == "insufficient"


def test_one_extra_test_that_reaches_the_maximum_is_enough() -> None:
    extra = a_test(DAY_PERIOD.start_at + timedelta(hours=5), 100, ip_mbps=1010, origin=Origin.EXTRA)
    report = assess([*a_day(set(range(24))), extra], a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
    verdicts = {one.rule: one.verdict.value for one in report.findings if one.direction is Direction.DOWNLOAD}
    assert verdicts["speed.maximum"] == "met"


def test_the_weighted_share_takes_each_test_for_the_time_it_stands_for() -> None:
    """Two hours strained, of which three tests were drawn; 22 calm, of which one an hour."""
    calm = [one for one in a_day(set()) if one.record.sequence not in {20, 21}]
    strained = [
        a_test(DAY_PERIOD.start_at + timedelta(hours=19, minutes=40 * n), 100 + n, ip_mbps=300, per_hour=1.5)
        for n in range(3)
    ]
    finding = normal([*calm, *strained])
    assert finding.measured["weighted_share"] == pytest.approx(2 / 24, abs=1e-6)
    assert finding.measured["weighted_count"] == 25


def test_without_known_chances_no_weighted_share_is_claimed() -> None:
    assert "weighted_share" not in normal(a_day_of_tests(lambda _: 1010)).measured


def test_a_test_beside_one_of_the_other_direction_accuses_nobody() -> None:
    download = a_test(AT, 1, ip_mbps=300)
    upload = a_test(AT + timedelta(seconds=5), 1, ip_mbps=50, direction=Direction.UPLOAD, probe="p2")
    evidence = gather([download], 1_000_000_000, load("pt-nos"), [], beside=[upload])
    assert evidence.excluded == {Reason.ANOTHER_TEST.value: 1}


def test_a_test_beside_another_may_still_show_a_promise_kept() -> None:
    download = a_test(AT, 1, ip_mbps=1010)
    upload = a_test(AT + timedelta(seconds=5), 1, ip_mbps=50, direction=Direction.UPLOAD, probe="p2")
    evidence = gather([download], 1_000_000_000, load("pt-nos"), [], beside=[upload])
    assert len(evidence.witnesses) == 1


def test_a_test_made_though_the_household_was_busy_shows_a_promise_kept_and_never_one_broken() -> None:
    body = replace(
        a_speed_test(ip_mbps=300), draw=Draw(origin=Origin.SLOT, due_at=AT, put_off_count=30, household_busy=True)
    )
    valid_for, reasons = judge_test(a_record(body=body), 1_000_000_000, load("pt-nos"))
    assert [verdict.value for verdict in valid_for] == ["met"]
    assert reasons == (Reason.HOUSEHOLD_BUSY,)


def test_equal_chances_give_the_plain_share_and_its_usual_error() -> None:
    estimate = weighted_share([Drawn(number < 5, 2.0) for number in range(20)])
    assert estimate is not None
    assert estimate.share == 0.25
    assert estimate.error == pytest.approx((0.25 * 0.75 / 19) ** 0.5)
    assert estimate.effective == 20


def test_no_tests_are_no_share_and_a_chance_of_nothing_is_refused() -> None:
    assert weighted_share([]) is None
    with pytest.raises(ValueError, match="tests_per_hour"):
        Drawn(counts=True, tests_per_hour=0)
