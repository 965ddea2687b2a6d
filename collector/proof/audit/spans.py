"""Pure. Sets of sequence numbers as spans: small however many numbers there are, since most follow one another.

Knows nothing of what is numbered.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class Spans:
    """A set of whole numbers that grows.

    >>> spans = Spans([1, 2, 4])
    >>> spans.add(3), spans.add(3), str(spans)
    (True, False, '1-4')
    """

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for number in numbers:
            self.add(number)

    def add(self, number: int) -> bool:
        """Takes the number in, and says whether it is new."""
        at = bisect_right(self._firsts, number)
        if at and self._lasts[at - 1] >= number:
            return False
        joins_left = at > 0 and self._lasts[at - 1] == number - 1
        joins_right = at < len(self._firsts) and self._firsts[at] == number + 1
        if joins_left and joins_right:
            self._lasts[at - 1] = self._lasts.pop(at)
            self._firsts.pop(at)
        elif joins_left:
            self._lasts[at - 1] = number
        elif joins_right:
            self._firsts[at] = number
        else:
            self._firsts.insert(at, number)
            self._lasts.insert(at, number)
        return True

    def without(self, other: "Spans") -> "Spans":
        """The numbers that are here and not in the other."""
        left = Spans()
        for first, last in self:
            begin = first
            for low, high in other.within(first, last):
                left._append(begin, low - 1)
                begin = high + 1
            left._append(begin, last)
        return left

    def within(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The spans that touch [first, last]."""
        at = max(0, bisect_right(self._firsts, first) - 1)
        while at < len(self._firsts) and self._firsts[at] <= last:
            if self._lasts[at] >= first:
                yield self._firsts[at], self._lasts[at]
            at += 1

    def _append(self, first: int, last: int) -> None:
        if first <= last:
            self._firsts.append(first)
            self._lasts.append(last)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self)

    def __str__(self) -> str:
        return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in self)

    @property
    def last(self) -> int | None:
        """The greatest number; None of the empty set."""
        return self._lasts[-1] if self._lasts else None
