"""What each kind of fault leaves behind, and what is made of it: state of the line, cause, and whose."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.outage.judge import Account, account_of
from analysis.outage.outage import Cause, Concern, Confidence, Edge, Flag, Imputable, Outage, Severity
from analysis.period import Period
from analysis.report import State
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import NoAnswer, Reachability, Role
from probe.body.rung import CarrierChange, ClockSeen, LinkStatus, Neighbour, RouterSeen, WanStatus
from tests import outage_history as household
from tests.build import AT, a_speed_test
from tests.outage_history import (
    ANCHORS,
    ANCHORS_V6,
    BEYOND,
    EVERYTHING,
    GATEWAY,
    HEALED_AT_S,
    HOUSEHOLD,
    RESOLVER,
    SECOND,
    SILENT,
    History,
    both,
    dark,
    link,
    router,
    these_dark,
)  # fmt: skip

DAY_S = 86_400
RAN_ON = {650.0: 5 * DAY_S + 650, 1260.0: 5 * DAY_S + 1260}


def running_router(
    *, during: WanStatus = WanStatus.CONNECTED, **fields: object
) -> tuple[tuple[float, RouterSeen], ...]:
    """A router whose device ran on, looked at during the fault and after it."""
    looks = {
        at_s: router(device_uptime_s=up, wan_status=during if at_s < 1200 else WanStatus.CONNECTED, **fields)
        for at_s, up in RAN_ON.items()
    }
    return tuple(looks.items())


@dataclass(frozen=True, slots=True)
class Expected:
    down_s: float
    cause: Cause | None = None
    whose: Imputable | None = None
    concern: Concern = Concern.LINE


OPERATOR, CUSTOMER, THIRD, NOT_KNOWN = Imputable.OPERATOR, Imputable.CUSTOMER, Imputable.THIRD_PARTY, Imputable.UNKNOWN
ALL_DARK = dark(*EVERYTHING)
LINE_DARK = dark(Role.FIRST_HOP, Role.RESOLVER, *BEYOND)
CORE_DARK = dark(*BEYOND)
WHOLE = 595  # from the first miss to the last, 600 s of fault every 5 s
LATE_RESTART = (*running_router(during=WanStatus.DISCONNECTED)[:1], (1260.0, router(device_uptime_s=260)))

SCENARIOS: dict[str, tuple[History, Expected]] = {
    "cable unplugged, carrier seen": (
        History(answers=ALL_DARK, looks=[
            (300.0, link()),
            (598.0, replace(link(down_count=2), changes=(CarrierChange(0, False),))),
            (1203.0, link(down_count=2)),
        ]),
        Expected(WHOLE, Cause.OWN_LINK, CUSTOMER),
    ),
    "gateway hung": (
        History(answers=ALL_DARK, looks=[
            (300.0, link()), (640.0, link(neighbour_ipv4=Neighbour.FAILED)), (1300.0, link())
        ]),
        Expected(WHOLE, Cause.GATEWAY, CUSTOMER),
    ),
    "gateway that never answers ping hung, by the neighbour table": (
        History(
            answers=both(dark(Role.GATEWAY, start_s=0, end_s=9999), ALL_DARK),
            looks=[(300.0, link()), (640.0, link(neighbour_ipv4=Neighbour.FAILED))],
        ),
        Expected(WHOLE, Cause.GATEWAY, CUSTOMER),
    ),
    "router restarted by somebody": (
        History(
            answers=both(dark(Role.GATEWAY, end_s=660), LINE_DARK),
            looks=[(300.0, router(device_uptime_s=5 * DAY_S)), (1260.0, router(device_uptime_s=650))],
        ),
        Expected(WHOLE, Cause.GATEWAY, CUSTOMER),
    ),
    "access cut, the router sees its link gone": (
        History(answers=LINE_DARK, looks=running_router(during=WanStatus.DISCONNECTED, link_status=LinkStatus.DOWN)),
        Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR),
    ),
    "access cut, no router to ask": (History(answers=LINE_DARK), Expected(WHOLE, Cause.ACCESS_LINE, NOT_KNOWN)),
    "access cut, then the household restarts the router": (
        History(answers=both(dark(Role.GATEWAY, start_s=930, end_s=1000), LINE_DARK), looks=LATE_RESTART),
        Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR),
    ),
    "access silently lost": (
        History(answers=LINE_DARK, looks=running_router()), Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR)
    ),
    "downstream only": (
        History(answers=LINE_DARK, looks=running_router()), Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR)
    ),
    "upstream only": (History(answers=LINE_DARK, looks=running_router()), Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR)),
    "session gone, the router says so": (
        History(
            answers=dark(Role.RESOLVER, *BEYOND, why=household.NO_ROUTE),
            looks=running_router(during=WanStatus.CONNECTING),
        ),
        Expected(WHOLE, Cause.ACCESS_LINE, OPERATOR),
    ),
    "session renewed, known by the connection's uptime alone": (
        History(
            answers=dark(Role.FIRST_HOP, Role.RESOLVER, *BEYOND, end_s=640),
            looks=[(900.0, router(device_uptime_s=9 * DAY_S, wan_uptime_s=262, wan_status=WanStatus.CONNECTED))],
        ),
        Expected(35, Cause.ACCESS_LINE, OPERATOR),
    ),
    "core dead": (History(answers=CORE_DARK), Expected(WHOLE, Cause.ISP_CORE, OPERATOR)),
    "core dead, two networks watched alone": (
        History(answers=CORE_DARK, targets=(GATEWAY, household.HOP, *ANCHORS[:2])),
        Expected(WHOLE, Cause.ISP_CORE, NOT_KNOWN),
    ),
    "core dead, the first hop never answered": (
        History(
            answers=both(CORE_DARK, dark(Role.FIRST_HOP, start_s=0, end_s=9999)), looks=running_router()
        ),
        Expected(WHOLE, Cause.UNKNOWN, NOT_KNOWN),
    ),
    "an old probe: gateway and internet alone": (
        History(answers=CORE_DARK, targets=(GATEWAY, *ANCHORS)), Expected(WHOLE, Cause.UNKNOWN, NOT_KNOWN)
    ),
    "an old probe: its gateway hung": (
        History(answers=ALL_DARK, targets=(GATEWAY, *ANCHORS)), Expected(WHOLE, Cause.GATEWAY, CUSTOMER)
    ),
    "a modem that answers in the router's place": (
        History(
            answers=both(
                LINE_DARK,
                lambda one, at_s: None if one.target != "192.168.100.1" or 600 <= at_s < 1200 else NoAnswer.NOT_SENT,
                dark(Role.GATEWAY, why=NoAnswer.NOT_SENT),
            ),
            targets=(*HOUSEHOLD, household.Watched("192.168.100.1", Role.GATEWAY)),
        ),
        Expected(WHOLE, Cause.UNKNOWN, NOT_KNOWN),
    ),
    "a second router at home is no first hop of the operator": (
        History(
            answers=CORE_DARK, targets=(GATEWAY, household.Watched("192.168.0.1", Role.FIRST_HOP), *ANCHORS)
        ),
        Expected(WHOLE, Cause.UNKNOWN, NOT_KNOWN),
    ),
    "one prefix gone": (History(answers=these_dark(ANCHORS[0])), Expected(0, Cause.REMOTE, THIRD, Concern.NETWORK)),
    "one anchor dead of a network with two": (
        History(answers=these_dark(ANCHORS[0]), targets=(*HOUSEHOLD, replace(ANCHORS[0], target="198.51.100.2"))),
        Expected(0),
    ),
    "ICMP blocked everywhere, names of a zone answer": (History(answers=these_dark(*ANCHORS)), Expected(0)),
    "ICMP blocked everywhere, in both families, names of a zone answer": (
        History(answers=these_dark(*ANCHORS, *ANCHORS_V6), targets=(*HOUSEHOLD, *ANCHORS_V6)),
        Expected(0),
    ),
    "ICMP rate-limited": (
        History(answers=lambda one, at_s: SILENT if one in ANCHORS and 600 <= at_s < 1200 and at_s % 15 == 0 else None),
        Expected(0),
    ),
    "DNS dropped": (
        History(answers=these_dark(RESOLVER, SECOND)), Expected(0, Cause.DNS, NOT_KNOWN, Concern.NAMES)
    ),
    "DNS refused": (
        History(answers=these_dark(RESOLVER, why=NoAnswer.DNS_FAILED)), Expected(0, Cause.DNS, NOT_KNOWN, Concern.NAMES)
    ),
    "IPv6 alone dead": (
        History(answers=these_dark(*ANCHORS_V6), targets=(*HOUSEHOLD, *ANCHORS_V6)),
        Expected(0, Cause.UNKNOWN, NOT_KNOWN, Concern.IPV6),
    ),
    "ICMP blocked, and nothing else is asked, but a test goes through": (
        History(
            answers=these_dark(*ANCHORS), targets=(GATEWAY, *ANCHORS),
            looks=[(900.0, a_speed_test(ip_mbps=900))],
        ),
        Expected(0),
    ),
    "IPv6 that never worked": (
        History(
            answers=lambda one, _: SILENT if one.family == 6 else None, targets=(*HOUSEHOLD, *ANCHORS_V6)
        ),
        Expected(0),
    ),
    "probe suspended": (
        History(
            away=[(600, 1200)], asleep_s=lambda at_s: 600.0 if at_s >= 1200 else 0.0,
            looks=[(1200.0, Notice(kind=NoticeKind.SUSPENDED, seconds=600.0))],
        ),
        Expected(0),
    ),
    "probe rebooted": (
        History(away=[(600, 1200)], boot=lambda at_s: "one" if at_s < 1200 else "two"), Expected(0)
    ),
    "clock stepped an hour forward and back": (
        History(clock_error_s=lambda at_s: 3600.0 if 600 <= at_s < 1200 else 0.0, synchronised=lambda at_s: at_s < 600),
        Expected(0),
    ),
    "clock stepped an hour back and forward": (
        History(clock_error_s=lambda at_s: -3600.0 if 600 <= at_s < 1200 else 0.0, synchronised=lambda _: None),
        Expected(0),
    ),
    "clock stepped in an outage, the probe tells": (
        History(
            answers=CORE_DARK, clock_error_s=lambda at_s: 3600.0 if at_s >= 900 else 0.0,
            synchronised=lambda at_s: at_s < 900,
            looks=[(900.5, Notice(kind=NoticeKind.CLOCK_STEPPED, seconds=3600.0))],
        ),
        Expected(WHOLE, Cause.ISP_CORE, OPERATOR),
    ),
    "nothing happens": (History(), Expected(0)),
}  # fmt: skip


def judged(history: History) -> Account:
    period = Period(history.at, history.at + timedelta(seconds=history.seconds))
    return account_of("casa", history.records(), period)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_is_told_as_what_it_was(name: str) -> None:
    history, expected = SCENARIOS[name]
    account = judged(history)
    assert account.ledger.seconds(State.DOWN) == expected.down_s, name
    told = [one for one in account.outages if one.concern is expected.concern]
    if expected.cause is None:
        assert account.outages == ()
    elif expected.whose is None:
        assert {one.verdict.cause for one in account.outages} == {expected.cause}
    else:
        assert {(one.verdict.cause, one.verdict.imputable_to) for one in told} == {(expected.cause, expected.whose)}
    if expected.down_s:
        spans = [span for span in account.ledger.spans if span.state is State.DOWN]
        assert {span.cause for span in spans} == {expected.cause}


def the_outage(history: History) -> Outage:
    (outage,) = judged(history).outages
    return outage


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


def test_a_router_restarted_later_is_said_and_is_not_the_cause() -> None:
    history, _ = SCENARIOS["access cut, then the household restarts the router"]
    assert Flag.ROUTER_RESTARTED_LATER in the_outage(history).flags


def test_a_limit_on_icmp_is_loss_of_that_kind() -> None:
    (loss,) = judged(SCENARIOS["ICMP rate-limited"][0]).losses
    assert loss.icmp_alone
    (filtered,) = judged(SCENARIOS["ICMP blocked everywhere, names of a zone answer"][0]).losses
    assert filtered.icmp_alone
    assert filtered.answered_count == 0


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


def test_a_step_that_the_probe_tells_leaves_no_hole() -> None:
    for name in SCENARIOS:
        if "stepped" in name:
            account = judged(SCENARIOS[name][0])
            assert account.ledger.seconds(State.UNOBSERVED) == 5, name


def test_sleep_is_unobserved_and_the_probes() -> None:
    for name in ("probe suspended", "probe rebooted"):
        spans = [span for span in judged(SCENARIOS[name][0]).ledger.spans if span.state is State.UNOBSERVED]
        assert [(span.period.duration.total_seconds(), span.cause) for span in spans] == [(605, Cause.PROBE), (5, None)]


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
