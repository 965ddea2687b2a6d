"""What is known from elsewhere, put to outages that were judged from records."""

from dataclasses import replace
from datetime import timedelta

from analysis.outage.circumstance import Circumstances, OutsideView, Planned
from analysis.outage.judge import account_of
from analysis.outage.outage import Cause, Confidence, Flag, Imputable, Outage
from analysis.outage.together import LineWatched, together
from analysis.period import Period
from analysis.profile import ledger_rules
from probe.body.reachability import Role
from probe.body.rung import LinkStatus, RouterSeen, WanStatus
from tests.build import AT, MINUTE
from tests.outage_history import ANCHORS, BEYOND, EVERYTHING, GATEWAY, RESOLVER, SILENT, History, dark, these_dark

CORE_DEAD = History(answers=dark(*BEYOND))
ACCESS_CUT = History(answers=dark(Role.FIRST_HOP, Role.RESOLVER, *BEYOND))
GATEWAY_HUNG = History(answers=dark(*EVERYTHING))
PERIOD = Period(AT, AT + 30 * MINUTE)
DURING = Period(AT + 9 * MINUTE, AT + 21 * MINUTE)


def judged(history: History, circumstances: Circumstances) -> Outage:
    (outage,) = account_of("casa", history.records(), PERIOD, circumstances).outages
    return outage


def test_an_announced_outage_is_planned_and_still_somebodys() -> None:
    verdict = judged(CORE_DEAD, Circumstances(planned=(Planned(DURING),))).verdict
    assert (verdict.cause, verdict.imputable_to) == (Cause.PLANNED, Imputable.OPERATOR)


def test_one_that_outlasts_its_window_keeps_its_cause() -> None:
    early = Period(AT + 9 * MINUTE, AT + 15 * MINUTE)
    outage = judged(CORE_DEAD, Circumstances(planned=(Planned(early),)))
    assert outage.verdict.cause is Cause.ISP_CORE
    assert Flag.PLANNED_PARTLY in outage.flags


def test_an_announcement_does_not_explain_the_households_own_fault() -> None:
    assert judged(GATEWAY_HUNG, Circumstances(planned=(Planned(DURING),))).verdict.cause is Cause.GATEWAY


def test_the_operators_own_router_leaves_it_open_whose_it_was() -> None:
    assert judged(GATEWAY_HUNG, Circumstances(operator_equipment=True)).verdict.imputable_to is Imputable.UNKNOWN
    assert judged(GATEWAY_HUNG, Circumstances()).verdict.imputable_to is Imputable.CUSTOMER


def test_a_terminal_with_a_plug_of_its_own_leaves_it_open() -> None:
    looks = [
        (650.0, RouterSeen(device_uptime_s=90_000, wan_status=WanStatus.DISCONNECTED, link_status=LinkStatus.DOWN))
    ]
    cut = replace(ACCESS_CUT, looks=looks)
    told = {apart: judged(cut, Circumstances(terminal_apart=apart)).verdict for apart in (True, False, None)}
    assert {apart: verdict.imputable_to for apart, verdict in told.items()} == {
        True: Imputable.UNKNOWN,
        False: Imputable.OPERATOR,
        None: Imputable.OPERATOR,
    }
    assert [told[apart].confidence for apart in (True, None, False)] == [
        Confidence.LOW,
        Confidence.MEDIUM,
        Confidence.HIGH,
    ]


def test_the_operators_own_resolver_is_the_operators() -> None:
    history = History(answers=these_dark(RESOLVER))
    theirs = judged(history, Circumstances(operator_networks=frozenset({RESOLVER.target})))
    assert (theirs.verdict.cause, theirs.verdict.imputable_to) == (Cause.DNS, Imputable.OPERATOR)


def test_a_witness_outside_that_hears_the_line_speaks_against_the_operators_fault() -> None:
    outage = judged(CORE_DEAD, Circumstances(outside=OutsideView(alive=(DURING,))))
    assert (outage.verdict.confidence, outage.verdict.imputable_to) == (Confidence.LOW, Imputable.UNKNOWN)
    assert Flag.ALIVE_FROM_OUTSIDE in outage.flags


def test_one_that_hears_nothing_makes_the_cause_surer_and_adds_no_blame() -> None:
    outage = judged(CORE_DEAD, Circumstances(outside=OutsideView(dead=(DURING,))))
    assert (outage.verdict.confidence, outage.verdict.cause) == (Confidence.HIGH, Cause.ISP_CORE)
    alone = judged(ACCESS_CUT, Circumstances(outside=OutsideView(dead=(DURING,))))
    assert alone.verdict.imputable_to is Imputable.UNKNOWN


def test_a_cut_at_the_same_time_every_day_is_nobodys_and_says_so() -> None:
    nightly = [replace(ACCESS_CUT, at=AT + timedelta(days=day), boot=lambda _: "one") for day in range(3)]
    cuts = [replace(one, answers=dark(*BEYOND, end_s=660)) for one in nightly]
    records = [
        replace(stored, record=replace(stored.record, sequence=stored.record.sequence + 1000 * day))
        for day, one in enumerate(cuts)
        for stored in one.records()
    ]
    outages = account_of("casa", records, Period(AT, AT + timedelta(days=3))).outages
    assert len(outages) == 3
    assert all(Flag.EVERY_24_H in outage.flags for outage in outages)
    assert {outage.verdict.imputable_to for outage in outages} == {Imputable.UNKNOWN}


def lines(count: int, history: History) -> dict[str, LineWatched]:
    outages = account_of("casa", history.records(), PERIOD).outages
    quiet = LineWatched((), 30 * 86_400.0)
    return {f"line-{n}": LineWatched(outages, 30 * 86_400.0) if n < count else quiet for n in range(20)}


def test_many_lines_at_once_are_the_operators() -> None:
    told = together(lines(4, ACCESS_CUT), ledger_rules())
    for n in range(4):
        (outage,) = told[f"line-{n}"]
        assert Flag.MANY_LINES in outage.flags
        assert (outage.verdict.cause, outage.verdict.imputable_to) == (Cause.ACCESS_LINE, Imputable.OPERATOR)
    (alone,) = together(lines(2, ACCESS_CUT), ledger_rules())["line-0"]
    assert Flag.MANY_LINES not in alone.flags


def test_a_street_without_power_is_not_the_operators() -> None:
    (outage,) = together(lines(8, GATEWAY_HUNG), ledger_rules())["line-0"]
    assert (outage.verdict.cause, outage.verdict.imputable_to) == (Cause.GATEWAY, Imputable.CUSTOMER)


def test_lines_that_fail_all_the_time_fail_together_by_chance() -> None:
    restless = {name: replace(line, watched_s=1800.0) for name, line in lines(4, ACCESS_CUT).items()}
    (outage,) = together(dict(list(restless.items())[:4]), ledger_rules())["line-0"]
    assert Flag.MANY_LINES not in outage.flags


def test_old_records_with_one_network_are_judged_and_blame_nobody() -> None:
    history = History(
        answers=lambda one, at_s: SILENT if one.role is Role.INTERNET and 600 <= at_s < 1200 else None,
        targets=(GATEWAY, ANCHORS[0]),
    )
    assert judged(history, Circumstances()).verdict.imputable_to is Imputable.UNKNOWN
