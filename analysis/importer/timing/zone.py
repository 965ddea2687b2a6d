"""Pure. Local times as instants: what a clock change left out, and what it repeated, told apart by the rows' order.

In the repeated hour the rows of one log step back once; before the step is summer time. Where they do not, or more than
once, nobody can tell, and they are left out. Knows nothing of formats.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from analysis.importer.told import Dated, Left, Row, Why, Words
from collector.envelope import TimeFrom

_MOST_HELD = 20_000


def instants(
    items: Iterable[Dated | Words | Left], zone_of: Callable[[Row], ZoneInfo | None]
) -> Iterator[Dated | Words | Left]:
    """The same with aware times in UTC. `zone_of`: that of a row whose time names none; None leaves it out."""
    held: list[Dated | Words | Left] = []
    last: datetime | None = None
    for item in items:
        if not isinstance(item, Dated) or not isinstance(item.what, Row) or item.at.tzinfo is not None:
            if held:
                held.append(item)
            else:
                yield item
            continue
        zone = zone_of(item.what)
        if zone is not None and _is_repeated(item.at, zone) and len(held) < _MOST_HELD:
            held.append(item)
            continue
        yield from _folded(held, last, item.at, zone)
        held = []
        yield _plain(item, zone)
        last = item.at
    yield from _folded(held, last, None, zone if held else None)


def _plain(item: Dated, zone: ZoneInfo | None) -> Dated | Left:
    if zone is None:
        return Left(item.what.place, Why.NO_TIME, "no time zone")
    if _is_repeated(item.at, zone):
        return Left(item.what.place, Why.REPEATED_TIME, f"{item.at}")
    at = item.at.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != item.at:
        return Left(item.what.place, Why.SKIPPED_TIME, f"{item.at}")
    return replace(item, at=at)


def _is_repeated(at: datetime, zone: ZoneInfo) -> bool:
    early, late = (at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert early is not None
    assert late is not None
    return early > late


def _folded(
    held: Sequence[Dated | Words | Left], before: datetime | None, after: datetime | None, zone: ZoneInfo | None
) -> Iterator[Dated | Words | Left]:
    rows = [one for one in held if isinstance(one, Dated) and one.at.tzinfo is None]
    folds = _folds(rows, before, after) if rows and zone is not None else None
    for one in held:
        if not isinstance(one, Dated) or one.at.tzinfo is not None:
            yield one
        elif folds is None or zone is None:
            yield Left(one.what.place, Why.REPEATED_TIME, f"{one.at}")
        else:
            at = one.at.replace(tzinfo=zone, fold=folds.pop(0)).astimezone(UTC)
            yield replace(one, at=at, time_from=TimeFrom.ROW_ORDER)


def _folds(rows: Sequence[Dated], before: datetime | None, after: datetime | None) -> list[int] | None:
    """For each row 0 (before the change) or 1; None where the order does not tell."""
    up = _goes_up(rows[0].at, rows[-1].at, before, after)
    if up is None:
        return None
    pairs = list(pairwise(rows))
    steps = [
        index + 1
        for index, (one, then) in enumerate(pairs)
        if (then.at < one.at if up else then.at > one.at) or (then.at == one.at and one.what != then.what)
    ]
    if len(steps) != 1:
        return None
    first = 0 if up else 1
    return [first] * steps[0] + [1 - first] * (len(rows) - steps[0])


def _goes_up(first: datetime, last: datetime, before: datetime | None, after: datetime | None) -> bool | None:
    """Whether the rows around go forward in time; None where they do not say, or contradict each other."""
    told = set()
    if before is not None:
        told.add(before < first)
    if after is not None:
        told.add(after > last)
    return told.pop() if len(told) == 1 else None
