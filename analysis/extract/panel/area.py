"""Pure. In which NUTS 2 and NUTS 3 area a municipality lies, from a table that a person gives.

Knows nothing of lines but their municipality, and brings no table of its own: areas are redrawn by law.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.contract import Line, Region
from analysis.fleet.sheet_cell import is_formula

HEADER = ("municipality", "nuts2", "nuts3")
HEADER_WITH_REGION = (*HEADER, "region")
_MOST_TEXT = 100


class AreaError(ValueError):
    """The table cannot be used. The text is one sentence: where, what, the mend."""


@dataclass(frozen=True, slots=True)
class Area:
    """Codes or names, as the table has them."""

    nuts2: str
    nuts3: str


@dataclass(frozen=True, slots=True)
class Areas:
    """By folded municipality and region; the region is None where the table does not say it."""

    by_place: Mapping[tuple[str, Region | None], Area]

    def of(self, line: Line) -> Area | None:
        """None for a line whose municipality is not stated, or not in the table."""
        name = (line.municipality or "").strip().casefold()
        return self.by_place.get((name, line.region)) or self.by_place.get((name, None))


def read(text: str, source: str) -> Areas:
    """`municipality,nuts2,nuts3`, and `region` (mainland, azores, madeira) if two have one name. Raises AreaError."""
    try:
        rows = list(csv.reader(text.splitlines(), strict=True))
    except csv.Error as error:
        raise AreaError(f"{source} cannot be read as CSV ({error}); export it again") from error
    if not rows or tuple(rows[0]) not in (HEADER, HEADER_WITH_REGION):
        raise AreaError(f"{source} must begin with the line {','.join(HEADER)}, or with {HEADER_WITH_REGION[-1]} after")
    found: dict[tuple[str, Region | None], Area] = {}
    for number, row in enumerate(rows[1:], 2):
        place, area = _row(row, len(rows[0]), f"{source}, line {number}")
        if place in found:
            raise AreaError(f"{source}, line {number}: {row[0]!r} is there twice; tell them apart in a column region")
        found[place] = area
    return Areas(found)


def _row(row: Sequence[str], width: int, where: str) -> tuple[tuple[str, Region | None], Area]:
    cells = [cell.strip() for cell in row]
    if len(cells) != width or not all(cells):
        raise AreaError(f"{where}: it has empty or missing cells; fill all {width}")
    bad = next((cell for cell in cells if len(cell) > _MOST_TEXT or not cell.isprintable() or is_formula(cell)), None)
    if bad is not None:
        raise AreaError(f"{where}: {bad[:20]!r} is no name or code; write up to {_MOST_TEXT} letters and digits")
    region = None
    if width > len(HEADER):
        if cells[3] not in tuple(Region):
            raise AreaError(f"{where}: {cells[3]!r} is no region; write one of {', '.join(Region)}")
        region = Region(cells[3])
    return (cells[0].casefold(), region), Area(cells[1], cells[2])
