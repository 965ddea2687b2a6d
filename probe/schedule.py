"""Pure. When speed tests are due, and whether a due test is made: stratified random times within a byte budget.

The UTC day is cut into as many equal slots as there are tests; each slot gets one instant, uniform over those of its
instants that lie at least 30 s from a full hour, where the timers of other people's machines fire. A test per slot
covers every hour alike; a random instant in it neither meets nor misses what happens by the clock. Each day draws its
own instant in every slot: one offset for the whole day would hit what recurs every hour with all of a day's tests or
with none. A second instant in every slot is for an extra test (`probe.sensing.chance`). UTC days have no clock
changes. Knows nothing of local time, servers or contracts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from probe.body.draw import Origin

HOUR_MARGIN_S = 30
ON_THE_HOUR_S = 15  # less than that margin: what was drawn at its edge may take a look at the household first
LATE_S = 60  # a test that could not start by then would no longer be at its random time
FIRST_TEST_SPACING_S = 300  # a probe that is started over and over must not load the line with first tests
_HELD_SPREAD_S = 60  # so that those who let a full hour pass do not all begin at once after it
_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
_GOLDEN_SHARE = (5**0.5 - 1) / 2
_Server = TypeVar("_Server")


class SkipReason(StrEnum):
    """Why a due test was not made."""

    BYTES_SPENT = "bytes_spent"
    MONTH_SPENT = "month_spent"
    MISSED = "missed"  # the probe slept, or was still busy, when the time came
    JUST_TESTED = "just_tested"  # the probe was started again soon after a test
    SPACED = "spaced"  # the only servers left want their tests further apart
    HOUSEHOLD_BUSY = "household_busy"  # others used the line for as long as the test could wait
    ANOTHER_PROBE = "another_probe"  # so did another probe
    REPEATS_SPENT = "repeats_spent"  # a low result was not tested again: the day's repeats are made


@dataclass(frozen=True, slots=True)
class Proceed:
    """Make the test."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not make it. `detail` is for people."""

    reason: SkipReason
    detail: str


Decision = Proceed | Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Bytes of speed tests, this UTC day's and this UTC calendar month's.

    `expected_bytes` is what one round of tests moves, None where none has been made yet.
    """

    spent_bytes: int
    expected_bytes: int | None
    bytes_per_day: int
    month_spent_bytes: int = 0
    bytes_per_month: int = 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A test of the plan. `lot`, uniform in [0, 1), is held against the chance of the test: below it, it is made."""

    at: datetime
    slot_at: datetime
    slot_s: float
    origin: Origin
    lot: float

    @property
    def slot_end_at(self) -> datetime:
        """When the slot is over."""
        return self.slot_at + timedelta(seconds=self.slot_s)


