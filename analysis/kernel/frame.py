"""Pure. A table of the store's columns as arrays, each with where its values are known.

Text is looked at once for each different word, not once a row. Knows nothing of what a column means.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types

from analysis.kernel.column import Index, Mark, Real, Whole


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows of the store. Values where a column is null are 0 and mean nothing."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def whole(self, name: str) -> tuple[Whole, Mark]:
        """A column of integers, or of times in microseconds since 1970; and where it is known."""
        column = _one(self.table.column(name))
        if pa.types.is_timestamp(column.type):
            column = column.view(pa.int64())
        return _filled(column, 0), self._known(column)

    def real(self, name: str) -> tuple[Real, Mark]:
        """A column of numbers, and where it is known."""
        column = _one(self.table.column(name))
        return _filled(column, 0.0), self._known(column)

    def known(self, name: str) -> Mark:
        """Where a column is not null."""
        return self._known(_one(self.table.column(name)))

    def flag(self, name: str, *, value: bool) -> Mark:
        """Where a flag is known to be `value`."""
        column = _one(self.table.column(name))
        held: Mark = _filled(column, not value)
        return held if value else ~held

    def word(self, name: str, among: Collection[str]) -> Mark:
        """Where a text is one of these words."""
        return self.each(name, lambda word: word in among).astype(np.bool_)

    def each(self, name: str, of: Callable[[str | None], int | bool]) -> Index:
        """For each row what `of` makes of its text, None where there is none."""
        column = self.table.column(name)
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        column = _one(column.unify_dictionaries())
        words = column.dictionary.to_pylist()
        made: Index = np.array([*map(of, words), of(None)], dtype=np.intp)
        codes: Index = _filled(column.indices, len(words))
        return made[codes]

    def only(self, rows: Mark) -> "Frame":
        """The rows that are marked."""
        return self if bool(rows.all()) else Frame(self.table.filter(pa.array(rows)))

    def _known(self, column: pa.Array) -> Mark:
        if not column.null_count:
            return np.ones(len(column), dtype=np.bool_)
        known: Mark = column.is_valid().to_numpy(zero_copy_only=False)
        return known


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [_none(column.type)])


def _none(type_: pa.DataType) -> pa.Array:
    return pa.array([], type_)


def _filled(column: pa.Array, value: float) -> Any:  # an array of the column's own type
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(value, column.type))
    return column.to_numpy(zero_copy_only=False)
