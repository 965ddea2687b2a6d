"""Pure. Rows of a package's tables: those of one dimension, of one direction, and their cells as numbers.

Knows nothing of what is made of them.
"""

from collections.abc import Mapping

from analysis.extract.report.package import Rows
from analysis.wording import Said, say

ALL = "all"
DIMENSIONS = ("region", "operator", "technology", "tier", "nuts3", "access")
DIRECTIONS = ("download", "upload")


def where(rows: Rows, **wanted: str) -> Rows:
    """Those that have these values."""
    return tuple(row for row in rows if all(row[name] == value for name, value in wanted.items()))


def along(rows: Rows, dimension: str) -> Rows:
    """The whole first, then every category of one dimension by itself, by name."""
    own = [row for row in rows if all(row[name] == ALL for name in DIMENSIONS if name != dimension)]
    return tuple(sorted(own, key=lambda row: (row[dimension] != ALL, *_natural(row[dimension]))))


def number(row: Mapping[str, str], name: str) -> float | None:
    """None for an empty cell. Raises ValueError."""
    return float(row[name]) if row[name] else None


def label(category: str) -> Said:
    """A category's name; the whole's and the unknown's in words."""
    return say(f"extract.category.{category}") if category in (ALL, "unknown") else Said(pt=category, en=category)


def _natural(name: str) -> tuple[float, str]:
    """Tiers by their speed, everything else by its letters."""
    head = name.partition("/")[0]
    return (float(head), name) if head.replace(".", "", 1).isdecimal() else (0.0, name)
