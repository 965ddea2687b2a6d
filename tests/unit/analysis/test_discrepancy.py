"""Many days together: how many were surely bad, what comes back, and that a run of tests below is as rare as stated."""

from random import Random

import numpy as np
import pytest

from analysis.discrepancy.bad_days import bad_days_at_least, bad_days_by_sum
from analysis.discrepancy.pattern import tail
from analysis.profile import load
from analysis.speed.failed import by_class
from analysis.speed.run import chance_at_most, length_needed
from bench import discrepancy_power, rolling_accusation, two_phase_power, wrong_accusation
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


def test_a_bound_by_sum_is_wrong_as_seldom_as_stated_however_bad_the_bad_days_are() -> None:
    random, wrong = np.random.default_rng(1), 0
    for _ in range(2000):
        bad = int(random.integers(8))
        worst = random.integers(2, 25, bad)
        counts = [*worst.tolist(), *random.binomial(24, 0.05, 30 - bad).tolist()]
        wrong += bad_days_by_sum([(below, 24) for below in counts], 0.05, 0.975) > bad
    assert 0 < wrong / 2000 <= 0.025


def test_days_of_unlike_slots_are_taken_at_their_worst() -> None:
    few, many = [(2, 24)] * 5, [(8, 96)] * 5
    assert bad_days_by_sum([*few, *many], 0.05, 0.9875) <= bad_days_by_sum([(2, 24)] * 5 + [(8, 24)] * 5, 0.05, 0.9875)
    assert bad_days_by_sum([], 0.05, 0.9875) == 0


@pytest.mark.parametrize(
    "course",
    [*discrepancy_power.KEPT[1:9:3], *discrepancy_power.KEPT[9:]],
    ids=lambda course: f"{course.days} {course.says}",
)
def test_a_period_without_discrepancy_is_accused_at_most_once_in_twenty(course: discrepancy_power.Course) -> None:
    accused, *_ = discrepancy_power.shares(course, count=48, runs=20, seed=4)
    assert accused <= 0.05


def test_short_evenings_are_found_by_their_sum_where_no_day_is_proven_bad() -> None:
    evenings = discrepancy_power.every_day("two hours", discrepancy_power.evening(2))
    accused, by_calls, by_sum, german, *_ = discrepancy_power.shares(evenings, count=24, runs=10, seed=4)
    assert accused == by_sum == 1
    assert by_calls == german == 0


@pytest.mark.parametrize("spell_min", wrong_accusation.SPELLS_MIN)
@pytest.mark.parametrize("count", [24, 48])
def test_four_windows_together_accuse_at_most_once_in_twenty(count: int, spell_min: int) -> None:
    days = rolling_accusation.repeated(71, spell_min)
    by_rolling, *_ = rolling_accusation.shares(days, count=count, runs=400, seed=3)
    assert by_rolling <= 0.05


def test_a_spell_about_midnight_is_found_by_the_windows_alone() -> None:
    by_rolling, by_day, _ = rolling_accusation.shares(rolling_accusation.about_midnight(288), count=48, runs=50, seed=3)
    assert by_rolling == 1
    assert by_day == 0


@pytest.mark.parametrize("seen_share", [0.5, 1.0])
@pytest.mark.parametrize("spell_min", wrong_accusation.SPELLS_MIN)
def test_extra_tests_where_the_line_seems_strained_do_not_accuse_a_kept_day(spell_min: int, seen_share: float) -> None:
    accused, _, by_two_phase, *_ = two_phase_power.shares(
        total_min=71, spell_min=spell_min, count=24, seen_share=seen_share, runs=400, seed=3
    )
    assert accused <= 0.05
    assert by_two_phase <= 0.015


def test_extra_tests_where_the_line_is_strained_find_more() -> None:
    accused, by_count, *_ = two_phase_power.shares(
        total_min=216, spell_min=216, count=24, seen_share=1.0, runs=200, seed=3
    )
    assert accused > by_count + 0.15


def test_failed_tests_are_of_three_classes() -> None:
    records = [
        a_record(body=a_speed_test(failure=failure), sequence=number + 1)
        for number, failure in enumerate((Failure.NO_ROUTE, Failure.TIMED_OUT, Failure.SERVER_REFUSED, Failure.ABORTED))
    ]
    assert by_class(records, {records[0].id}) == {"aborted": 1, "fault": 2, "no_service": 1}


def test_the_bench_goes_by_the_numbers_of_the_profile() -> None:
    profile = load("pt-nos")
    normal, discrepancy = profile.rule("speed.normal", DAY), profile.rule("speed.discrepancy", DAY)
    rolling = profile.rule("speed.normal.rolling", DAY)
    assert normal is not None
    assert discrepancy is not None
    assert normal.number("breach_confidence") == wrong_accusation.BREACH_CONFIDENCE
    assert normal.number("run_error") == wrong_accusation.RUN_ERROR
    assert 1 - normal.number("share") == pytest.approx(wrong_accusation.ALLOWED)
    assert normal.number("two_phase_error") == wrong_accusation.TWO_PHASE_ERROR
    assert discrepancy.number("day_confidence") == discrepancy_power.DAY_CONFIDENCE
    assert discrepancy.number("claim_confidence") == discrepancy_power.CLAIM_CONFIDENCE
    assert discrepancy.whole("least_days") == discrepancy_power.LEAST_DAYS
    assert discrepancy.number("continuous_share") == 0.5
    assert rolling is not None
    assert rolling.number("confidence") == rolling_accusation.CONFIDENCE
    assert 86_400 / rolling.whole("step_s") == rolling_accusation.WINDOWS


def test_the_proofs_of_a_day_share_its_error() -> None:
    normal = load("pt-nos").rule("speed.normal", DAY)
    assert normal is not None
    errors = (1 - normal.number("breach_confidence"), normal.number("run_error"), normal.number("two_phase_error"))
    assert sum(errors) <= 0.05 + 1e-12
