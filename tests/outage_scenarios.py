"""Kinds of fault, what each leaves behind in a household, and what is to be made of it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from analysis.outage.judge import Account, account_of
from analysis.outage.outage import Cause, Concern, Imputable, Outage
from analysis.period import Period
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import NoAnswer, Role
from probe.body.rung import CarrierChange, LinkStatus, Neighbour, RouterSeen, WanStatus
from tests import outage_history as household
from tests.build import a_speed_test
from tests.outage_history import (
    ANCHORS,
    ANCHORS_V6,
    BEYOND,
    EVERYTHING,
    GATEWAY,
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


def the_outage(history: History) -> Outage:
    (outage,) = judged(history).outages
    return outage
