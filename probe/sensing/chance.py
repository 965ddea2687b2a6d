"""Pure. The chance that a due test is made: of a slot's own test by the bytes there are, of an extra one by stratum.

Every moment keeps a chance above zero, and every chance is recorded, so that an estimate can be weighted by it. Where
the bytes do not reach for a test in every slot, slots are left out at random over the whole day and month, rather than
from its end. Knows nothing of clocks, servers or contracts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from probe.body.draw import Stratum
from probe.schedule import Spending

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """At one moment: of the slot's own test, of an extra one, and what both come to in an hour of such moments."""

    own: float
    extra: float
    tests_per_hour: float


def chances(
    stratum: Stratum,
    extra_of: dict[Stratum, float],
    *,
    now: datetime,
    spending: Spending,
    tests_per_day: int,
) -> Chances:
    """The chances at `now`, from what was known just before it. `extra_of`: of each stratum while bytes are to spare.

    An extra test never takes the bytes of the tests of slots to come.
    """
    own = own_chance(now=now, spending=spending, tests_per_day=tests_per_day)
    extra = extra_of[stratum] if _to_spare(now=now, spending=spending, tests_per_day=tests_per_day) else 0.0
    return Chances(own=own, extra=extra, tests_per_hour=(own + extra) * tests_per_day / 24)


def own_chance(*, now: datetime, spending: Spending, tests_per_day: int) -> float:
    """1 as long as the bytes reach for a test in every slot of the day, and of what is left of the month."""
    expected = spending.expected_bytes
    if not expected:
        return 1.0
    left_of_month = spending.bytes_per_month - spending.month_spent_bytes
    return min(
        _share(spending.bytes_per_day / expected, tests_per_day),
        _share(left_of_month / expected, max(1.0, days_left(now) * tests_per_day)),
    )


def days_left(now: datetime) -> float:
    """Days of the UTC calendar month from `now` on.

    >>> days_left(datetime(2026, 2, 27, 12, tzinfo=UTC))
    1.5
    """
    next_month = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return (next_month - now) / _DAY


def _share(affordable: float, slots: float) -> float:
    """Of `slots`, so many that `affordable` tests suffice with one to spare, or half of them where that is more."""
    if affordable > slots:
        return 1.0
    return max(affordable - 1, affordable / 2, 0.0) / slots


def _to_spare(*, now: datetime, spending: Spending, tests_per_day: int) -> bool:
    """Whether one more round leaves enough for every slot that is to come, today and this month."""
    expected = spending.expected_bytes
    if expected is None:
        return False
    left_of_day = (datetime.combine(now.date(), time(), UTC) + _DAY - now) / _DAY
    to_come = (1 + left_of_day * tests_per_day, 1 + days_left(now) * tests_per_day)
    left = (
        spending.bytes_per_day - spending.spent_bytes,
        spending.bytes_per_month - spending.month_spent_bytes,
    )
    return all((count + 1) * expected < bytes_left for count, bytes_left in zip(to_come, left, strict=True))
