"""Pure. Sorted rows that are taken up to a bound, the next one kept back. Knows nothing of where rows come from."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

_Bound = tuple[int, int, str]


class Keyed(Protocol):
    """Anything with a key."""

    @property
    def key(self) -> _Bound:
        """By which it is sorted."""


_Row = TypeVar("_Row", bound=Keyed)


class Ahead(Generic[_Row]):
    """An iterator over sorted rows that looks one row ahead."""

    def __init__(self, rows: Iterator[_Row]) -> None:
        self._rows = rows
        self._next: _Row | None = None

    def until(self, bound: _Bound | None) -> Iterator[_Row]:
        """The rows up to `bound`, which is among them; all that are left where it is None."""
        while True:
            if self._next is None:
                self._next = next(self._rows, None)
            if self._next is None or (bound is not None and self._next.key > bound):
                return
            row, self._next = self._next, None
            yield row
