"""Vocabulary. What one part of a published table tells of each cell, in whole numbers that add up over cells.

Knows nothing of what the numbers count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.extract.disclosure.cell import Key
from analysis.extract.disclosure.withhold import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One cell. `line_count`: the lines that it tells of. `largest_share`: what one of them has of it, at most; 0
    where there is nothing. `sums`: in the order of the part's.
    """

    key: Key
    line_count: int
    largest_share: float
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`least_width`: between the bounds that a reader can find of a withheld one. `over_time`: adds up over periods."""

    name: str
    least_width: int
    over_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a cell tells at once, or withholds at once. Told of fewer than `least_lines` lines, of fewer than
    `least_count` of the first sum, or with more than `most_share` of it one line's, it is withheld; nothing of none.
    """

    name: str
    least_lines: int
    least_count: int
    most_share: float
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPart:
    """What one extract told of a part: every cell, and which were withheld, and why."""

    part: str
    amounts: tuple[Amount, ...]
    withheld: tuple[tuple[Key, Reason], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPart:
    """What earlier extracts told: `others` of periods that share a month, `own` withheld of the same period."""

    others: Sequence[ToldPart] = ()
    own: Sequence[tuple[Key, Reason]] = ()
