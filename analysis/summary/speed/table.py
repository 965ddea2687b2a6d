"""Pure. What a table's head, or a heading above, says of the numbers below it: by the column, and in what order.

Knows nothing of what the numbers are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from analysis.summary.page.line import Line
from analysis.summary.speed.attribute import DIMENSIONS
from analysis.summary.speed.label import Kind, Meaning, Service, Way, is_heading, labels

_LONG = 6  # words: what is longer and no heading ends what a heading above says
Dimension = type[Kind] | type[Way] | type[Service]


@dataclass(frozen=True, slots=True)
class Column:
    """A label in a table's head, from `x` to `end_x`."""

    meaning: Meaning
    x: float
    end_x: float

    @property
    def middle(self) -> float:
        """Where its middle stands."""
        return (self.x + self.end_x) / 2


@dataclass(slots=True)
class Head:
    """What holds for the lines that follow: columns, and headings of one meaning. Fed with lines without numbers."""

    columns: dict[Dimension, list[Column]] = field(default_factory=dict)
    above: dict[Dimension, Meaning] = field(default_factory=dict)
    text: str = ""
    _open: bool = False  # the last line was part of a head too

    def close(self) -> None:
        """A line with numbers came: the next head is a new one."""
        self._open = False

    def take(self, line: Line) -> None:
        """A line without numbers."""
        if not all(is_heading(cell.folded) for cell in line.cells):
            self._prose(line)
            return
        fresh = list(_columns(line))
        if not self._open:
            self.text = ""
        self.text += f" {line.folded}"
        for dimension in DIMENSIONS:
            own = [column for column in fresh if isinstance(column.meaning, dimension)]
            if own:
                before = self.columns.get(dimension, []) if self._open else []
                self._set(dimension, _merged([*before, *own]))
        self._open = True

    def _set(self, dimension: Dimension, columns: list[Column]) -> None:
        self.columns[dimension] = columns
        meanings = {column.meaning for column in columns}
        if len(meanings) == 1:
            self.above[dimension] = meanings.pop()
        else:
            self.above.pop(dimension, None)
        if dimension is Service:  # another service's heading: what was said of the last one's numbers holds no more
            self.above = {kept: meaning for kept, meaning in self.above.items() if kept is Service}

    def _prose(self, line: Line) -> None:
        words = line.folded.split()
        named = [label.meaning for label in labels(line.folded)]
        service = {one for one in named if isinstance(one, Service)}
        short = len(words) <= _LONG or line.folded.endswith(":")
        if short and len(service) == 1:
            self.columns.clear()
            self.above = {Service: service.pop()}
        elif named or len(words) >= _LONG:
            kept = self.above.get(Service)
            self.columns.clear()
            self.above = {} if kept is None else {Service: kept}
        self._open = False

    def at(self, dimension: Dimension, middles: Sequence[float]) -> list[Meaning | None]:
        """What the columns say of numbers whose middles stand there, from left to right; None where they do not agree.

        The order must say the same as the place: as many columns as numbers, or as many numbers to each column.
        """
        columns = self.columns.get(dimension, [])
        if len({column.meaning for column in columns}) < 2:
            return [None] * len(middles)
        near = [min(columns, key=lambda column: abs(column.middle - middle)) for middle in middles]
        share, rest = divmod(len(middles), len(columns))
        if rest == 0 and share >= 1:
            named = [columns[place // share] for place in range(len(middles))]
            return [one.meaning if one is other else None for one, other in zip(named, near, strict=True)]
        if len(middles) > len(columns):
            return [None] * len(middles)
        pitch = min(b.middle - a.middle for a, b in pairwise(columns))
        close = [abs(one.middle - middle) < pitch / 3 for one, middle in zip(near, middles, strict=True)]
        return [one.meaning if sure else None for one, sure in zip(near, close, strict=True)]


def _columns(line: Line) -> Iterator[Column]:
    for cell in line.cells:
        for label in labels(cell.folded):
            yield Column(label.meaning, cell.at(label.start), cell.at(label.end))


def _merged(columns: list[Column]) -> list[Column]:
    """From left to right; words above each other are one label where they say one thing: "maximum" over "estimated"."""
    merged: list[Column] = []
    for column in sorted(columns, key=lambda column: column.x):
        last = merged[-1] if merged else None
        one = None if last is None or column.x >= last.end_x else _one(last.meaning, column.meaning)
        if last is not None and one is not None:
            merged[-1] = Column(one, min(last.x, column.x), max(last.end_x, column.end_x))
        else:
            merged.append(column)
    return merged


def _one(meaning: Meaning, other: Meaning) -> Meaning | None:
    if meaning is other:
        return meaning
    return Kind.ESTIMATED if {meaning, other} == {Kind.MAXIMUM, Kind.ESTIMATED} else None
