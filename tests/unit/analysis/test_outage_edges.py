"""When an outage began and ended, how sure that is, and what is no outage at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.outage.judge import account_of
from analysis.outage.outage import Cause, Confidence, Edge, Flag, Severity
from analysis.period import Period
from analysis.report import State
from probe.body.reachability import Reachability
from probe.body.rung import ClockSeen
from tests.build import AT
from tests.outage_history import (
    BEYOND,
    HEALED_AT_S,
    SILENT,
    History,
    dark,
)  # fmt: skip
from tests.outage_scenarios import CORE_DARK, LINE_DARK, WHOLE, judged, the_outage


def test_an_outages_edges_are_intervals() -> None:
    outage = the_outage(History(answers=CORE_DARK))
    first_bad_at, asked_at = AT + timedelta(seconds=600), AT + timedelta(seconds=1200)
    assert outage.start == Edge(first_bad_at - timedelta(seconds=5), first_bad_at)
    assert outage.end == Edge(asked_at - timedelta(seconds=5), asked_at + timedelta(milliseconds=9))
    assert outage.severity is Severity.OUTAGE
    assert outage.flags == ()


@pytest.mark.parametrize(
    ("lasts_s", "severity"),
    [(15, Severity.MICRO), (30, Severity.MICRO), (35, Severity.SHORT), (180, Severity.SHORT), (185, Severity.OUTAGE)],
)
def test_its_class_is_by_the_lower_bound(lasts_s: int, severity: Severity) -> None:
    assert the_outage(History(answers=dark(*BEYOND, end_s=600 + lasts_s))).severity is severity


def test_what_is_still_down_has_no_end() -> None:
    outage = the_outage(History(answers=dark(*BEYOND, end_s=9999)))
    assert outage.end.later_at is None
    assert outage.flags == (Flag.OPEN,)


def test_down_on_both_sides_of_a_restart_is_one_outage_and_claims_the_lower_bound() -> None:
    history = History(answers=CORE_DARK, away=[(780, 960)], boot=lambda at_s: "one" if at_s < 900 else "two")
    outage = the_outage(history)
    assert (outage.down_s_lower, outage.down_s_upper) == (175 + 235, WHOLE)
    assert Flag.UNOBSERVED_INSIDE in outage.flags
    unobserved = [span for span in judged(history).ledger.spans if span.state is State.UNOBSERVED]
    assert unobserved[0].cause is Cause.PROBE
    assert outage.verdict.cause is Cause.ISP_CORE


def test_an_outage_that_nobody_saw_begin_is_less_sure() -> None:
    history = History(answers=CORE_DARK, away=[(540, 660)])
    outage = the_outage(history)
    assert outage.start.earlier_at == AT + timedelta(seconds=535)
    assert Flag.START_UNOBSERVED in outage.flags
    assert outage.verdict.confidence is Confidence.LOW
    assert the_outage(History(answers=CORE_DARK)).verdict.confidence is Confidence.MEDIUM


def test_single_answers_do_not_end_an_outage_and_are_not_down() -> None:
    flicker = lambda one, at_s: None if at_s == 900 else CORE_DARK(one, at_s)  # noqa: E731  said once
    outage = the_outage(History(answers=flicker))
    assert Flag.INTERRUPTED in outage.flags
    assert outage.down_s_lower == outage.down_s_upper == WHOLE - 10


def test_many_cuts_stay_apart_and_say_that_they_flap() -> None:
    cuts = lambda one, at_s: SILENT if one.role in BEYOND and at_s >= 300 and at_s % 120 < 30 else None  # noqa: E731  said once
    outages = judged(History(answers=cuts)).outages
    assert len(outages) == 12
    assert all(Flag.FLAPPING in outage.flags for outage in outages)


def test_loss_of_every_kind_is_the_lines() -> None:
    some = lambda one, at_s: SILENT if one.role in BEYOND and 600 <= at_s < 1200 and at_s % 15 == 0 else None  # noqa: E731  said once
    (loss,) = judged(History(answers=some)).losses
    assert not loss.icmp_alone
    some_fewer = lambda one, at_s: SILENT if one.role in BEYOND and at_s % 30 == 0 else None  # noqa: E731  said once
    assert judged(History(answers=some_fewer)).losses == ()


def test_both_nights_on_which_the_clock_changes_last_as_long_as_they_do() -> None:
    for at in (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)):
        outage = the_outage(History(answers=CORE_DARK, at=at))
        assert outage.down_s_lower == WHOLE
        assert outage.verdict.cause is Cause.ISP_CORE


def test_sleep_that_nobody_tells_of_is_time_that_passed() -> None:
    asleep = History(
        away=[(600, 1200)], asleep_s=lambda at_s: 600.0 if at_s >= 1200 else 0.0, synchronised=lambda _: None
    )
    assert judged(asleep).ledger.seconds(State.UNOBSERVED) == 605 + 5


def test_the_kernels_count_of_sleep_tells_a_step_from_it() -> None:
    looks = [(300.0, ClockSeen(suspended_s=0.0)), (1500.0, ClockSeen(suspended_s=0.0))]
    stepped = History(
        clock_error_s=lambda at_s: 3600.0 if at_s >= 900 else 0.0, synchronised=lambda at_s: at_s < 900, looks=looks
    )
    assert judged(stepped).ledger.seconds(State.UP) == 1795


def test_a_time_server_vouches_for_a_clock_that_the_kernel_does_not() -> None:
    looks = [(300.0, ClockSeen(offset_ms=3_600_000.0))]
    slow = History(answers=CORE_DARK, clock_error_s=lambda _: -3600.0, synchronised=lambda _: False, looks=looks)
    assert the_outage(slow).start.later_at == AT + timedelta(seconds=600)


def test_two_probes_that_see_the_same_outage_make_one() -> None:
    history = History(answers=CORE_DARK)
    records = [*history.records(), *replace(history, probe="p2").records()]
    account = account_of("casa", records, Period(AT, AT + timedelta(minutes=30)))
    assert len(account.outages) == 1


def test_what_one_probe_alone_misses_is_no_outage() -> None:
    records = [*History(answers=CORE_DARK).records(), *History(probe="p2").records()]
    assert account_of("casa", records, Period(AT, AT + timedelta(minutes=30))).outages == ()


def test_an_answer_that_came_late_ends_an_outage_when_it_came() -> None:
    """A question may wait for seconds at a neighbour who is not known yet."""
    records = History(answers=LINE_DARK).records()
    first = next(
        number
        for number, one in enumerate(records)
        if isinstance(one.record.body, Reachability) and one.record.started.at >= AT + timedelta(seconds=HEALED_AT_S)
    )
    body = records[first].record.body
    assert isinstance(body, Reachability)
    late = tuple(
        replace(one, samples=(replace(one.samples[0], rtt_ms=2500.0), *one.samples[1:]))
        if one.samples[0].rtt_ms is not None
        else one
        for one in body.targets
    )
    records[first] = replace(records[first], record=replace(records[first].record, body=replace(body, targets=late)))
    (outage,) = account_of("casa", records, Period(AT, AT + timedelta(seconds=1800))).outages
    assert outage.end.later_at == AT + timedelta(seconds=HEALED_AT_S + 2.5)
    assert outage.down[-1].end_at < AT + timedelta(seconds=HEALED_AT_S)
