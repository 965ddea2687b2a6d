"""Pure. Neighbouring bins put together until none tells of fewer lines than may be told of.

For groups that make up a whole: their bins are the same, so that what is left over when the told ones are taken from
the whole is a group too, and no small one. A group that would leave too few bins to the others is left out, the
smallest first. Knows nothing of what is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kept:
    """`rows`: the numbers of the groups that are told, rising. `starts`: the first of each bin's old ones, from 0."""

    rows: tuple[int, ...]
    starts: tuple[int, ...]


def keep(counts: Counts, candidates: Iterable[int], least: int, fewest_bins: int) -> Kept:
    """`counts`: a row for each group, a column for each bin. `candidates`: the rows that may be told.

    No bin of a told row, nor of all the others together, has fewer than `least` without being empty.

    >>> keep(np.array([[20, 3, 30], [10, 10, 10], [1, 2, 1]]), [0, 1], 10, 2)
    Kept(rows=(0,), starts=(0, 1))
    """
    rows = sorted(candidates, key=lambda row: (-int(counts[row].sum()), row))
    while rows:
        others = np.delete(counts, rows, axis=0).sum(axis=0)
        starts = _merged(np.vstack([counts[rows], others]), least)
        if starts is not None and len(starts) >= fewest_bins:
            return Kept(tuple(sorted(rows)), starts)
        rows.pop()
    return Kept((), (0,))


def _merged(counts: Counts, least: int) -> tuple[int, ...] | None:
    """None where even one bin for all is too small."""
    starts, held = [0], np.zeros(len(counts), dtype=np.int64)
    for number, column in enumerate(counts.T):
        held = held + column
        if _enough(held, least):
            starts, held = [*starts, number + 1], np.zeros_like(held)
    starts.pop()
    while starts and not _enough(counts[:, starts[-1] :].sum(axis=1), least):
        starts.pop()
    return tuple(starts) or None


def _enough(counts: Sequence[int] | Counts, least: int) -> bool:
    """Whether each is large enough or empty, and not all are empty."""
    found = np.asarray(counts)
    return bool(((found == 0) | (found >= least)).all() and found.any())
