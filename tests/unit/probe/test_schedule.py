from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from probe.schedule import (
    FIRST_TEST_SPACING_S,
    HOUR_MARGIN_S,
    LATE_S,
    ON_THE_HOUR_S,
    Due,
    Proceed,
    Skip,
    SkipReason,
    Spending,
    day_plan,
    decide,
    decide_first,
    held_s,
    next_due,
    turn,
)

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
SPARE = Spending(spent_bytes=0, expected_bytes=None, bytes_per_day=1000)


def plan_of(on: date) -> tuple[Due, ...]:
    return day_plan(on, 24, uniform=Random(f"seed {on}").random)


def test_the_same_seed_gives_the_same_day() -> None:
    assert plan_of(NOON.date()) == plan_of(NOON.date())
    assert plan_of(NOON.date()) != plan_of(NOON.date() + timedelta(days=1))


def test_a_slot_without_an_allowed_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="30 s from a full hour"):
        day_plan(NOON.date(), 86_400, uniform=lambda: 0.5)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_test_that_would_begin_on_a_full_hour_is_held_until_it_has_passed(share: float) -> None:
    for off_s in range(-1800, 1800, 5):
        begins_at = NOON + timedelta(seconds=off_s)
        held = held_s(begins_at, share=share)
        after_s = off_s + held
        assert abs(after_s) >= ON_THE_HOUR_S
        assert (held > 0) is (abs(off_s) < ON_THE_HOUR_S)
        assert held <= 2 * ON_THE_HOUR_S + 60


def test_held_tests_of_many_probes_are_spread() -> None:
    at_s = [held_s(NOON, share=n / 10) for n in range(10)]
    assert all(later - earlier > 5 for earlier, later in pairwise(at_s))


def test_a_planned_instant_is_never_held_even_after_a_look_at_the_household() -> None:
    for due in plan_of(NOON.date()):
        for look_s in (0, HOUR_MARGIN_S - ON_THE_HOUR_S - 1):
            assert held_s(due.at + timedelta(seconds=look_s), share=0.5) == 0


def test_a_due_test_is_made() -> None:
    assert decide(due_at=NOON, now=NOON + timedelta(seconds=LATE_S), spending=SPARE) == Proceed()


def test_a_test_whose_time_was_slept_through_is_skipped_with_a_reason() -> None:
    skip = decide(due_at=NOON, now=NOON + timedelta(hours=2), spending=SPARE)
    assert skip == Skip(SkipReason.MISSED, "due at 2026-03-29 12:00:00 UTC, 7200 s ago")


def test_no_test_starts_that_would_overspend_the_month() -> None:
    spending = Spending(
        spent_bytes=0, expected_bytes=10, bytes_per_day=1000, month_spent_bytes=990, bytes_per_month=1000
    )
    skip = decide(due_at=NOON, now=NOON, spending=spending)
    assert isinstance(skip, Skip)
    assert skip.reason is SkipReason.MONTH_SPENT


@pytest.mark.parametrize(
    ("spent", "expected", "made"), [(0, 999, True), (0, 1000, False), (999, 0, True), (1000, 0, False)]
)
def test_no_test_starts_that_would_overspend_the_day(spent: int, expected: int, *, made: bool) -> None:
    spending = Spending(spent_bytes=spent, expected_bytes=expected, bytes_per_day=1000)
    assert isinstance(decide(due_at=NOON, now=NOON, spending=spending), Proceed) is made


def test_a_probe_that_is_started_over_and_over_does_not_test_over_and_over() -> None:
    soon = NOON + timedelta(seconds=FIRST_TEST_SPACING_S - 1)
    skip = decide_first(now=soon, last_round_at=NOON, spending=SPARE)
    assert isinstance(skip, Skip)
    assert skip.reason is SkipReason.JUST_TESTED
    later = NOON + timedelta(seconds=FIRST_TEST_SPACING_S)
    assert decide_first(now=later, last_round_at=NOON, spending=SPARE) == Proceed()


@pytest.mark.parametrize("last", [None, NOON + timedelta(days=1)])
def test_a_first_test_is_made_at_once_if_none_is_known_from_the_past(last: datetime | None) -> None:
    assert decide_first(now=NOON, last_round_at=last, spending=SPARE) == Proceed()


def test_the_next_test_follows_the_last_one_across_midnight() -> None:
    last = plan_of(NOON.date())[-1].at
    due = next_due(plan_of, now=last, handled=last, tests_per_day=24)
    assert due == plan_of(NOON.date() + timedelta(days=1))[0]


def test_a_clock_set_back_a_little_repeats_no_test() -> None:
    handled = plan_of(NOON.date())[10].at
    due = next_due(plan_of, now=handled - timedelta(minutes=5), handled=handled, tests_per_day=24)
    assert due == plan_of(NOON.date())[11]


def test_a_clock_set_back_a_year_does_not_end_testing() -> None:
    due = next_due(plan_of, now=NOON, handled=NOON + timedelta(days=365), tests_per_day=24)
    assert NOON < due.at < NOON + timedelta(hours=2)


def test_every_server_has_its_turn_at_every_hour() -> None:
    servers = ("a", "b", "c")
    for hour in range(24):
        first = {
            turn(servers, at=NOON.replace(hour=hour) + timedelta(days=day), tests_per_day=24)[0] for day in range(3)
        }
        assert first == set(servers)


def test_a_turn_leaves_no_server_out() -> None:
    assert sorted(turn(("a", "b", "c"), at=NOON, tests_per_day=24)) == ["a", "b", "c"]
