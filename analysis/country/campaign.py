"""Pure. From all clean tests to the campaigns that a rule asks for, chosen by the clock and never by the rate.

A campaign is taken as early as its spacing allows, test after test; the next one begins after it. So nobody picks the
hours, and the same tests always give the same campaigns. Knows nothing of speeds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.country.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What makes a campaign. Zero or None: not asked for.

    `tests`: in all, at least where `at_least`, else exactly. `days`: on so many local days, `tests_per_day` each at
    most, `day_distance` days from one to the next at least, all `within_days`. `gap_s`: between two tests of a day;
    `pause_s`: between the `pause_after`th and the next. `one_an_hour`: only the first test of a clock hour counts.
    `slot_s`: every slot of this length, over 24 h from the first test, holds a test; a missing one is made good in the
    same slot of the next `refill_days` days. `hours`: [from, to) of the local clock; `weekdays`: Monday to Friday only.
    """

    tests: int = 0
    at_least: bool = False
    days: int = 0
    tests_per_day: int | None = None
    day_distance: int = 1
    within_days: int | None = None
    gap_s: int = 0
    pause_after: int = 0
    pause_s: int = 0
    one_an_hour: bool = False
    slot_s: int = 0
    refill_days: int = 0
    hours: tuple[int, int] | None = None
    weekdays: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing for the first campaign: the best that was found towards it."""

    tests: int
    tests_wanted: int
    days: int
    days_wanted: int


def eligible(trials: Sequence[Trial], design: Design) -> list[Trial]:
    """Those within the hours and weekdays that count."""
    inside = []
    for one in trials:
        if design.weekdays and one.local.weekday() >= 5:
            continue
        if design.hours is not None and not design.hours[0] <= one.local.hour < design.hours[1]:
            continue
        inside.append(one)
    return inside


def campaigns(trials: Sequence[Trial], design: Design) -> tuple[tuple[Trial, ...], ...]:
    """Every complete campaign, one after another; none where none is complete. `trials` sorted by time."""
    left = eligible(trials, design)
    found: list[tuple[Trial, ...]] = []
    while left:
        campaign = _first(left, design)
        if campaign is None:
            break
        found.append(campaign)
        left = [one for one in left if one.at > campaign[-1].at and one.on > campaign[-1].on]
    return tuple(found)


def lack(trials: Sequence[Trial], design: Design) -> Lack:
    """How far the most complete beginning of a campaign got."""
    inside = eligible(trials, design)
    wanted_days = max(1, design.days)
    if design.slot_s:
        filled = max((len(_slots(inside, start, design)) for start in _day_starts(inside)), default=0)
        return Lack(filled, 86_400 // design.slot_s, int(bool(filled)), 1)
    if not design.days:
        return Lack(len(inside), design.tests, int(bool(inside)), 1)
    best = max((_days(inside, start, design) for start in _distinct_days(inside)), key=_size, default=[])
    return Lack(sum(map(len, best)), design.tests, len(best), wanted_days)


def _first(left: Sequence[Trial], design: Design) -> tuple[Trial, ...] | None:
    if design.slot_s:
        return _first_by_slots(left, design)
    if not design.days:
        return _all_of_them(left, design)
    for start in _distinct_days(left):
        days = _days(left, start, design)
        chosen = [one for day in days for one in day]
        if len(days) >= design.days and len(chosen) >= design.tests:
            return tuple(chosen if design.at_least else chosen[: design.tests])
    return None


def _all_of_them(left: Sequence[Trial], design: Design) -> tuple[Trial, ...] | None:
    """Without days to keep apart, a campaign is everything, if it is enough."""
    return tuple(left) if len(left) >= max(1, design.tests) else None


def _first_by_slots(left: Sequence[Trial], design: Design) -> tuple[Trial, ...] | None:
    for start in _day_starts(left):
        slots = _slots(left, start, design)
        if len(slots) == 86_400 // design.slot_s:
            return tuple(sorted(slots.values(), key=lambda one: (one.at, one.record_id)))
    return None


def _slots(trials: Sequence[Trial], start: Trial, design: Design) -> dict[int, Trial]:
    """The first test of each slot of the 24 h from `start`'s slot on, refilled from the same slot of later days."""
    filled: dict[int, Trial] = {}
    for one in trials:
        since_s = (one.at - start.at).total_seconds()
        if 0 <= since_s < 86_400 * (1 + design.refill_days):
            filled.setdefault(int(since_s % 86_400) // design.slot_s, one)
    return filled


def _days(trials: Sequence[Trial], start: date, design: Design) -> list[list[Trial]]:
    """The days of the campaign that begins on `start`, as many as fit in, none empty."""
    end = start + timedelta(days=design.within_days) if design.within_days else date.max
    days: list[list[Trial]] = []
    last: date | None = None
    for on in _distinct_days(trials):
        if len(days) == design.days and not design.at_least:
            break
        if on < start or on >= end or (last is not None and (on - last).days < design.day_distance):
            continue
        tests = _of_one_day([one for one in trials if one.on == on], design)
        if tests and (design.at_least or len(tests) == (design.tests_per_day or len(tests))):
            days.append(tests)
            last = on
    return days


def _of_one_day(tests: Sequence[Trial], design: Design) -> list[Trial]:
    chosen: list[Trial] = []
    for one in tests:
        if len(chosen) == design.tests_per_day:
            break
        if chosen and not _apart(chosen, one, design):
            continue
        chosen.append(one)
    return chosen


def _apart(chosen: Sequence[Trial], one: Trial, design: Design) -> bool:
    since_s = (one.at - chosen[-1].at).total_seconds()
    if design.one_an_hour and (one.on, one.local.hour) == (chosen[-1].on, chosen[-1].local.hour):
        return False
    wanted_s = max(design.gap_s, design.pause_s if len(chosen) == design.pause_after else 0)
    return since_s >= wanted_s


def _distinct_days(trials: Sequence[Trial]) -> list[date]:
    return sorted({one.on for one in trials})


def _day_starts(trials: Sequence[Trial]) -> Iterator[Trial]:
    """The first test of each local day: where a campaign of 24 h may begin."""
    seen: set[date] = set()
    for one in trials:
        if one.on not in seen:
            seen.add(one.on)
            yield one


def _size(days: Sequence[Sequence[Trial]]) -> tuple[int, int]:
    return len(days), sum(map(len, days))
