"""Pure. Whether low speed comes back at the same hour of the day, or on the same day of the week.

By hour: were an hour like any other of its day, it would have been low with the day's own share of low hours (all
rotations of the day's pattern are then alike, however long its spells). The number of days on which it was low is then
a sum of such chances (Poisson-binomial), its tail exact. By weekday: were weekdays alike, the bad days would fall on
them as a draw without replacement (hypergeometric). Each chance is multiplied by the number of questions asked
(Bonferroni). Knows nothing of speeds or of what is allowed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb

from analysis.discrepancy.day_count import DayCount

HOURS, WEEKDAYS = 24, 7
_WEEKEND = 5
QUESTIONS = 2 * HOURS + WEEKDAYS  # each hour on working days and on weekends; each weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """`what`: "hour:20:workdays", "hour:20:weekends", "weekday:5" (Monday is 0). `chance` is corrected for all the
    questions asked, 1 at most; `low_days` of the `days` on which it was tested.
    """

    what: str
    days: int
    low_days: int
    chance: float


def patterns(days: Sequence[DayCount], least_days: int, error: float) -> tuple[Pattern, ...]:
    """Those that are proven with at most `error` and seen on `least_days` at least, in order of the clock."""
    tested = [one for one in days if one.tested]
    found = (*_by_hour(tested), *_by_weekday(tested))
    return tuple(one for one in found if one.low_days >= least_days and one.chance <= error)


def _by_hour(days: Sequence[DayCount]) -> Iterator[Pattern]:
    for name, weekend in (("workdays", False), ("weekends", True)):
        group = [one for one in days if (one.on.weekday() >= _WEEKEND) is weekend]
        for hour in range(HOURS):
            told = [one for one in group if hour in one.hours]
            if told:
                low = sum(one.hours[hour] for one in told)
                chance = tail((sum(one.hours.values()) / len(one.hours) for one in told), low)
                yield _pattern(f"hour:{hour:02}:{name}", len(told), low, chance)


def _by_weekday(days: Sequence[DayCount]) -> Iterator[Pattern]:
    bad = sum(one.is_bad for one in days)
    for weekday in range(WEEKDAYS):
        group = [one for one in days if one.on.weekday() == weekday]
        if group:
            low = sum(one.is_bad for one in group)
            yield _pattern(f"weekday:{weekday}", len(group), low, _drawn(low, len(group), bad, len(days)))


def _pattern(what: str, days: int, low_days: int, chance: float) -> Pattern:
    return Pattern(what=what, days=days, low_days=low_days, chance=min(1.0, chance * QUESTIONS))


def tail(chances: Iterable[float], least: int) -> float:
    """The probability that at least `least` of independent events with these chances happen.

    >>> round(tail([0.5, 0.5, 0.5], 3), 4), tail([0.1], 0)
    (0.125, 1.0)
    """
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[n] * (1 - chance) if n < len(spread) else 0.0) + (spread[n - 1] * chance if n else 0.0)
            for n in range(len(spread) + 1)
        ]
    return min(1.0, sum(spread[least:]))


def _drawn(low: int, group: int, bad: int, days: int) -> float:
    """The probability that `low` or more of `bad` days fall on `group` of `days`."""
    ways = sum(comb(group, n) * comb(days - group, bad - n) for n in range(low, min(group, bad) + 1))
    return ways / comb(days, bad)
