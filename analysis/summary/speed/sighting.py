"""Pure. The promised speeds out of a contract summary's lines: each with its label, its way and how sure both are.

A label stands in the number's own cell, in its row, at the head of its column or in a heading above; a number whose
labels allow two answers is no value. Speeds of other services in the same contract are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from analysis.summary.number import MULTIPLE, Speed, Style, bare, speeds
from analysis.summary.page.line import Line
from analysis.summary.page.phrase import phrases
from analysis.summary.speed.attribute import DIMENSIONS, Spot, Told, attribute
from analysis.summary.speed.label import Kind, Label, Meaning, Service, Way, labels
from analysis.summary.speed.row import rows
from analysis.summary.speed.table import Dimension, Head

_SHARE = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,2})?)\s?% (?:da|do|de|of)(?: the)?(?: velocidade| debito)? ?"
    r"(?P<base>[a-z ]{3,40}?)(?= speed|[,.;:)]|$| de | \(| e )"
)
_EQUAL = re.compile(r"(?:igual a|equal to)(?: the)?(?: velocidade)? (?P<base>maxim[ao]|maximum)(?: speed)?")
_THRESHOLD = re.compile(
    r"(?:inferior(?:es)? a|superior(?:es)? a|abaixo d[eo]s?|acima d[eo]s?|below|above|(?:less|more|lower|higher) than"
    r"|under|menos de|mais de)(?: the)? ?$"
)
_UNIT_ALONE = re.compile(r"(?<![\w])([gmk])(?:bps|b/s|bit/s|bits/s)(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A speed and what is said of it. `kind`, `way` None: not said, or in two ways.

    `share` with `mbps` None is a share of another speed, of the kind `base`. `sure` is False where a reason stands
    against it (`reason`); `asked` where the value itself can be read in several ways. `other`: of another service.
    """

    kind: Kind | None
    way: Way | None
    mbps: Decimal | None
    share: Decimal | None = None
    base: Kind | None = None
    sure: bool
    asked: bool = False
    other: bool = False
    reason: str
    page: int
    words: str


@dataclass(frozen=True, slots=True)
class _Number:
    """A speed or a share in a cell, and its place in the line's own text."""

    cell: int
    start: int
    speed: Speed | None
    middle: float
    share: Decimal | None = None
    base: Kind | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """A meaning and where it was said: in the number's cell, its row, its column, or above."""

    meaning: Meaning | None
    where: str
    pair: tuple[Meaning, Meaning] | None = None
    listed: bool = False
    after: bool = False


@dataclass(slots=True)
class _Walk:
    style: Style
    head: Head = field(default_factory=Head)
    lacking: set[Dimension] = field(
        default_factory=set
    )  # what a row above lacked: a heading may be the row's before it


def sightings(text: Sequence[Line], style: Style) -> Iterator[Sighting]:
    """Every speed in the lines, in reading order."""
    walk = _Walk(style)
    for line in (part for whole in rows(list(phrases(text)), style) for part in _parts(whole, style)):
        numbers, named = _numbers(line, walk)
        if not numbers:
            walk.head.take(line)
            continue
        told = {dimension: _told(line, numbers, named, dimension, walk.head) for dimension in DIMENSIONS}
        found = [
            one
            for place, number in enumerate(numbers)
            for one in _seen(line, number, {dimension: told[dimension][place] for dimension in DIMENSIONS}, walk)
        ]
        yield from _beside_unknown(found)
        walk.head.close()


def _parts(line: Line, style: Style) -> tuple[Line, ...]:
    """A sentence cut at its semicolons, if each part with a speed says for itself which and which way it is."""
    if len(line.cells) > 1 or ";" not in line.cells[0].folded:
        return (line,)
    cell, edges = line.cells[0], [found.start() for found in re.finditer(";", line.cells[0].folded)]
    spans = pairwise([-1, *edges, len(cell.folded)])
    cells = [replace(cell, text=cell.text[a + 1 : b], folded=cell.folded[a + 1 : b]) for a, b in spans]
    for part in cells:
        said = {type(label.meaning) for label in labels(part.folded)}
        if any(speeds(part.text, part.folded, style)) and not {Kind, Way} <= said:
            return (line,)
    return tuple(replace(line, cells=(part,)) for part in cells)


