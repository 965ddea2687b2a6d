"""An account keeps every second, blames nobody unseen, and is the same in whatever order records come."""

import random
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.ledger import build
from analysis.outage.judge import account_of
from analysis.outage.outage import Concern, Imputable, RungName, RungState
from analysis.period import Period
from analysis.report import State
from collector.envelope import StoredRecord
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Role
from probe.body.rung import ClockSeen, LinkSeen, LinkStatus, Neighbour, RouterSeen, WanStatus
from probe.record import Body
from tests.build import AT
from tests.outage_history import HOUSEHOLD, SILENT, History
from tests.strategies import histories, periods

patient = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECONDS = st.integers(0, 3600)


def looks() -> st.SearchStrategy[Body]:
    """Anything that a rung could have said."""
    uptime = st.none() | st.integers(0, 10_000)
    return st.one_of(
        st.builds(
            LinkSeen,
            carrier=st.none() | st.booleans(),
            carrier_down_count=st.none() | st.integers(0, 3),
            neighbour_ipv4=st.none() | st.sampled_from(Neighbour),
        ),
        st.builds(
            RouterSeen,
            wan_status=st.none() | st.sampled_from(WanStatus),
            link_status=st.none() | st.sampled_from(LinkStatus),
            wan_uptime_s=uptime,
            device_uptime_s=uptime,
        ),
        st.builds(ClockSeen, suspended_s=st.none() | st.floats(0, 4000), offset_ms=st.none() | st.floats(-1e7, 1e7)),
        st.builds(Notice, kind=st.sampled_from(NoticeKind)),
    )


@st.composite
def faults(draw: st.DrawFn) -> History:
    """An hour of a household: roles dark for stretches, looks at any time, away, asleep, restarted, clocks stepped."""
    dark = draw(st.lists(st.tuples(st.sampled_from(Role), SECONDS, st.integers(10, 1500)), max_size=8))
    edges = sorted(draw(st.lists(SECONDS, min_size=2, max_size=2)))
    error_s = draw(st.sampled_from([0.0, 0.0, 3600.0, -3600.0]))
    synchronised = draw(st.sampled_from([True, False, None]))
    return History(
        answers=lambda one, at_s: (
            SILENT if any(one.role is role and start <= at_s < start + lasts for role, start, lasts in dark) else None
        ),
        targets=HOUSEHOLD[: draw(st.integers(1, len(HOUSEHOLD)))],
        looks=[(float(at_s), body) for at_s, body in draw(st.lists(st.tuples(SECONDS, looks()), max_size=6))],
        seconds=3600,
        away=[(edges[0], edges[1])] if draw(st.booleans()) else [],
        boot=(lambda at_s: "one" if at_s < edges[1] else "two") if draw(st.booleans()) else (lambda _: "one"),
        clock_error_s=lambda at_s: error_s if edges[0] <= at_s < edges[1] else 0.0,
        synchronised=lambda at_s: synchronised if edges[0] <= at_s < edges[1] else True,
    )


def of(told: History | list[StoredRecord]) -> list[StoredRecord]:
    return told.records() if isinstance(told, History) else told


HOUR = Period(AT - timedelta(hours=2), AT + timedelta(hours=4))


@patient
@given(st.one_of(histories(), faults()), periods())
def test_the_three_states_add_up_to_wall_time_exactly_with_causes(
    records: History | list[StoredRecord], period: Period
) -> None:
    ledger = account_of("casa", of(records), period).ledger
    spent = sum((span.period.duration for span in ledger.spans), start=timedelta())
    assert spent == period.duration
    assert all((span.cause is not None) for span in ledger.spans if span.state is State.DOWN)


@patient
@given(faults())
def test_causes_add_no_time_and_take_none(history: History) -> None:
    records = history.records()
    account, plain = account_of("casa", records, HOUR), build(records, HOUR)
    assert [(span.period, span.state) for span in account.ledger.spans] == [
        (span.period, span.state) for span in plain.spans
    ]
    down = sum(one.down_s_lower for one in account.outages if one.concern is Concern.LINE)
    assert abs(down - plain.seconds(State.DOWN)) < 0.001


@patient
@given(faults())
def test_nothing_is_the_operators_where_the_own_side_was_not_seen_well(history: History) -> None:
    for outage in account_of("casa", history.records(), HOUR).outages:
        rungs = {rung.name: rung.state for rung in outage.rungs}
        if outage.verdict.imputable_to is Imputable.OPERATOR:
            assert RungState.WELL in {rungs[RungName.GATEWAY], rungs[RungName.ROUTER], rungs[RungName.FIRST_HOP]}
            assert RungState.FAULT not in {rungs[RungName.OWN_LINK], rungs[RungName.GATEWAY], rungs[RungName.ROUTER]}


@patient
@given(faults())
def test_edges_hold_what_lies_between_them(history: History) -> None:
    for outage in account_of("casa", history.records(), HOUR).outages:
        assert outage.start.later_at == outage.down[0].start_at
        assert outage.end.earlier_at == outage.down[-1].end_at
        assert outage.start.earlier_at is None or outage.start.earlier_at <= outage.down[0].start_at
        assert outage.end.later_at is None or outage.end.later_at >= outage.down[-1].end_at
        assert 0 < outage.down_s_lower <= outage.down_s_upper


@patient
@given(st.one_of(histories(), faults()), st.integers())
def test_the_order_of_records_makes_no_difference(told: History | list[StoredRecord], seed: int) -> None:
    records = of(told)
    shuffled = [*records, *records[: len(records) // 2]]
    random.Random(seed).shuffle(shuffled)
    assert account_of("casa", shuffled, HOUR) == account_of("casa", records, HOUR)
