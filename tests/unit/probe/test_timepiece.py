from dataclasses import replace
from datetime import timedelta

import pytest

from probe.body.notice import NoticeKind
from probe.rung.timepiece import Look, events
from tests.build import AT, a_stamp

BEFORE = Look(a_stamp(at=AT), 100.0)


def after(*, ran_s: float, wall_s: float, slept_s: float | None = 0.0) -> Look:
    stamp = a_stamp(
        at=AT + timedelta(seconds=wall_s), monotonic_ns=BEFORE.stamp.monotonic_ns + round(ran_s * 1_000_000_000)
    )
    return Look(stamp, None if slept_s is None else 100.0 + slept_s)


@pytest.mark.parametrize(("ran_s", "wall_s"), [(1, 1), (1, 1.9), (1, 0.1), (3600, 3600.5)])
def test_clocks_that_run_together_are_no_news(ran_s: float, wall_s: float) -> None:
    assert events(BEFORE, after(ran_s=ran_s, wall_s=wall_s)) == ()


def test_a_sleep_is_told_with_its_length_from_the_last_look_to_the_first() -> None:
    woke = after(ran_s=1, wall_s=3601, slept_s=3600)
    (event,) = events(BEFORE, woke)
    assert (event.notice.kind, event.notice.seconds) == (NoticeKind.SUSPENDED, 3600)
    assert (event.started, event.ended) == (BEFORE.stamp, woke.stamp)


@pytest.mark.parametrize("by_s", [3600, -3600, 1.5, -1.5])
def test_a_clock_that_is_set_is_told_by_how_much(by_s: float) -> None:
    (event,) = events(BEFORE, after(ran_s=1, wall_s=1 + by_s))
    assert (event.notice.kind, event.notice.seconds) == (NoticeKind.CLOCK_STEPPED, by_s)
    assert event.started == event.ended


def test_a_sleep_and_a_step_are_told_apart() -> None:
    slept, stepped = events(BEFORE, after(ran_s=1, wall_s=61 - 3600, slept_s=60))
    assert (slept.notice.kind, slept.notice.seconds) == (NoticeKind.SUSPENDED, 60)
    assert (stepped.notice.kind, stepped.notice.seconds) == (NoticeKind.CLOCK_STEPPED, -3600)
    assert slept.started.at <= slept.ended.at


def test_without_a_clock_that_counts_sleep_a_sleep_looks_like_a_step() -> None:
    (event,) = events(replace(BEFORE, slept_s=None), after(ran_s=1, wall_s=61, slept_s=None))
    assert event.notice.kind is NoticeKind.CLOCK_STEPPED
