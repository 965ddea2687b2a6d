"""What is sent at once, and what may wait for company."""

from dataclasses import replace

import pytest

from probe.backlog.patience import Patience
from probe.body.draw import Course, Decision, Draw, Origin, TurnWish
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import NoAnswer, Reachability
from probe.body.rung import ClockSeen, LinkSeen, Occasion, RouterSeen
from probe.record import Body
from tests.build import AT, a_reachability_minute, a_speed_test


def _missing(*rounds: int) -> Reachability:
    """A minute in which one target did not answer in these rounds."""
    minute = a_reachability_minute(targets=3)
    samples = tuple(
        replace(one, rtt_ms=None, no_answer=NoAnswer.TIMED_OUT) if number in rounds else one
        for number, one in enumerate(minute.targets[1].samples)
    )
    return replace(minute, targets=(minute.targets[0], replace(minute.targets[1], samples=samples), minute.targets[2]))


@pytest.mark.parametrize(
    "body",
    [
        a_speed_test(),
        Notice(kind=NoticeKind.STARTED),
        TurnWish(for_s=30),
        LinkSeen(interface="eth0", carrier=False, occasion=Occasion.TROUBLE),
        RouterSeen(silence=None, occasion=Occasion.RECOVERY),
    ],
    ids=lambda body: type(body).__name__,
)
def test_what_a_person_waits_for_goes_at_once(body: Body) -> None:
    assert not Patience().may_wait(body)


@pytest.mark.parametrize(
    "body",
    [
        a_reachability_minute(targets=3),
        LinkSeen(interface="eth0", carrier=True),
        ClockSeen(time_server="t"),
        Decision(course=Course.NOT_DRAWN, draw=Draw(origin=Origin.SLOT, due_at=AT)),
    ],
    ids=lambda body: type(body).__name__,
)
def test_routine_may_wait(body: Body) -> None:
    assert Patience().may_wait(body)


def test_a_lost_packet_is_routine_and_two_in_a_row_are_not() -> None:
    assert Patience().may_wait(_missing(1))
    assert Patience().may_wait(_missing(1, 3))
    assert not Patience().may_wait(_missing(1, 2))


def test_both_edges_of_trouble_go_at_once() -> None:
    patience, whole = Patience(), a_reachability_minute(targets=3)
    told = [patience.may_wait(one) for one in (whole, _missing(3, 4), _missing(0, 1), whole, whole)]
    assert told == [True, False, False, False, True]
