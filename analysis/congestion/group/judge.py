"""Pure. Groups of lines, from each line's judgement and strain, and from what the lines of a group are together.

Knows nothing of records, stores or wording.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from analysis.binomial import tail_at_least
from analysis.congestion.group import together
from analysis.congestion.group.strain import Strain
from analysis.congestion.group.told import GroupSays, GroupTold, Sharing
from analysis.congestion.household import Household
from analysis.congestion.judgement import Episode, Judgement, Kind, Window
from analysis.congestion.limits import Limits
from analysis.congestion.signal import DayClass, Days
from analysis.kernel.column import Index, Mark, Real

_ACCUSING = {Household.APART, Household.NOT_SEEN}
_SLOT_MIN, _HOUR_MIN = 15, 60
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All lines that were looked at, in one order: judgements and strain. `groups`: the places of each one's lines.

    `pooled`: of each group, what its lines are together.
    """

    days: Days
    judged: tuple[Judgement, ...]
    strain: Strain
    kind: str
    groups: Mapping[str, tuple[int, ...]]
    pooled: Mapping[str, Judgement]


def judge(fleet: Fleet, wanted: Sequence[str], orders: Index, limits: Limits) -> tuple[GroupTold, ...]:
    """One for each group wanted, in their order. `orders`: by set and place, days in another order within a class."""
    classes = tuple(days for which in DayClass if (days := fleet.days.of(which)))
    mine = together.own(fleet.strain, classes)
    total, known = mine.sum(axis=0), fleet.strain.known.sum(axis=0)
    hours = _Hours(fleet, limits)
    told = [_told(fleet, name, (mine, total, known), hours, orders, limits) for name in wanted]
    return tuple(_decided(told, limits))


@dataclass(frozen=True, slots=True)
class _Hours:
    """Which lines have a window like another."""

    fleet: Fleet
    limits: Limits

    def overlap(self, line: int, windows: Sequence[Window]) -> float:
        """The best of any of the line's windows with any of these."""
        mine = [one for one in self.fleet.judged[line].windows if one.household in _ACCUSING]
        return max((_overlap(one, other) for one in mine for other in windows), default=0.0)

    def like(self, lines: Sequence[int], windows: Sequence[Window]) -> int:
        """How many."""
        return sum(self.overlap(line, windows) >= self.limits.shared_overlap_share for line in lines)


def _overlap(one: Window, other: Window) -> float:
    if one.day_class is not other.day_class:
        return 0.0
    mine, theirs = _minutes(one), _minutes(other)
    return len(mine & theirs) / len(mine | theirs)


def _minutes(one: Window) -> set[int]:
    length = round(one.hours * _HOUR_MIN)
    return {(one.start_min + step) % 1440 for step in range(0, length, _SLOT_MIN)}


def _told(
    fleet: Fleet, name: str, all_lines: tuple[Real, Real, Real], hours: _Hours, orders: Index, limits: Limits
) -> GroupTold:
    places = fleet.groups[name]
    known = [place for place in places if fleet.judged[place].kind is not Kind.UNKNOWN]
    strained = [place for place in known if fleet.judged[place].kind in {Kind.RECURRING, Kind.EXCEPTIONAL}]
    pooled = fleet.pooled[name]
    at_once = tuple(_at_once(pooled.episodes, places, fleet, limits))
    blank = GroupTold(kind=fleet.kind, name=name, says=GroupSays.NONE, lines=len(places), known=len(known))
    told = replace(blank, strained=tuple(fleet.judged[place].line for place in strained), at_once=at_once)
    if len(known) < limits.shared_lines_least:
        return replace(told, says=GroupSays.UNKNOWN)
    if len(strained) < limits.shared_lines_least:
        return replace(told, says=_without_hours(told))
    return _compared(replace(told, windows=pooled.windows), fleet, (places, known, strained), all_lines, hours, orders)


def _without_hours(told: GroupTold) -> GroupSays:
    if told.at_once:
        return GroupSays.AT_ONCE
    return GroupSays.SINGLE if told.strained else GroupSays.NONE


