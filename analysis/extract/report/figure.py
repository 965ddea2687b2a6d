"""Vocabulary. What a report says and shows: facts and figures, each with the table and the rows that it is from.

Knows nothing of pages, and nothing of how a figure is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.wording import Said


class Kind(StrEnum):
    """How a figure is drawn: values with their intervals, curves, shares of a whole, or not at all."""

    INTERVAL = "interval"
    CURVE = "curve"
    STACK = "stack"
    TABLE = "table"


class Unit(StrEnum):
    """Of a column. CHANGE: a share with its sign. HOURS: seconds, told in hours."""

    SHARE = "share"
    CHANGE = "change"
    BPS = "bps"
    COUNT = "count"
    HOURS = "hours"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the package, and what its rows have in common; `each`: the column that tells them apart."""

    table: str
    where: Mapping[str, str]
    each: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a figure's own table."""

    name: str
    said: Said
    unit: Unit


@dataclass(frozen=True, slots=True)
class Row:
    """`state`: shown, withheld, imprecise or unobserved. `values` by column; None is not told, and never zero."""

    label: Said
    state: str
    values: Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`rows` as drawn, top to bottom; of curves in order of label and of where they go."""

    id: str
    kind: Kind
    title: Said
    about: Said
    source: Source
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One number about the whole package; None where it is withheld."""

    id: str
    said: Said
    value: int | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractReport:
    """`peak`: the busy hours, as in `19:00-23:00`. `previous` names the period compared with, None without one."""

    period: str
    publisher: str | None
    software: str
    peak: str
    previous: str | None
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
