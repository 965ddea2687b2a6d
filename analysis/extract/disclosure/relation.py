"""Pure. Which cells of published tables are the sum of which others.

Knows nothing of what is in them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from analysis.extract.disclosure.cell import ALL, Key, Relation

_PERIOD = 0  # the place of the period in a key


def relations(keys: Iterable[Key], periods: Mapping[str, Sequence[str]] | None = None) -> tuple[Relation, ...]:
    """Every cell that sums over one dimension, with all its parts in that dimension, sorted by total.

    The first of a key's categories is its period. `periods`: of a longer period those that it is made of. `keys` must
    be complete: of a sum every part that is not empty is there; a longer period has a relation only where all its parts
    have cells.

    >>> relations([("2026-10", "all"), ("2026-10", "north"), ("2026-10", "south")])
    (Relation(total=('2026-10', 'all'), parts=(('2026-10', 'north'), ('2026-10', 'south')), in_time=False),)
    """
    known = sorted(set(keys))
    parts: dict[tuple[Key, int], list[Key]] = defaultdict(list)
    for key in known:
        for place, category in enumerate(key):
            if place != _PERIOD and category != ALL:
                parts[(*key[:place], ALL, *key[place + 1 :]), place].append(key)
    present = set(known)
    found = [Relation(total, tuple(own)) for (total, _), own in parts.items() if total in present]
    return tuple(sorted([*found, *_in_time(known, periods or {})], key=lambda one: (one.total, one.parts)))


def _in_time(known: Sequence[Key], periods: Mapping[str, Sequence[str]]) -> Iterable[Relation]:
    present = set(known)
    covered = {key[_PERIOD] for key in known}
    for key in known:
        own = periods.get(key[_PERIOD], ())
        if own and covered.issuperset(own):
            parts = tuple(part for period in own if (part := (period, *key[1:])) in present)
            if parts:
                yield Relation(key, parts, in_time=True)
