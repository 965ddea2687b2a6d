"""Vocabulary. Cells of published tables, and how they add up.

Knows nothing of what is measured in a cell beyond how many lines and tests stand behind it.
"""

from dataclasses import dataclass

ALL = "all"  # a dimension over which a cell sums

Key = tuple[str, ...]  # one category for each dimension, in the tables' order; ALL where it sums over a dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands behind one cell. `line_days`: civil days with its lines, each counted for each of them.

    `largest_share`: of its tests, those of the line that has most; 0 without tests.
    """

    key: Key
    line_count: int
    line_days: int
    test_count: int
    largest_share: float

    def __post_init__(self) -> None:
        if not 0 <= self.line_count <= self.line_days or self.test_count < 0 or not 0 <= self.largest_share <= 1:
            raise ValueError(f"cell {self.key} has impossible counts")


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` is the sum of `parts`, one or more.

    `in_time`: the parts are periods that the total's is made of. Days add up over them; lines do not, for one line may
    be in all of them.
    """

    total: Key
    parts: tuple[Key, ...]
    in_time: bool = False
