"""Pure. Times of a clock of 12 hours that does not say which half of the day, told apart by the order of the rows.

A day is resolved only where its rows pass noon once and leave no gap, at its edges neither, in which the other half
would fit; the other days' rows are left out. Knows nothing of zones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from analysis.importer.told import Dated, Left, Why, Words
from collector.envelope import TimeFrom

_GAP = timedelta(hours=6)  # half of what a wrong half would be off
_NOON = timedelta(hours=12)
_MOST_HELD = 50_000


def resolved(items: Iterable[Dated | Words | Left]) -> Iterator[Dated | Words | Left]:
    """The same with times of 24 hours; words and what was left out keep their places."""
    held: list[Dated | Words | Left] = []
    day = None
    for item in items:
        on = item.at.date() if isinstance(item, Dated) else day
        if on != day and held:
            yield from _day(held)
            held = []
        day = on
        held.append(item)
        if len(held) > _MOST_HELD:
            yield from (_left(one) for one in held)
            held = []
    yield from _day(held)


def _day(held: list[Dated | Words | Left]) -> Iterator[Dated | Words | Left]:
    times = [_first_half(one.at) for one in held if isinstance(one, Dated)]
    turns = [index for index, (one, after) in enumerate(pairwise(times)) if after < one]
    if len(turns) != 1 or not _is_dense([*times[: turns[0] + 1], *(one + _NOON for one in times[turns[0] + 1 :])]):
        yield from (_left(one) for one in held)
        return
    seen = 0
    for one in held:
        if not isinstance(one, Dated):
            yield one
            continue
        at = _first_half(one.at) + (_NOON if seen > turns[0] else timedelta())
        yield replace(one, at=at, time_from=TimeFrom.ROW_ORDER)
        seen += 1


def _is_dense(times: list[datetime]) -> bool:
    midnight = times[0].replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [midnight, *times, midnight + 2 * _NOON]
    return all(after - one <= _GAP for one, after in pairwise(edges))


def _first_half(at: datetime) -> datetime:
    return at.replace(hour=at.hour % 12)


def _left(one: Dated | Words | Left) -> Dated | Words | Left:
    return Left(one.what.place, Why.HALF_DAY_UNKNOWN, f"{one.at}") if isinstance(one, Dated) else one
