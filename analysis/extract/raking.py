"""Pure. Weights that make a panel stand for all lines: adjusted in turn to each known margin (raking).

Iterative proportional fitting (Deming and Stephan, Annals of Mathematical Statistics 11, 1940). Knows nothing of
measurements.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 200
_CLOSE = 1e-9


class MarginError(Exception):
    """The margins cannot be met by this panel. The text says which, and how to mend it."""


def rake(categories: Mapping[str, Sequence[str]], totals: Mapping[str, Mapping[str, float]]) -> NDArray[np.float64]:
    """One weight for each line. `categories`: of each dimension the lines' own, all of one length, one or more.

    `totals`: of some dimensions how many lines of each category there are in truth. Without any, every weight is 1.
    Raises MarginError.
    """
    count = len(next(iter(categories.values())))
    weights = np.ones(count)
    columns = [_column(name, categories[name], own) for name, own in sorted(totals.items())]
    if not columns:
        return weights
    for _ in range(_ROUNDS):
        before = weights
        for codes, wanted in columns:
            got = np.bincount(codes, weights=weights, minlength=len(wanted))
            weights = weights * (wanted / got)[codes]
        if np.allclose(weights, before, rtol=_CLOSE, atol=0):
            return weights
    names = ", ".join(sorted(totals))
    raise MarginError(f"no weights meet the totals of {names} together; look whether they count the same lines")


def _column(name: str, own: Sequence[str], totals: Mapping[str, float]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    seen = sorted(set(own))
    missing = [category for category in seen if category not in totals]
    if missing:
        raise MarginError(f"the totals of {name} say nothing of {', '.join(missing)}; add how many lines there are")
    empty = sorted(category for category, total in totals.items() if total > 0 and category not in seen)
    if empty:
        raise MarginError(f"no line of the panel is in {name} {', '.join(empty)}; merge it with another category")
    if any(totals[category] <= 0 for category in seen):
        raise MarginError(f"a total of {name} is not above 0, though the panel has lines of it")
    place = {category: number for number, category in enumerate(seen)}
    codes = np.array([place[category] for category in own], dtype=np.intp)
    return codes, np.array([totals[category] for category in seen], dtype=np.float64)
