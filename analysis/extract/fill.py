"""Pure. Rows of some columns made a table: the others empty, sorted by the table's key.

Knows nothing of what a row says.
"""

from collections.abc import Iterable, Mapping

from analysis.extract.dictionary import kinds
from analysis.extract.table import Table, Value

_DIGITS = 12


def fill(name: str, rows: Iterable[Mapping[str, Value]]) -> Table:
    """The table of that name in the dictionary. Rows may come in any order."""
    kind = kinds()[name]
    names = [column.name for column in kind.columns]
    filled = [{**dict.fromkeys(names), **row} for row in rows]
    return Table(kind, sorted(filled, key=lambda row: tuple(_sorting(row[name]) for name in kind.key)))


def _sorting(value: Value) -> str:
    return str(value).zfill(_DIGITS) if isinstance(value, int) else str(value)
