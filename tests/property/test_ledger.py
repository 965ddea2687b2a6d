"""Every second of a period is up, down or unobserved, exactly once, whatever was handed in."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.ledger import build
from analysis.period import Period
from analysis.report import Ledger, State
from collector.envelope import StoredRecord
from probe.body.reachability import Role
from tests.strategies import histories, periods

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OF = st.sampled_from([Role.INTERNET, Role.GATEWAY])


def spent(ledger: Ledger, state: State) -> timedelta:
    return sum((span.period.duration for span in ledger.spans if span.state is state), start=timedelta())


@patient
@given(histories(), periods(), OF)
def test_the_three_states_add_up_to_wall_time_exactly(records: list[StoredRecord], period: Period, of: Role) -> None:
    ledger = build(records, period, of)
    assert sum((spent(ledger, state) for state in State), start=timedelta()) == period.duration
    assert (ledger.spans[0].period.start_at, ledger.spans[-1].period.end_at) == (period.start_at, period.end_at)
    for earlier, later in pairwise(ledger.spans):
        assert earlier.period.end_at == later.period.start_at
        assert earlier.state is not later.state


@patient
@given(histories(), periods(), st.randoms(use_true_random=False))
def test_order_and_doubles_make_no_difference(records: list[StoredRecord], period: Period, random: object) -> None:
    shuffled = [*records, *records[: len(records) // 2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert build(shuffled, period) == build(records, period)


@patient
@given(histories(), periods(), st.data())
def test_a_period_cut_in_two_keeps_every_second(
    records: list[StoredRecord], period: Period, data: st.DataObject
) -> None:
    total_us = period.duration // timedelta(microseconds=1)
    if total_us < 2:
        return
    middle = period.start_at + timedelta(microseconds=data.draw(st.integers(1, total_us - 1)))
    halves = [build(records, Period(period.start_at, middle)), build(records, Period(middle, period.end_at))]
    whole = build(records, period)
    for state in State:
        assert sum((spent(half, state) for half in halves), start=timedelta()) == spent(whole, state)


@patient
@given(histories(), periods())
def test_another_probe_can_only_take_time_from_the_unobserved_or_the_down(
    records: list[StoredRecord], period: Period
) -> None:
    alone = build([one for one in records if one.record.probe == "p1"], period)
    together = build(records, period)
    assert spent(together, State.UNOBSERVED) <= spent(alone, State.UNOBSERVED)
    assert spent(together, State.UP) >= spent(alone, State.UP)


@patient
@given(histories(), periods())
def test_down_needs_instants_on_both_its_edges(records: list[StoredRecord], period: Period) -> None:
    """A lower bound: no second is down unless misses were seen before and after it."""
    whole = Period(period.start_at - timedelta(days=2), period.end_at + timedelta(days=2))
    sampled = {
        one.record.started.at + timedelta(milliseconds=sample.offset_ms)
        for one in records
        for target in one.record.body.targets  # type: ignore[union-attr]  # histories hold reachability alone
        for sample in target.samples
    }
    if any(one.record.started.synchronised is not True for one in records):
        return  # re-dated records are not where their wall clock says
    for span in build(records, whole).spans:
        if span.state is State.DOWN:
            assert {span.period.start_at, span.period.end_at} <= sampled
