"""Vocabulary. A table of an extract: its columns as the data dictionary has them, and its rows.

Knows nothing of files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = str | int | float | date | Decimal | None  # None: empty


class Audience(StrEnum):
    """Who may have a table. What is restricted goes to the regulator alone, apart from what is public.

    So does what holds each record; it is apart again, for it is large and tells most.
    """

    PUBLIC = "public"
    RESTRICTED = "restricted"
    RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`type` is a Table Schema type: string, integer, number, date, datetime; or money, a number of two decimals.

    `unit` is empty for what has none.
    """

    name: str
    type: str
    unit: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """A table without its rows. `key` are the columns by which no two rows are alike."""

    name: str
    audience: Audience
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    pt: str
    en: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows sorted by the kind's key, each with a value for every column."""

    kind: TableKind
    rows: Sequence[Mapping[str, Value]]
