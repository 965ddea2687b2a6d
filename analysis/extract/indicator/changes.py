"""Pure. What changed since an earlier period on the lines in both: a table by group, and how many came and went.

A group's change is that of its lines, pair by pair: the weighted middle one with Woodruff's interval, and the weighted
mean with Student's. How many lines of a group are in both is told roughly alone, so that nobody learns how few came.
Knows nothing of files.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.cell import Cell, Key, Relation
from analysis.extract.disclosure.withhold import Reason, withhold
from analysis.extract.disclosure.withhold import Told as ToldBefore
from analysis.extract.hear import DIRECTIONS
from analysis.extract.indicator.indicators import Rows, estimate
from analysis.extract.indicator.matched import CHANGES, Matched, Presence, change
from analysis.extract.indicator.subset import Measured
from analysis.extract.indicator.told_apart import Difference, told_apart
from analysis.extract.indicator.wilson import Z
from analysis.extract.table import Value
from analysis.extract.weighted import effective_count

_DIGITS = 4
_LEAST_ERROR = 0.5 / 10.0**_DIGITS / Z  # what rounding alone does
_PLACE = ("period", *DIMENSIONS)
_NUMBERS = (
    "lines_at_least", "design_effect", "change", "change_low", "change_high",
    "mean_change", "mean_change_low", "mean_change_high", "level", "finding",
)  # fmt: skip


def changes(panel: Measured, found: Matched, before: str, error: float) -> Rows:
    """Sorted by group, direction and indicator. `before` names the earlier period. Raises TablesError."""
    members = panel.members()
    families: defaultdict[tuple[str, str], Rows] = defaultdict(list)
    for place, direction in enumerate(DIRECTIONS):
        for name in CHANGES:
            values = change(found, panel.summaries, name, place)
            if np.isnan(values).all():
                continue
            hidden = panel.hidden(~np.isnan(values))
            for key, own in members.items():
                row: dict[str, Value] = {**dict(zip(_PLACE, key, strict=True)), "previous_period": before}
                row |= {"direction": direction.value, "indicator": name, **dict.fromkeys(_NUMBERS)}
                row |= {"state": "withheld"} if key in hidden else _group(panel, values, own)
                families[direction.value, name].append(row)
    for rows in families.values():
        _tell_apart(rows, error)
    every = (row for rows in families.values() for row in rows)
    return sorted(every, key=lambda row: tuple(str(row[name]) for name in (*_PLACE, "direction", "indicator")))


def _group(panel: Measured, values: NDArray[np.float64], own: NDArray[np.intp]) -> dict[str, Value]:
    known = own[~np.isnan(values[own])]
    weights = panel.weights[known]
    effective = effective_count(weights) if len(known) else 0.0
    least = panel.limits.least_lines
    row: dict[str, Value] = {
        "lines_at_least": _roughly(len(known), len(own), panel) if len(known) >= least else None,
        "design_effect": round(len(known) / effective, 2) if len(known) else None,
    }
    middle = estimate(values[known], weights, None)
    if len(known) < least or effective < panel.least_effective_lines or middle is None:
        return {"state": "imprecise"}
    mean, half = _mean(values[known], weights, effective)
    told = {"change": middle.value, "change_low": middle.low, "change_high": middle.high}
    told |= {"mean_change": mean, "mean_change_low": mean - half, "mean_change_high": mean + half}
    return {**row, "state": "shown"} | {
        name: None if value is None else round(value, _DIGITS) for name, value in told.items()
    }


def _roughly(matched: int, lines: int, panel: Measured) -> int:
    """So many at least: of how many are not matched a reader learns no more than the limits allow."""
    step = panel.limits.least_width + 1
    return max(panel.limits.least_lines, lines - ((lines - matched) // step * step + step - 1))


def _mean(values: NDArray[np.float64], weights: NDArray[np.float64], effective: float) -> tuple[float, float]:
    """With half its 95 % interval."""
    mean = float(np.average(values, weights=weights))
    spread = float(np.average((values - mean) ** 2, weights=weights))
    half = float(special.stdtrit(effective - 1, 0.975)) * np.sqrt(spread / (effective - 1))
    return mean, float(half)


def _tell_apart(rows: Rows, error: float) -> None:
    shown = [row for row in rows if row["state"] == "shown" and None not in (row["change_low"], row["change_high"])]
    told = told_apart([_difference(row) for row in shown], error)
    for row, one in zip(shown, told, strict=True):
        grown = "higher" if _number(row, "change") > 0 else "lower"
        row |= {"level": round(one.level, _DIGITS), "finding": grown if one.apart else "not_told_apart"}


def _difference(row: Mapping[str, Value]) -> Difference:
    value = _number(row, "change")
    arm = max(_number(row, "change_high") - value, value - _number(row, "change_low"))
    return Difference(value, max(arm / Z, _LEAST_ERROR))


def _number(row: Mapping[str, Value], name: str) -> float:
    value = row[name]
    assert isinstance(value, int | float)
    return float(value)


def presence(panel: Measured, found: Matched, before: str) -> Rows:
    """How many lines of the whole panel stayed, moved, joined and left; what would tell of few is withheld."""
    period, own = panel.period, found.counts
    totals = {
        "now": (Presence.MATCHED, Presence.MOVED, Presence.JOINED),
        "before": (Presence.MATCHED, Presence.MOVED, Presence.LEFT),
    }
    key = {one: (period, one.value) for one in Presence}
    many = panel.limits.least_tests
    cells = [_counted(key[one], own[one], many) for one in Presence]
    sums = [_counted((period, name), sum(own[one] for one in parts), many) for name, parts in totals.items()]
    sums_of = [Relation((period, name), tuple(key[one] for one in parts)) for name, parts in totals.items()]
    found_out = withhold(cells, sums_of, panel.limits, told=ToldBefore(published=tuple(sums)))
    hidden = {one.key for one in found_out}
    if any(one.reason is not Reason.OTHERS and one.lines.width < panel.limits.least_width for one in found_out):
        hidden = set(key.values())  # where so few kinds are left that some tell the others, none is told
    return [
        {
            "period": period,
            "previous_period": before,
            "presence": one.value,
            "state": "withheld" if key[one] in hidden else "shown",
            "line_count": None if key[one] in hidden else own[one],
        }
        for one in sorted(Presence)
    ]


def _counted(key: Key, count: int, tests: int) -> Cell:
    """A count of lines alone: of their tests nothing is told."""
    return Cell(key=key, line_count=count, line_days=count, test_count=tests, largest_share=0.0)
