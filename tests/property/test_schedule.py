from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from probe.body.draw import Origin
from probe.schedule import HOUR_MARGIN_S, Due, day_plan, next_due

counts = st.integers(1, 288)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))  # clock-change days among them: they are UTC days like any other
shares = st.floats(0, 1, exclude_max=True)


@given(on=days, tests_per_day=counts, seed=st.integers())
def test_every_slot_of_every_day_has_one_test_of_its_own_and_one_extra(on: date, tests_per_day: int, seed: int) -> None:
    plan = day_plan(on, tests_per_day, uniform=Random(seed).random)
    midnight = datetime.combine(on, time(), UTC)
    day_us = 86_400_000_000
    for origin in (Origin.SLOT, Origin.EXTRA):
        dues = [due for due in plan if due.origin is origin]
        slots = [(due.at - midnight) // timedelta(microseconds=1) * tests_per_day / day_us for due in dues]
        assert len(dues) == tests_per_day
        assert all(n <= slot + 1e-6 and slot < n + 1 for n, slot in enumerate(slots))
        assert all(due.slot_at <= due.at < due.slot_end_at for due in dues)
    assert [due.at for due in plan] == sorted(due.at for due in plan)


@given(tests_per_day=st.integers(8, 288), seed=st.integers(), share=st.floats(0.05, 0.95))
def test_a_share_of_the_slots_is_spread_over_the_day(tests_per_day: int, seed: int, share: float) -> None:
    """Any stretch of slots has its share of lots below a chance, to within three tests."""
    plan = day_plan(date(2026, 1, 1), tests_per_day, uniform=Random(seed).random)
    made = [due.lot < share for due in plan if due.origin is Origin.SLOT]
    for first in range(0, tests_per_day, 7):
        stretch = made[first:]
        assert abs(sum(stretch) - share * len(stretch)) <= 3


@given(on=days, tests_per_day=counts, share=shares)
def test_no_test_is_near_a_full_hour(on: date, tests_per_day: int, share: float) -> None:
    for due in day_plan(on, tests_per_day, uniform=lambda: share):
        at = due.at
        past_hour_s = at.minute * 60 + at.second + at.microsecond / 1e6
        assert HOUR_MARGIN_S <= past_hour_s < 3600 - HOUR_MARGIN_S


@given(share=shares)
def test_instants_are_uniform_over_what_is_allowed(share: float) -> None:
    own, _ = day_plan(date(2026, 1, 1), 1, uniform=lambda: share)
    passed_s = (own.at - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()
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
    def plan_of(on: date) -> tuple[Due, ...]:
        return day_plan(on, tests_per_day, uniform=Random(f"{on}").random)

    now = handled = start
    made: list[Due] = []
    for nap_s in naps_s:
        now += timedelta(seconds=nap_s)
        while (due := next_due(plan_of, now=now, handled=handled, tests_per_day=tests_per_day)).at <= now:
            made.append(due)
            handled = due.at
    around = [due for day in range(-1, 3) for due in plan_of(start.date() + timedelta(days=day))]
    planned = [due for due in around if start < due.at <= now]
    assert made == planned