def _compared(
    told: GroupTold,
    fleet: Fleet,
    lines: tuple[Sequence[int], Sequence[int], Sequence[int]],
    all_lines: tuple[Real, Real, Real],
    hours: _Hours,
    orders: Index,
) -> GroupTold:
    """With lines elsewhere, and with shuffled days."""
    places, known, strained = lines
    others = _others(fleet, places)
    like = hours.like(others, told.windows) if told.windows else 0
    here = hours.like(known, told.windows)
    hours_chance = None
    if told.windows and others:
        hours_chance = tail_at_least(here, len(known), (like + 1) / (len(others) + 2))
    own = _own(fleet, places, strained, all_lines)
    each = together.chances_of_lines(own, orders)
    sharing = [
        Sharing(
            line=fleet.judged[place].line,
            overlap_share=round(hours.overlap(place, told.windows), 3),
            days_chance=_short(chance),
        )
        for place, chance in zip(strained, each.tolist(), strict=True)
    ]
    return replace(
        told,
        sharing=tuple(sharing),
        others_strained=like,
        others_known=len(others),
        hours_chance=None if hours_chance is None else _short(hours_chance),
        days_chance=_short(together.chance_of_group(own, orders)),
    )


def _others(fleet: Fleet, places: Sequence[int]) -> list[int]:
    inside = set(places)
    return [place for place, one in enumerate(fleet.judged) if place not in inside and one.kind is not Kind.UNKNOWN]


def _own(fleet: Fleet, places: Sequence[int], strained: Sequence[int], all_lines: tuple[Real, Real, Real]) -> Real:
    """What strained lines do beyond their own habit, and beyond lines elsewhere."""
    mine, total, known = all_lines
    inside = list(places)
    rest, count = total - mine[inside].sum(axis=0), known - fleet.strain.known[inside].sum(axis=0)
    others_mean = np.divide(rest, count, out=np.zeros(rest.shape), where=count > 0) if count.any() else None
    picked = list(strained)
    return together.less_others(mine[picked], fleet.strain.known[picked], others_mean)


def _at_once(episodes: Sequence[Episode], places: Sequence[int], fleet: Fleet, limits: Limits) -> Iterator[Episode]:
    """Stretches of the lines together in which at least so many were strained."""
    for one in episodes:
        inside = _hours_of(one, fleet.days)
        value, known = fleet.strain.value[list(places)], fleet.strain.known[list(places)]
        worse = (np.where(known, value, 0.0) > limits.strain_rise) & inside
        count = int(worse.any(axis=(1, 2)).sum())
        if count >= limits.shared_lines_least:
            yield replace(one, many_lines=count)


def _hours_of(one: Episode, days: Days) -> Mark:
    """By day and hour, whether most of the hour lies within the stretch."""
    made = np.zeros((len(days.days), 24), dtype=np.bool_)
    places = {day: number for number, day in enumerate(days.days)}
    at = one.period.start_at
    while at < one.period.end_at:
        local = at.astimezone(days.zone)
        if local.date() in places:
            made[places[local.date()], local.hour] = True
        at += _HOUR
    return made


def _decided(told: Sequence[GroupTold], limits: Limits) -> Iterator[GroupTold]:
    """The chances of all groups held together: of those called shared, few wrongly (Benjamini and Hochberg)."""
    chances = [_chance(one) for one in told if one.sharing]
    ordered, error = sorted(chances), limits.shared_error_share
    within = [chance for place, chance in enumerate(ordered, 1) if chance <= error * place / len(ordered)]
    limit = max(within, default=-1.0)
    for one in told:
        if not one.sharing:
            yield one
            continue
        same = sum(each.overlap_share >= limits.shared_overlap_share for each in one.sharing)
        if _chance(one) <= limit:
            yield replace(one, says=GroupSays.SHARED)
        elif same >= limits.shared_lines_least and one.hours_chance is not None:
            yield replace(one, says=GroupSays.WIDER)
        else:
            yield replace(one, says=_without_hours(one))


def _chance(one: GroupTold) -> float:
    """The better of the two ways of asking, which share the error."""
    asked = [chance for chance in (one.hours_chance, one.days_chance) if chance is not None]
    return min(1.0, len(asked) * min(asked, default=1.0))


def _short(chance: float) -> float:
    return float(f"{chance:.3g}")
