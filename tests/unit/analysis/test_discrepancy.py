"""Many days together: how many were surely bad, what comes back, and that a run of tests below is as rare as stated."""

from random import Random

import numpy as np
import pytest

from analysis.discrepancy.bad_days import bad_days_at_least
from analysis.discrepancy.pattern import tail
from analysis.profile import load
from analysis.speed.failed import by_class
from analysis.speed.run import chance_at_most, length_needed
from bench import wrong_accusation
from probe.body.speed_test import Failure
from tests.build import DAY, a_record, a_speed_test


def test_a_bound_on_bad_days_is_wrong_as_seldom_as_stated() -> None:
    random, wrong = Random(1), 0
    for _ in range(2000):
        bad = random.randrange(8)
        called = bad + sum(random.random() < 0.05 for _ in range(30 - bad))
        wrong += bad_days_at_least(called, 30, 0.05, 0.975) > bad
    assert wrong / 2000 <= 0.025


@pytest.mark.parametrize("spread", [1, 4, 5, 6, 8, 24])
def test_no_pattern_of_a_compliant_day_shows_the_run_more_often_than_bounded(spread: int) -> None:
    """72 minutes spread alike over neighbouring hours: the chance of each, by counting every outcome."""
    length = length_needed(1.2, 0.01)
    shares = [min(1.0, 1.2 / spread) if hour < spread else 0.0 for hour in range(24)]
    runs = [1.0] + [0.0] * length  # by the length of the run at the end; the last one stays
    for share in shares:
        runs = [
            sum(runs[:length]) * (1 - share),
            *(runs[n] * share for n in range(length - 1)),
            runs[length] + runs[length - 1] * share,
        ]
    assert runs[length] <= chance_at_most(length, 1.2) <= 0.01


def test_the_chance_of_days_that_differ_is_exact() -> None:
    random = np.random.default_rng(1)
    chances = [0.1, 0.3, 0.5, 0.7]
    drawn = (random.random((200_000, 4)) < chances).sum(axis=1)
    assert tail(chances, 3) == pytest.approx((drawn >= 3).mean(), abs=0.005)


@pytest.mark.parametrize("spell_min", wrong_accusation.SPELLS_MIN)
@pytest.mark.parametrize("count", [24, 48])
def test_a_kept_day_is_accused_by_either_proof_at_most_once_in_twenty(count: int, spell_min: int) -> None:
    share = wrong_accusation.share_accused(
        wrong_accusation.either, total_min=71, spell_min=spell_min, count=count, runs=400, seed=3
    )
    assert share <= 0.05


def test_a_month_with_two_bad_days_is_no_discrepancy() -> None:
    random = np.random.default_rng(4)
    called = (wrong_accusation.discrepancy_called(random, days=30, bad_days=2, hours=6, count=48) for _ in range(60))
    assert sum(called) <= 3


def test_failed_tests_are_of_three_classes() -> None:
    records = [
        a_record(body=a_speed_test(failure=failure), sequence=number + 1)
        for number, failure in enumerate((Failure.NO_ROUTE, Failure.TIMED_OUT, Failure.SERVER_REFUSED, Failure.ABORTED))
    ]
    assert by_class(records, {records[0].id}) == {"aborted": 1, "fault": 2, "no_service": 1}


def test_the_bench_goes_by_the_numbers_of_the_profile() -> None:
    profile = load("pt-nos")
    normal, discrepancy = profile.rule("speed.normal", DAY), profile.rule("speed.discrepancy", DAY)
    assert normal is not None
    assert discrepancy is not None
    assert normal.number("breach_confidence") == wrong_accusation.BREACH_CONFIDENCE
    assert normal.number("run_error") == wrong_accusation.RUN_ERROR
    assert 1 - normal.number("share") == pytest.approx(wrong_accusation.ALLOWED)
    assert discrepancy.number("day_confidence") == wrong_accusation.DAY_CONFIDENCE
    assert discrepancy.number("claim_confidence") == wrong_accusation.CLAIM_CONFIDENCE
    assert discrepancy.whole("least_days") == wrong_accusation.LEAST_DAYS
    # what accuses by count and what accuses by run, together
    assert (1 - normal.number("breach_confidence")) + normal.number("run_error") <= 0.05 + 1e-12
