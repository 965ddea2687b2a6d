"""A panel of one row a household, as Ofcom published it in November 2013 and 2014: columns by what they mean.

Names of columns, of weights and the spelling of values changed from year to year; a header that fits none is refused.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PLAIN = re.compile(r"[^a-z0-9]")
# What a column is called without case and punctuation, year after year.
_CALLED = {
    "operator": ("isp",),
    "technology": ("technology",),
    "headline_mbps": ("headlinespeed",),
    "place": ("urbanrural",),
    "download_mbps": ("downloadspeedmbits24hour", "downloadspeedmbits24hrs"),
    "maximum_mbps": ("downloadspeedmbitsmax",),
    "peak_mbps": ("downloadspeedmbits810pmweekday",),
    "upload_mbps": ("uploadspeedmbits24hour",),
    "operator_weight": ("ispweights",),
    "national_weight": ("natweights",),
}
_NUMBERS = frozenset(name for name in _CALLED if name.endswith(("_mbps", "_weight")))
_LEADING = re.compile(r"\d+(\.\d+)?")
_MISSING = frozenset({"", "#NULL!", "NA"})


@dataclass(frozen=True, slots=True)
class Household:
    """One row: words and numbers by what they mean; a number that is missing is not there."""

    words: dict[str, str]
    numbers: dict[str, float]


def read(path: Path) -> list[Household]:
    """Raises ValueError that names the column which is not there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = _columns(rows.fieldnames or (), path)
        return [_household({name: row[column] or "" for name, column in columns.items()}) for row in rows]


def _columns(header: Sequence[str], path: Path) -> dict[str, str]:
    plain = {_PLAIN.sub("", one.lower()): one for one in header}
    found = {}
    for name, called in _CALLED.items():
        column = next((plain[one] for one in called if one in plain), None)
        if column is None:
            raise ValueError(f"{path}: no column is called like {' or '.join(called)}")
        found[name] = column
    return found


def _household(row: dict[str, str]) -> Household:
    numbers = {name: _number(row[name]) for name in _NUMBERS if row[name].strip() not in _MISSING}
    return Household(
        {name: row[name].strip() for name in _CALLED if name not in _NUMBERS},
        {name: value for name, value in numbers.items() if value is not None},
    )


def _number(text: str) -> float | None:
    """The number that it begins with: a headline speed may read `15-fibre`."""
    found = _LEADING.match(text.strip())
    return float(found[0]) if found else None
