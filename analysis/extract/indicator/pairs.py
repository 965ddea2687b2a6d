"""Pure. Operators beside each other, two by two: different only where their intervals say so, for all pairs together.

From what is published of each operator and nothing else, so that a reader can do it again. The standard error of a
middle line is the longer arm of its Woodruff interval over that of a normal one. Knows nothing of lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from math import hypot

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.cell import ALL
from analysis.extract.indicator.indicators import Rows
from analysis.extract.indicator.told_apart import Difference, Told, told_apart
from analysis.extract.indicator.wilson import Z
from analysis.extract.table import Value

COMPARED = ("maximum_share", "normal_share", "peak_to_off_peak_share", "consistent_share", "reached_share")
_DIGITS = 4
_LEAST_ERROR = 0.5 / 10.0**_DIGITS  # what rounding alone does


def pairs(rows: Rows, error: float) -> Rows:
    """Sorted by direction, indicator and names. `rows` are the indicators'; `error` is that of each such family."""
    found: defaultdict[tuple[str, str], dict[str, Mapping[str, Value]]] = defaultdict(dict)
    for row in rows:
        if _is_operator(row) and row["state"] == "shown" and None not in (row["low"], row["high"]):
            found[str(row["direction"]), str(row["indicator"])][str(row["operator"])] = row
    return [
        {"period": rows[0]["period"], "direction": direction, "indicator": indicator, **one}
        for (direction, indicator), own in sorted(found.items())
        for one in _family(own, error)
    ]


def _is_operator(row: Mapping[str, Value]) -> bool:
    """Of a ratio: of one operator, whatever else its lines are."""
    others = all(row[name] == ALL for name in DIMENSIONS if name != "operator")
    return others and row["operator"] != ALL and row["indicator"] in COMPARED


def _family(own: Mapping[str, Mapping[str, Value]], error: float) -> Iterable[dict[str, Value]]:
    names = list(combinations(sorted(own), 2))
    told = told_apart([_difference(own[first], own[second]) for first, second in names], error)
    for (first, second), one in zip(names, told, strict=True):
        difference = _number(own[first], "value") - _number(own[second], "value")
        yield {"first_operator": first, "second_operator": second, **_row(difference, one)}


def _difference(first: Mapping[str, Value], second: Mapping[str, Value]) -> Difference:
    return Difference(_number(first, "value") - _number(second, "value"), hypot(_error(first), _error(second)))


def _error(row: Mapping[str, Value]) -> float:
    value = _number(row, "value")
    arm = max(_number(row, "high") - value, value - _number(row, "low"), _LEAST_ERROR)
    return arm / Z


def _number(row: Mapping[str, Value], name: str) -> float:
    value = row[name]
    assert isinstance(value, int | float)
    return float(value)


def _row(difference: float, told: Told) -> dict[str, Value]:
    return {
        "difference": round(difference, _DIGITS),
        "difference_low": round(told.low, _DIGITS),
        "difference_high": round(told.high, _DIGITS),
        "level": round(told.level, _DIGITS),
        "finding": "different" if told.apart else "not_told_apart",
    }
