"""Pure. How the lines of a group are spread over ratios of measured to promised speed: the cumulative curves.

Of all lines together and of each category by itself; of no two dimensions at once. Bins are put together, for all
categories of a dimension alike, until none tells of few lines, nor what is left of the whole beside them. Knows nothing
of drawing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.cell import ALL, Key
from analysis.extract.hear import DIRECTIONS
from analysis.extract.indicator.bins import Kept, keep
from analysis.extract.indicator.indicator import BY_NAME
from analysis.extract.indicator.indicators import Rows, line_values
from analysis.extract.indicator.subset import Measured
from analysis.extract.indicator.wilson import wilson
from analysis.extract.table import Value
from analysis.extract.weighted import effective_count

SPREAD = ("maximum_share", "normal_share")
_FEWEST_BINS = 3  # with fewer a curve says nothing
_DIGITS = 4
_PLACE = ("period", *DIMENSIONS)
_NUMBERS = ("line_count", "effective_lines", "lines_share", "reached_share", "reached_share_low", "reached_share_high")


@dataclass(frozen=True, slots=True)
class _Spread:
    """Of each line of the panel the finest bin, -1 without a ratio; of each finest bin the lower end, the first 0."""

    bin: NDArray[np.intp]
    ends: tuple[float, ...]


def distribution(panel: Measured, edges: Sequence[float]) -> Rows:
    """Sorted by group, direction, indicator and bin. Raises TablesError."""
    members = panel.members()
    rows: Rows = []
    for place, direction in enumerate(DIRECTIONS):
        for name in SPREAD:
            values = line_values(panel, BY_NAME[name], place)
            known = ~np.isnan(values)
            if not known.any():
                continue
            bins = np.where(known, np.searchsorted(edges, np.where(known, values, 0.0), side="right"), -1)
            spread, hidden = _Spread(bins, (0.0, *edges)), panel.hidden(known)
            for key, starts in _told(panel, members, spread, hidden):
                about: dict[str, Value] = {**dict(zip(_PLACE, key, strict=True)), "direction": direction.value}
                rows += [{**about, "indicator": name, **one} for one in _bins(panel, members[key], spread, starts)]
    return sorted(rows, key=_order)


def _order(row: dict[str, Value]) -> tuple[tuple[str, ...], int]:
    number = row["bin"]
    assert isinstance(number, int)
    return tuple(str(row[name]) for name in (*_PLACE, "direction", "indicator")), number


def _told(
    panel: Measured, members: Mapping[Key, NDArray[np.intp]], spread: _Spread, hidden: frozenset[Key]
) -> Iterator[tuple[Key, tuple[int, ...] | None]]:
    """Each group of one dimension or none, with where its bins start; None where it is withheld."""
    families: defaultdict[int, list[Key]] = defaultdict(list)
    for key in members:
        apart = [place for place, one in enumerate(key[1:]) if one != ALL]
        if len(apart) <= 1:
            families[apart[0] if apart else -1].append(key)
    for keys in families.values():
        counts = np.array([_counts(members[key], spread) for key in keys])
        candidates = [
            row for row, key in enumerate(keys) if key not in hidden and _precise(panel, members[key], spread)
        ]
        kept: Kept = keep(counts, candidates, panel.limits.least_lines, _FEWEST_BINS)
        for row, key in enumerate(keys):
            yield key, kept.starts if row in kept.rows else None


def _counts(own: NDArray[np.intp], spread: _Spread) -> NDArray[np.int64]:
    bins = spread.bin[own]
    return np.bincount(bins[bins >= 0], minlength=len(spread.ends)).astype(np.int64)


def _precise(panel: Measured, own: NDArray[np.intp], spread: _Spread) -> bool:
    weights = panel.weights[own[spread.bin[own] >= 0]]
    return len(weights) > 0 and effective_count(weights) >= panel.least_effective_lines


def _bins(
    panel: Measured, own: NDArray[np.intp], spread: _Spread, starts: tuple[int, ...] | None
) -> Iterator[dict[str, Value]]:
    nothing: dict[str, Value] = dict.fromkeys(_NUMBERS)
    if starts is None:
        yield {"bin": 0, "from_share": 0.0, "to_share": None, "state": "withheld", **nothing}
        return
    known = own[spread.bin[own] >= 0]
    bins, weights = np.searchsorted(starts, spread.bin[known], side="right") - 1, panel.weights[known]
    ends = [*(spread.ends[start] for start in starts), None]
    for number in range(len(starts)):
        row: dict[str, Value] = {"bin": number, "from_share": ends[number], "to_share": ends[number + 1]}
        yield {**row, "state": "shown", **_shares(weights, bins, number)}


def _shares(weights: NDArray[np.float64], bins: NDArray[np.intp], number: int) -> dict[str, Value]:
    whole, effective = float(weights.sum()), effective_count(weights)
    reached = float(weights[bins >= number].sum()) / whole
    low, high = wilson(reached, effective)
    told = {
        "lines_share": float(weights[bins == number].sum()) / whole,
        "reached_share": reached,
        "reached_share_low": low,
        "reached_share_high": high,
    }
    return {
        "line_count": int((bins == number).sum()),
        "effective_lines": round(effective, 1),
        **{name: round(value, _DIGITS) for name, value in told.items()},
    }
