from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from probe.schedule import HOUR_MARGIN_S, day_plan, next_due

counts = st.integers(1, 288)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))  # clock-change days among them: they are UTC days like any other
shares = st.floats(0, 1, exclude_max=True)


@given(on=days, tests_per_day=counts, seed=st.integers())
def test_every_slot_of_every_day_has_exactly_one_test(on: date, tests_per_day: int, seed: int) -> None:
    plan = day_plan(on, tests_per_day, uniform=Random(seed).random)
    midnight = datetime.combine(on, time(), UTC)
    day_us = 86_400_000_000
    slots = [(at - midnight) // timedelta(microseconds=1) * tests_per_day / day_us for at in plan]
    assert len(plan) == tests_per_day
    assert all(n <= slot + 1e-6 and slot < n + 1 for n, slot in enumerate(slots))
    assert list(plan) == sorted(set(plan))


@given(on=days, tests_per_day=counts, share=shares)
def test_no_test_is_near_a_full_hour(on: date, tests_per_day: int, share: float) -> None:
    for at in day_plan(on, tests_per_day, uniform=lambda: share):
        past_hour_s = at.minute * 60 + at.second + at.microsecond / 1e6
        assert HOUR_MARGIN_S <= past_hour_s < 3600 - HOUR_MARGIN_S


@given(share=shares)
def test_instants_are_uniform_over_what_is_allowed(share: float) -> None:
    (at,) = day_plan(date(2026, 1, 1), 1, uniform=lambda: share)
    passed_s = (at - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()
    hours, rest_s = divmod(passed_s, 3600)
    allowed_s = hours * (3600 - 2 * HOUR_MARGIN_S) + rest_s - HOUR_MARGIN_S
    assert abs(allowed_s - share * 24 * (3600 - 2 * HOUR_MARGIN_S)) < 1e-3


@given(
    tests_per_day=counts,
    start=st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 31), timezones=st.just(UTC)),  # noqa: DTZ001  aware by `timezones`
    naps_s=st.lists(st.floats(0, 100), min_size=1, max_size=50),
)
def test_a_probe_that_stays_awake_is_due_once_for_every_planned_instant(
    tests_per_day: int, start: datetime, naps_s: list[float]
) -> None:
    def plan_of(on: date) -> tuple[datetime, ...]:
        return day_plan(on, tests_per_day, uniform=Random(f"{on}").random)

    now = handled = start
    made: list[datetime] = []
    for nap_s in naps_s:
        now += timedelta(seconds=nap_s)
        while (due := next_due(plan_of, now=now, handled=handled, tests_per_day=tests_per_day)) <= now:
            made.append(due)
            handled = due
    planned = [at for day in range(-1, 3) for at in plan_of(start.date() + timedelta(days=day)) if start < at <= now]
    assert made == planned