def _numbers(line: Line, walk: _Walk) -> tuple[list[_Number], list[tuple[int, Label]]]:
    """The line's speeds and shares, and its labels with their cells; a share's own base is no label."""
    numbers: list[_Number] = []
    named: list[tuple[int, Label]] = []
    for place, cell in enumerate(line.cells):
        taken: list[tuple[int, int]] = []
        for share in _shares(cell.folded):
            start, end, value, base = share
            numbers.append(_Number(place, start, None, cell.at((start + end) // 2), value, base))
            taken.append((start, end))
        numbers += [
            _Number(place, speed.start, speed, cell.at((speed.start + speed.end) // 2))
            for speed in speeds(cell.text, cell.folded, walk.style)
        ]
        named += [
            (place, label)
            for label in labels(cell.folded)
            if not any(start <= label.start < end for start, end in taken)
        ]
    if not any(number.speed for number in numbers):
        numbers += _bare(line, walk)
    return sorted(numbers, key=lambda number: (number.cell, number.start)), named


def _shares(folded: str) -> Iterator[tuple[int, int, Decimal, Kind]]:
    """(start, end, share, of which speed) for each "40 % of the maximum speed"."""
    for found in _SHARE.finditer(folded):
        base = [label.meaning for label in labels(found["base"]) if isinstance(label.meaning, Kind)]
        if len(base) == 1:
            yield found.start(), found.end("base"), Decimal(found[1].replace(",", ".")) / 100, base[0]
    for found in _EQUAL.finditer(folded):
        yield found.start(), found.end(), Decimal(1), Kind.MAXIMUM


def _bare(line: Line, walk: _Walk) -> list[_Number]:
    """Numbers alone in their cells, where the row's first cell or the table's head has the unit."""
    units = set(_UNIT_ALONE.findall(line.cells[0].folded)) or set(_UNIT_ALONE.findall(walk.head.text))
    if len(units) != 1 or len(line.cells) < 2:
        return []
    factor = MULTIPLE[units.pop()]
    found = []
    for place, cell in enumerate(line.cells):
        alone = bare(cell.folded, walk.style)
        if alone is not None and alone[0] > 0:
            speed = Speed(start=0, end=len(cell.folded), mbps=alone[0] * factor, doubt=alone[1])
            found.append(_Number(place, 0, speed, (cell.x + cell.end_x) / 2))
    return found


def _told(
    line: Line, numbers: Sequence[_Number], named: Sequence[tuple[int, Label]], dimension: Dimension, head: Head
) -> list[_Told]:
    """What is said of each number in one respect, from the nearest place that says it."""
    by_cell: dict[int, Told | None] = {}
    for place in {number.cell for number in numbers}:
        own = [number for number in numbers if number.cell == place]
        said = attribute(
            [label for cell, label in named if cell == place],
            [Spot(number.start, _double(number)) for number in own],
            dimension,
        )
        by_cell |= {id(number): one for number, one in zip(own, said, strict=True)}
    rowed = _in_row(line, numbers, named, dimension)
    heads = head.at(dimension, [number.middle for number in numbers])
    above = head.above.get(dimension)
    told = []
    for number, row, column in zip(numbers, rowed, heads, strict=True):
        cell = by_cell[id(number)]
        if cell is not None:
            told.append(_Told(cell.meaning, "cell", cell.pair, cell.listed, cell.after))
        elif row is not None and column is not None and row.meaning is not column:
            told.append(_Told(None, "row"))
        elif row is not None:
            told.append(_Told(row.meaning, "row", row.pair, row.listed, row.after))
        else:
            told.append(_Told(column or above, "column" if column else "above" if above else ""))
    return told


def _in_row(
    line: Line, numbers: Sequence[_Number], named: Sequence[tuple[int, Label]], dimension: Dimension
) -> tuple[Told | None, ...]:
    """What the labels in cells without numbers say of the row's numbers."""
    starts = [sum(len(cell.folded) + 3 for cell in line.cells[:place]) for place in range(len(line.cells))]
    numbered = {number.cell for number in numbers}
    moved = [
        replace(label, start=label.start + starts[cell], end=label.end + starts[cell])
        for cell, label in named
        if cell not in numbered
    ]
    return attribute(moved, [Spot(starts[one.cell] + one.start, _double(one)) for one in numbers], dimension)


def _double(number: _Number) -> bool:
    return number.speed is not None and number.speed.beside_mbps is not None


def _seen(line: Line, number: _Number, told: dict[Dimension, _Told], walk: _Walk) -> Iterator[Sighting]:
    """One sighting, or two where a number is two: of both kinds or of both ways."""
    loose = any(told[dimension].where == "above" for dimension in walk.lacking)
    if number.speed is not None:
        _note_lacking(told, walk)
    threshold = _THRESHOLD.search(line.cells[number.cell].folded[: number.start]) is not None
    kinds, ways, doubled = _each(told[Kind]), _each(told[Way]), _double(number)
    speed = number.speed
    unnamed = doubled and len(kinds) == 1 and len(ways) == 1
    values = [None] if speed is None else [speed.mbps, speed.beside_mbps] if doubled else [speed.mbps]
    if len(kinds) == 2 and len(ways) == 2:
        kinds = ways = (None,)  # two labels of each sort for one number: nobody can tell
    for place in range(max(len(values), len(kinds), len(ways))):
        value = values[place % len(values)]
        kind = kinds[place % len(kinds)]
        way = (Way.DOWNLOAD, Way.UPLOAD)[place] if unnamed and told[Way].where == "" else ways[place % len(ways)]
        reason, sure, asked = _why(told, speed)
        if threshold:
            reason, sure, asked = "it stands there as what a result may be below", False, True
        elif loose:
            reason, sure, asked = "the label above may belong to the value above it", False, True
        elif unnamed:
            reason, sure = "two figures and no word which is which: download is usually first", False
        yield Sighting(
            kind=kind if isinstance(kind, Kind) else None,
            way=way if isinstance(way, Way) else None,
            mbps=value,
            share=number.share,
            base=number.base,
            sure=sure,
            asked=asked,
            other=told[Service].meaning is Service.OTHER and not told[Service].after,
            reason=reason,
            page=line.page,
            words=line.text,
        )


def _note_lacking(told: dict[Dimension, _Told], walk: _Walk) -> None:
    """Keep in mind a row that lacks its kind or its way though it has the other: its label may stand below it."""
    for one, other in ((Kind, Way), (Way, Kind)):
        if told[one].where == "" and told[other].where != "" and told[Service].meaning is not Service.OTHER:
            walk.lacking.add(one)


def _each(told: _Told) -> tuple[Meaning | None, ...]:
    return (told.meaning,) if told.pair is None else told.pair


def _why(told: dict[Dimension, _Told], speed: Speed | None) -> tuple[str, bool, bool]:
    """(the reason, whether it is sure, whether the value must be asked about)."""
    kind, way, service = told[Kind], told[Way], told[Service]
    if speed is not None and speed.doubt:
        return speed.doubt, False, True
    if speed is not None and speed.upper_mbps is not None:
        return f"a range, up to {speed.upper_mbps:f} Mbit/s", False, True
    if service.where and service.meaning is not Service.FIXED:
        return "whose speed it is can be read in several ways", False, True
    return _where(kind, way)


def _where(kind: _Told, way: _Told) -> tuple[str, bool, bool]:
    if kind.where == "above" and way.where in ("above", ""):
        return "label and value in neighbouring lines", False, False
    if kind.listed or way.listed:
        return "several labels, and as many values in the same order", False, False
    if "column" in (kind.where, way.where) or "row" in (kind.where, way.where):
        return "exact labels in a table", True, False
    return "exact labels beside the value", True, False


def _beside_unknown(found: list[Sighting]) -> Iterator[Sighting]:
    """The sightings of one row or sentence: a speed in it that nothing explains makes the others less sure."""
    explained = [one for one in found if one.kind is not None and (one.way is not None or one.mbps is None)]
    for one in found:
        if one.sure and len(explained) < len(found):
            yield replace(one, sure=False, reason="a speed stands beside it, of which it is not said what it is")
        else:
            yield one
