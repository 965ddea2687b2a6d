"""Laws of time and money: more time away never gives less, order is irrelevant, clipping and merging lose nothing."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.availability.billing import billing_periods
from analysis.availability.downtime import Down, Downtime, Interruption, Standing, runs, seconds
from analysis.clause import Profile
from analysis.contract import Contract, Line, Price, Speeds, Technology, Terms
from analysis.credit.amount import due
from analysis.credit.matrix import Owed, matrix
from analysis.outage.stretch import Stretch, joined, period_of, stretch_of, total_us
from analysis.period import Period
from analysis.profile import load
from analysis.ruling import Bench
from tests.build import LISBON

SPEEDS = Speeds(maximum_bps=10**9, normal_bps=None, minimum_bps=None)
FIRST = datetime(2026, 10, 1, tzinfo=UTC)  # the night of 25 hours lies inside
HOUR_US = 3_600_000_000
PROFILE: Profile = load("pt-nos")
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

prices = st.tuples(st.integers(100, 20_000), st.integers(100, 20_000)).map(
    lambda cents: Price(
        monthly_eur=Decimal(max(cents)) / 100, internet_share_eur=Decimal(min(cents)) / 100, billing_day=5
    )
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Up to three prices, and billing days that move."""
    days = sorted(draw(st.sets(st.integers(1, 60), max_size=2)))
    starts = [date(2026, 1, 15), *(date(2026, 10, 1) + timedelta(days=n) for n in days)]
    held = tuple(
        Terms(
            from_on=on,
            service="x",
            download=SPEEDS,
            upload=SPEEDS,
            price=replace(draw(prices), billing_day=draw(st.integers(1, 31))),
        )
        for on in starts
    )
    line = Line(id="casa", zone=LISBON)
    return Contract(operator="NOS", technology=Technology.FTTH, profile="pt-nos", line=line, terms=held)


hours = st.tuples(st.integers(0, 60 * 24), st.integers(1, 60)).map(lambda one: (one[0], one[0] + one[1]))
downs = st.lists(hours, min_size=1, max_size=6)


def stretches(told: list[tuple[int, int]]) -> list[Stretch]:
    start_us = stretch_of(Period(FIRST, FIRST + timedelta(1)))[0]
    return joined((start_us + a * HOUR_US, start_us + b * HOUR_US) for a, b in told)


def away(found: list[Stretch]) -> Downtime:
    """Each stretch an interruption of the operator's, known from its first second."""
    inside = tuple(
        Interruption(
            outage_ids=(f"o{number}",),
            downs=(Down(one, Standing.OPERATOR, known=True),),
            span=period_of(one),
            possible=(one,),
            known_at=period_of(one).start_at,
            reported_at=period_of(one).start_at,
            restored_at=period_of(one).end_at,
        )
        for number, one in enumerate(found)
    )
    return Downtime(period=Period(FIRST, FIRST + timedelta(90)), interruptions=inside, dark=tuple(found))


@patient
@given(contracts(), downs, hours)
def test_more_time_away_never_lowers_any_cell_of_the_matrix(
    held: Contract, told: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    few, many = stretches(told), stretches([*told, more])
    for billing in billing_periods(held, Period(FIRST, FIRST + timedelta(60))):
        less = matrix(held, billing, Owed(observed=few, known=few, possible=few), 30)
        greater = matrix(held, billing, Owed(observed=many, known=many, possible=many), 30)
        for one, other in zip(less, greater, strict=True):
            assert one.reading == other.reading
            assert one.lower_eur <= other.lower_eur
            assert one.upper_eur <= other.upper_eur
            assert one.lower_eur <= one.upper_eur


@patient
@given(contracts(), downs, hours)
def test_more_time_away_never_lowers_what_is_owed(
    held: Contract, told: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    bench = Bench(contract=held, profile=PROFILE, now=FIRST + timedelta(90))
    rule = bench.rule("credit.amount", FIRST)
    assert rule is not None
    for billing in billing_periods(held, Period(FIRST, FIRST + timedelta(60))):
        less = due(bench, rule, billing, away(stretches(told))).recommended(rule)
        greater = due(bench, rule, billing, away(stretches([*told, more]))).recommended(rule)
        assert less is not None
        assert greater is not None
        assert less.lower_eur <= greater.lower_eur
        assert less.upper_eur <= greater.upper_eur


@patient
@given(contracts(), downs, st.randoms(use_true_random=False))
def test_the_order_of_stretches_is_irrelevant_to_money(
    held: Contract, told: list[tuple[int, int]], dice: random.Random
) -> None:
    found = stretches(told)
    mixed = dice.sample(found, len(found))
    for billing in billing_periods(held, Period(FIRST, FIRST + timedelta(60))):
        assert matrix(held, billing, Owed(observed=found, known=found, possible=found), 30) == matrix(
            held, billing, Owed(observed=mixed, known=mixed, possible=mixed), 30
        )


@patient
@given(contracts(), downs)
def test_time_clipped_to_billing_periods_adds_up_to_all_of_it(held: Contract, told: list[tuple[int, int]]) -> None:
    found = stretches(told)
    whole = Period(FIRST - timedelta(62), FIRST + timedelta(90))
    billings = billing_periods(held, whole)
    assert all(one.period.end_at == other.period.start_at for one, other in pairwise(billings))
    assert sum(seconds(found, one.period) for one in billings) == seconds(found)


@patient
@given(downs, st.integers(0, 12))
def test_runs_keep_every_second_and_only_long_gaps_divide_them(told: list[tuple[int, int]], bridge_h: int) -> None:
    found = stretches(told)
    grouped = list(runs(found, bridge_h * 3600))
    assert [stretch for run in grouped for stretch in run] == found
    assert sum(map(total_us, grouped)) == total_us(found)
    for run, following in pairwise(grouped):
        assert following[0][0] - run[-1][1] > bridge_h * HOUR_US