def day_plan(on: date, tests_per_day: int, *, uniform: Callable[[], float]) -> tuple[Due, ...]:
    """The instants of one UTC day, sorted: in each slot one for the slot's own test and one for an extra test.

    `uniform` gives numbers in [0, 1). The lots of the slots' own tests fill [0, 1) evenly over any stretch of the day
    (a Weyl sequence from a random start), so that a share of the slots is spread over the day. Raises ValueError for a
    slot that has no allowed instant.
    """
    edges_us = [n * _DAY_US // tests_per_day for n in range(tests_per_day + 1)]
    slots = list(pairwise(edges_us))
    own_us = [_draw(*slot, uniform()) for slot in slots]
    start = uniform()
    lots = [(start + n * _GOLDEN_SHARE) % 1.0 for n in range(len(slots))]
    own = [_due(on, slot, at_us, Origin.SLOT, lot) for slot, at_us, lot in zip(slots, own_us, lots, strict=True)]
    extra = [_due(on, slot, _draw(*slot, uniform()), Origin.EXTRA, uniform()) for slot in slots]
    return tuple(sorted([*own, *extra], key=lambda due: due.at))


def next_due(plan_of: Callable[[date], Sequence[Due]], *, now: datetime, handled: datetime, tests_per_day: int) -> Due:
    """The first planned test after `handled`, whose time may have passed if nobody looked when it came.

    `plan_of` gives a day's plan, never empty. `handled` is when an instant was last dealt with, or when the probe
    started. It stays ahead of `now` when the clock is set back, so that no test is repeated, but for a slot's length
    at most.
    """
    slot = timedelta(days=1) / tests_per_day
    after = now if handled - now > slot else handled
    today = after.date()
    return next(due for on in (today, today + timedelta(days=1)) for due in plan_of(on) if due.at > after)


def decide(*, due_at: datetime, now: datetime, spending: Spending) -> Decision:
    """Whether the test that was due at `due_at` may be made at `now`."""
    late_s = (now - due_at).total_seconds()
    if late_s > LATE_S:
        return Skip(SkipReason.MISSED, f"due at {due_at:%Y-%m-%d %H:%M:%S} UTC, {late_s:.0f} s ago")
    return afford(spending)


def decide_first(*, now: datetime, last_round_at: datetime | None, spending: Spending) -> Decision:
    """Whether a probe that has just started makes a test at once. `last_round_at` None: it never made one."""
    since_s = None if last_round_at is None else (now - last_round_at).total_seconds()
    if since_s is not None and 0 <= since_s < FIRST_TEST_SPACING_S:
        return Skip(SkipReason.JUST_TESTED, f"the last test began {since_s:.0f} s ago")
    return afford(spending)


def afford(spending: Spending) -> Decision:
    """Whether one more round of tests stays within the day's and the month's bytes."""
    expected = spending.expected_bytes or 0
    for reason, period, spent, limit in (
        (SkipReason.BYTES_SPENT, "today", spending.spent_bytes, spending.bytes_per_day),
        (SkipReason.MONTH_SPENT, "this month", spending.month_spent_bytes, spending.bytes_per_month),
    ):
        if spent + expected >= limit:
            return Skip(reason, f"{spent} of {limit} bytes are spent {period} and a test moves about {expected}")
    return Proceed()


def afforded_at(reason: SkipReason, now: datetime) -> datetime | None:
    """When bytes that are spent may be spent again: with the next UTC day or month. None for every other reason.

    >>> afforded_at(SkipReason.MONTH_SPENT, datetime(2026, 12, 5, 7, tzinfo=UTC))
    datetime.datetime(2027, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    if reason is SkipReason.BYTES_SPENT:
        return midnight + timedelta(days=1)
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1) if reason is SkipReason.MONTH_SPENT else None


def held_s(begins_at: datetime, *, share: float) -> float:
    """For how long a test that would begin then is held, so that none begins on a full hour; 0 away from it.

    `share`, in [0, 1), is this probe's place among all those that the hour lets go.

    >>> held_s(datetime(2026, 3, 1, 11, 59, 50, tzinfo=UTC), share=0.5)
    55.0
    """
    from_hour_s = (begins_at.minute * 60 + begins_at.second + begins_at.microsecond / 1e6 + 1800) % 3600 - 1800
    return 0.0 if abs(from_hour_s) >= ON_THE_HOUR_S else ON_THE_HOUR_S - from_hour_s + share * _HELD_SPREAD_S


def turn(servers: Sequence[_Server], *, at: datetime, tests_per_day: int) -> tuple[_Server, ...]:
    """`servers`, one or more, in the order to try at `at`.

    Each is first in its turn, and not always at the same hours of the day.

    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> turn("ab", at=noon, tests_per_day=24), turn("ab", at=noon + timedelta(days=1), tests_per_day=24)
    (('a', 'b'), ('b', 'a'))
    """
    since_midnight = at - datetime.combine(at.date(), time(), UTC)
    slot = since_midnight * tests_per_day // timedelta(days=1)
    first = (slot + at.toordinal()) % len(servers)
    return (*servers[first:], *servers[:first])


def _due(on: date, slot_us: tuple[int, int], at_us: int, origin: Origin, lot: float) -> Due:
    midnight = datetime.combine(on, time(), UTC)
    start_us, end_us = slot_us
    return Due(
        at=midnight + timedelta(microseconds=at_us),
        slot_at=midnight + timedelta(microseconds=start_us),
        slot_s=(end_us - start_us) / 1e6,
        origin=origin,
        lot=lot,
    )


def _draw(start_us: int, end_us: int, share: float) -> int:
    """The instant below which `share` of the allowed part of [start_us, end_us) lies."""
    allowed = _allowed(start_us, end_us)
    total_us = sum(high - low for low, high in allowed)
    left_us = min(int(share * total_us), total_us - 1)
    for low, high in allowed:
        if left_us < high - low:
            return low + left_us
        left_us -= high - low
    raise ValueError(f"no instant of a slot of {(end_us - start_us) / 1e6} s is {HOUR_MARGIN_S} s from a full hour")


def _allowed(start_us: int, end_us: int) -> list[tuple[int, int]]:
    """The parts of [start_us, end_us) at least the margin from every full hour, sorted, none empty."""
    margin_us = HOUR_MARGIN_S * 1_000_000
    parts = [
        (max(start_us, hour_us + margin_us), min(end_us, hour_us + _HOUR_US - margin_us))
        for hour_us in range(start_us // _HOUR_US * _HOUR_US, end_us, _HOUR_US)
    ]
    return [(low, high) for low, high in parts if low < high]
