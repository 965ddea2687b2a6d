"""Days are simulated and drawn by the probe's own plan and chances: what is claimed of them holds on average."""

from datetime import UTC, date, datetime
from random import Random
from statistics import mean, pstdev

from analysis.speed.weights import Drawn, weighted_share
from probe.body.draw import Origin, Stratum
from probe.schedule import Spending, day_plan
from probe.sensing.chance import chances

ON = date(2026, 3, 3)
TESTS_PER_DAY = 24
EXTRA_OF = {Stratum.CALM: 0.05, Stratum.STRAINED: 1.0, Stratum.UNKNOWN: 0.05}
PLENTY = Spending(spent_bytes=0, expected_bytes=1, bytes_per_day=10**6, bytes_per_month=10**8)


def hour_of(at: datetime) -> float:
    return (at - datetime(2026, 3, 3, tzinfo=UTC)).total_seconds() / 3600


def is_strained(hour: float) -> bool:
    """Light sensing sees the evening as strained."""
    return 18 <= hour < 24


def is_below(hour: float) -> bool:
    """The line is below for three of those hours, and for an hour that light sensing does not see."""
    return 19 <= hour < 22 or 4 <= hour < 5


TRUE_SHARE = 4 / 24


def drawn_day(seed: int) -> list[Drawn]:
    made: list[Drawn] = []
    for due in day_plan(ON, TESTS_PER_DAY, uniform=Random(seed).random):
        hour = hour_of(due.at)
        stratum = Stratum.STRAINED if is_strained(hour) else Stratum.CALM
        chance = chances(stratum, EXTRA_OF, now=due.at, spending=PLENTY, tests_per_day=TESTS_PER_DAY)
        if due.lot < (chance.own if due.origin is Origin.SLOT else chance.extra):
            made.append(Drawn(is_below(hour), chance.tests_per_hour))
    return made


def test_the_weighted_share_is_right_on_average_where_the_plain_share_is_not() -> None:
    days = [drawn_day(seed) for seed in range(1500)]
    estimates = [estimate for day in days if (estimate := weighted_share(day)) is not None]
    shares = [estimate.share for estimate in estimates]
    plain = [mean(one.counts for one in day) for day in days]
    standard_error = pstdev(shares) / len(shares) ** 0.5
    assert abs(mean(shares) - TRUE_SHARE) < max(4 * standard_error, 0.002)
    assert mean(plain) - TRUE_SHARE > 0.02, "the test would prove nothing"


def test_its_error_is_not_too_small() -> None:
    """A test in every slot spreads better than chance, so that the error by linearisation errs upwards."""
    estimates = [weighted_share(drawn_day(seed)) for seed in range(600)]
    shares = [one.share for one in estimates if one is not None]
    errors = [one.error for one in estimates if one is not None and one.error is not None]
    assert mean(errors) > 0.9 * pstdev(shares)


def test_slots_are_tested_no_less_for_the_extra_ones() -> None:
    for seed in range(50):
        plan = day_plan(ON, TESTS_PER_DAY, uniform=Random(seed).random)
        own = [due for due in plan if due.origin is Origin.SLOT]
        for due in own:
            chance = chances(Stratum.CALM, EXTRA_OF, now=due.at, spending=PLENTY, tests_per_day=TESTS_PER_DAY)
            assert due.lot < chance.own == 1.0


def test_every_moment_has_a_chance_however_short_the_bytes_and_the_days_stay_within_them() -> None:
    """A month of days under a budget of a third of the tests: spread over the day, and never above the budget."""
    hours: list[int] = []
    spent_month = 0
    for day in range(1, 31):
        on, spent = date(2026, 4, day), 0
        for due in day_plan(on, TESTS_PER_DAY, uniform=Random(day).random):
            spending = Spending(
                spent_bytes=spent,
                expected_bytes=10,
                bytes_per_day=120,
                month_spent_bytes=spent_month,
                bytes_per_month=2400,
            )
            chance = chances(Stratum.STRAINED, EXTRA_OF, now=due.at, spending=spending, tests_per_day=TESTS_PER_DAY)
            assert chance.extra == 0 or spent + 20 < 120
            made = due.lot < (chance.own if due.origin is Origin.SLOT else chance.extra)
            if made and spent + 10 < 120 and spent_month + 10 < 2400:
                spent, spent_month = spent + 10, spent_month + 10
                hours.append(due.at.hour)
            assert chance.own > 0 or spent_month >= 2390
    assert 1900 <= spent_month < 2400
    quarters = [sum(hour // 6 == quarter for hour in hours) for quarter in range(4)]
    assert min(quarters) > 0.7 * max(quarters)
