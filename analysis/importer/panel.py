"""Pure. Ofcom's panels: a row for each household with its means over a month, and no time.

They are no tests of a line, so that nothing of them is kept; they are read through their changing column names and
codes for what is missing, and summed up. Knows nothing of files.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from analysis.importer.quantity import CellError, quantity
from analysis.importer.told import Line, Row, fold

NAME = "ofcom-panel"
TITLE = "Ofcom, UK home broadband performance: households of one year"
_MISSING = {"", "#null!", "na", "n/a", "-", "null", "nan"}
# Our name of a figure, and what every year's name of its column matches.
_FIGURES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(text)
    for name, text in (
        ("download_mean_mbps", r"download[._]speed.*24[._]?h.*"),
        ("download_most_mbps", r"download[._]speed.*max.*"),
        ("download_evening_mbps", r"download[._]speed.*8[._-]?10.*"),
        ("upload_mean_mbps", r"upload[._]speed.*24[._]?h.*"),
        ("upload_most_mbps", r"upload[._]speed.*max.*"),
        ("upload_evening_mbps", r"upload[._]speed.*8[._-]?10.*"),
        ("latency_mean_ms", r"latency.*24[._]?h.*"),
        ("loss_mean_share", r"packet[._]loss.*24[._]?h.*"),
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over the households that have it; `median` None where none has."""

    count: int
    missing_count: int
    median: float | None


def names(head: Sequence[Line]) -> tuple[str, ...] | None:
    """The folded column names, where the first line is such a panel's header."""
    cells = tuple(fold(one) for one in head[0].text.split(",")) if head else ()
    wanted = {"isp", "technology", "headline.speed"}
    return (
        cells if wanted <= {one.replace("_", ".") for one in cells} and _column(cells, "download_mean_mbps") else None
    )


def summed(rows: Iterable[Row], columns: Sequence[str]) -> dict[str, Figure]:
    """Each figure over all rows. Holds one number a cell: a panel has some thousand households."""
    chosen = {name: column for name in _FIGURES if (column := _column(columns, name)) is not None}
    values: dict[str, list[float]] = {name: [] for name in chosen}
    count = 0
    for row in rows:
        count += 1
        for name, column in chosen.items():
            value = _value(row.cells.get(column, ""), share=name.endswith("_share"))
            if value is not None:
                values[name].append(value)
    return {
        name: Figure(len(found), count - len(found), median(found) if found else None) for name, found in values.items()
    }


def _column(columns: Iterable[str], name: str) -> str | None:
    return next((column for column in columns if _FIGURES[name].fullmatch(column)), None)


def _value(text: str, *, share: bool) -> float | None:
    """A share counts where its sign says percent: without, some years' may be either."""
    if share and not text.strip().endswith("%"):
        return None
    if text.strip().lower() in _MISSING:
        return None
    try:
        number = quantity(text.strip().removesuffix("%")).number
    except CellError:
        return None
    return number / 100 if share else number
