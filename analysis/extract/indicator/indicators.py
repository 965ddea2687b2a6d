"""Pure. The table of indicators: of each group and direction, each with its lines, its precision and its interval.

Knows nothing of files.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.hear import DIRECTIONS
from analysis.extract.indicator.indicator import INDICATORS, MEDIAN, Indicator
from analysis.extract.indicator.subset import Measured
from analysis.extract.table import Value
from analysis.extract.weighted import Estimate, effective_count, quantile

Rows = list[dict[str, Value]]


def indicators(panel: Measured, lines_share: float) -> Rows:
    """Sorted by group, direction and indicator. `lines_share`: what a steady indicator is reached on. Raises
    TablesError.
    """
    members = panel.members()
    rows: Rows = []
    for place, direction in enumerate(DIRECTIONS):
        for one in INDICATORS:
            values = line_values(panel, one, place)
            hidden = panel.hidden(~np.isnan(values))
            for key, own in members.items():
                row: dict[str, Value] = {**dict(zip(("period", *DIMENSIONS), key, strict=True))}
                row |= {"direction": direction.value, "indicator": one.name, **_NOTHING, "state": "withheld"}
                rows.append(row if key in hidden else row | _cell(panel, one, values, own, lines_share))
    return sorted(rows, key=_order)


_NOTHING: dict[str, Value] = dict.fromkeys(("line_count", "effective_lines", "design_effect", "value", "low", "high"))


def line_values(panel: Measured, one: Indicator, place: int) -> NDArray[np.float64]:
    """Of each line, in the direction at `place`; NaN where it has none."""
    found = (one.of(summary.ways[place]) for summary in panel.summaries)
    return np.array([np.nan if value is None else value for value in found])


def estimate(values: NDArray[np.float64], weights: NDArray[np.float64], steady_share: float | None) -> Estimate | None:
    """The middle line's value; or with `steady_share` the highest that so many of the lines reach.

    >>> estimate(np.arange(1.0, 101.0), np.ones(100), 0.8)
    Estimate(value=21.0, low=13.0, high=28.0)
    """
    if steady_share is None:
        return quantile(values, weights, MEDIAN)
    found = quantile(-values, weights, steady_share)
    if found is None:
        return None
    low, high = (None if end is None else -end for end in (found.high, found.low))
    return Estimate(-found.value, low, high)


def _order(row: dict[str, Value]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("period", *DIMENSIONS, "direction", "indicator"))


def _cell(
    panel: Measured, one: Indicator, values: NDArray[np.float64], own: NDArray[np.intp], lines_share: float
) -> dict[str, Value]:
    known = own[~np.isnan(values[own])]
    weights = panel.weights[known]
    effective = effective_count(weights) if len(known) else 0.0
    row: dict[str, Value] = {
        "line_count": len(known),
        "effective_lines": round(effective, 1),
        "design_effect": round(len(known) / effective, 4) if len(known) else None,
    }
    if effective < panel.least_effective_lines:
        return {**row, "state": "imprecise"}
    found = estimate(values[known], weights, lines_share if one.steady else None)
    return {**row, "state": "shown", **dict(_told(found, one.digits))}


def _told(found: Estimate | None, digits: int) -> Iterator[tuple[str, Value]]:
    ends: Sequence[float | None] = () if found is None else (found.value, found.low, found.high)
    for name, value in zip(("value", "low", "high"), ends, strict=False):
        yield name, None if value is None else round(value, digits)
