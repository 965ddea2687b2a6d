"""Pure. Words of a failure get a time from the rows around them: evenly between, where those are not far apart.

At a file's edge, or across a gap, they have none and are left out. Knows nothing of formats.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from analysis.importer.told import Dated, Left, Why, Words
from collector.envelope import TimeFrom

_FAR = timedelta(days=1)
_MOST_HELD = 5_000


def placed(items: Iterable[Dated | Words | Left]) -> Iterator[Dated | Left]:
    """The same with every line of words dated or left out."""
    waiting: list[Words] = []
    last: datetime | None = None
    for item in items:
        if isinstance(item, Words):
            if len(waiting) < _MOST_HELD:
                waiting.append(item)
            else:
                yield _left(item)
        elif isinstance(item, Left):
            yield item
        else:
            yield from _placed(waiting, last, item.at)
            waiting, last = [], item.at
            yield item
    yield from (_left(one) for one in waiting)


def _placed(waiting: list[Words], before: datetime | None, after: datetime) -> Iterator[Dated | Left]:
    if before is None or not timedelta() < abs(after - before) <= _FAR:
        yield from (_left(one) for one in waiting)
        return
    step = (after - before) / (len(waiting) + 1)
    for index, one in enumerate(waiting, 1):
        yield Dated(what=one, at=before + index * step, time_from=TimeFrom.NEIGHBOURS)


def _left(one: Words) -> Left:
    return Left(one.place, Why.NO_TIME, one.text[:80])
