"""Pure. The lines of an earlier extract, out of its restricted package's table of lines.

Knows nothing of files.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.extract.reporting_period import ReportingPeriod
from analysis.fleet.sheet_cell import inert

TABLE = "data/line_periods.csv"
_NEEDED = ("unit_id", "period", "region", "operator", "technology", "tier", "direction", "median_bps", "promised_bps")


class EarlierError(Exception):
    """The table cannot be used. The text says why; who reads the file names it, and the mend."""


COMPARED = (
    "region",
    "operator",
    "technology",
    "tier",
)  # what a line must be in both; what it was tested over may change


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLine:
    """One line in one direction. `group`: region, operator, technology, tier. `maximum_bps`: None in old ones too."""

    group: tuple[str, ...]
    median_bps: float | None
    normal_bps: float | None
    maximum_bps: float | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """`lines` by pseudonym and direction."""

    period: ReportingPeriod
    lines: Mapping[tuple[str, str], EarlierLine]

    @property
    def units(self) -> frozenset[str]:
        """The pseudonyms."""
        return frozenset(unit for unit, _ in self.lines)


def earlier(raw: bytes) -> Earlier:
    """Raises EarlierError."""
    try:
        rows = csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True)
        if missing := [name for name in _NEEDED if name not in (rows.fieldnames or ())]:
            raise EarlierError(f"it has no column {', '.join(missing)}")
        periods: set[str] = set()
        lines: dict[tuple[str, str], EarlierLine] = {}
        for row in rows:
            periods.add(row["period"])
            lines[row["unit_id"], row["direction"]] = _line(row, rows.line_num)
        if len(periods) != 1:
            raise EarlierError(f"it is of {len(periods)} periods and not of one")
        return Earlier(ReportingPeriod(periods.pop()), lines)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise EarlierError(f"it is no such table ({error})") from error


def as_published(group: tuple[str, ...]) -> tuple[str, ...]:
    """As a table of lines has it: text that a spreadsheet might run is inert there."""
    return tuple(inert(one) for one in group)


def _line(row: Mapping[str, str], number: int) -> EarlierLine:
    if None in row.values() or None in row:
        raise EarlierError(f"line {number} has not as many cells as the first")
    return EarlierLine(
        group=tuple(row[name] for name in COMPARED),
        median_bps=_number(row["median_bps"], number),
        normal_bps=_number(row["promised_bps"], number),
        maximum_bps=_number(row.get("maximum_bps", ""), number),
    )


def _number(cell: str, number: int) -> float | None:
    if not cell:
        return None
    value = float(cell)
    if not math.isfinite(value) or value < 0:
        raise EarlierError(f"line {number} has the number {cell[:40]}")
    return value
