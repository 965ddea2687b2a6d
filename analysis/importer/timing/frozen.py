"""Pure. A clock that stands still: three rows or more, one after the other, of one time and of other results.

None of them is dated then. Two may be two programs that write into one file. Knows nothing of formats.
"""

from collections.abc import Iterable, Iterator

from analysis.importer.told import Dated, Left, Row, Why, Words

_FROM = 3
_MOST_HELD = 1000


def thawed(items: Iterable[Dated | Words | Left]) -> Iterator[Dated | Words | Left]:
    """The same without the rows of a clock that stood. A row that is there twice is none of them.

    A test takes seconds, so that three cannot begin at one time: not to be asked of round trips.
    """
    run: list[Dated] = []
    told: set[object] = set()
    for item in items:
        if isinstance(item, Dated) and run and item.at == run[0].at:
            run.append(item)
            told.add(_told(item))
            if len(run) > _MOST_HELD:  # a file of nothing but one time
                yield from _let_go(run[1:], stood=len(told) >= _FROM)
                run = run[:1]
            continue
        yield from _let_go(run, stood=len(told) >= _FROM)
        run, told = [], set()
        if isinstance(item, Dated):
            run, told = [item], {_told(item)}
        else:
            yield item
    yield from _let_go(run, stood=len(told) >= _FROM)


def _let_go(run: list[Dated], *, stood: bool) -> Iterator[Dated | Left]:
    for one in run:
        yield Left(one.what.place, Why.FROZEN_CLOCK, f"{one.at}") if stood else one


def _told(item: Dated) -> object:
    return frozenset(item.what.cells.items()) if isinstance(item.what, Row) else item.what.text
