"""Pure. What extracts have told so far: kept beside the store, so that no two together tell what one withholds.

Knows nothing of files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.amount import EarlierPart, ToldPart
from analysis.extract.disclosure.cell import ALL, Cell, Key
from analysis.extract.disclosure.withhold import Reason, Told, Withheld
from analysis.extract.reporting_period import ReportingPeriod

FORMAT = "prova.release/1"


class ReleaseError(Exception):
    """A kept release cannot be read. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All cells of one period's extract, which of them were withheld, and why; the same of parts of cells."""

    period: str
    parameters_version: int
    cells: tuple[Cell, ...]
    withheld: tuple[tuple[Key, Reason], ...]
    parts: tuple[ToldPart, ...] = ()
    format: str = FORMAT


def release(period: ReportingPeriod, version: int, cells: Sequence[Cell], withheld: Sequence[Withheld]) -> Release:
    """What is kept of an extract."""
    hidden = tuple((one.key, one.reason) for one in withheld)
    return Release(period=period.name, parameters_version=version, cells=tuple(cells), withheld=hidden)


def part_told(part: str, period: ReportingPeriod, releases: Sequence[Release]) -> EarlierPart:
    """Of one part what a reader already knows, and what this period's own earlier extract withheld."""
    of = [(one.period == period.name, each) for one in releases for each in one.parts if each.part == part]
    near = {one.period for one in beside(period, releases)}
    others = [each for one in releases if one.period in near for each in one.parts if each.part == part]
    return EarlierPart(others=tuple(others), own=tuple(pair for ours, each in of if ours for pair in each.withheld))


def encode(one: Release) -> bytes:
    """As JSON."""
    return msgspec.json.encode(one) + b"\n"


def decode(raw: bytes) -> Release:
    """The inverse. Raises ReleaseError."""
    try:
        found = msgspec.json.decode(raw, type=Release)
        ReportingPeriod(found.period)
    except ValueError as error:
        raise ReleaseError(f"it is no kept release ({error}); bring back the copy from a backup") from error
    if found.format != FORMAT:
        raise ReleaseError(f"it is of the form {found.format[:40]!r}, and only {FORMAT} is known here")
    width = 1 + len(DIMENSIONS)
    return replace(
        found,
        cells=tuple(replace(one, key=_padded(one.key, width)) for one in found.cells),
        withheld=tuple((_padded(key, width), reason) for key, reason in found.withheld),
        parts=tuple(_part(one, width) for one in found.parts),
    )


def _part(one: ToldPart, width: int) -> ToldPart:
    return replace(
        one,
        amounts=tuple(replace(each, key=_padded(each.key, width)) for each in one.amounts),
        withheld=tuple((_padded(key, width), reason) for key, reason in one.withheld),
    )


def _padded(key: Key, width: int) -> Key:
    """What was told before there was a dimension summed over it."""
    return (*key, *(ALL for _ in range(width - len(key))))


def beside(period: ReportingPeriod, releases: Sequence[Release]) -> tuple[Release, ...]:
    """Those that share a month with `period`, without its own earlier ones."""
    months = set(period.months)
    return tuple(
        one for one in releases if one.period != period.name and months & set(ReportingPeriod(one.period).months)
    )


def told(period: ReportingPeriod, releases: Sequence[Release]) -> Told:
    """What a reader already knows, and what this period's own earlier extract withheld."""
    others = beside(period, releases)
    published: list[Cell] = []
    hidden: list[tuple[Cell, Reason]] = []
    for one in others:
        reasons = dict(one.withheld)
        published += [cell for cell in one.cells if cell.key not in reasons]
        hidden += [(cell, reasons[cell.key]) for cell in one.cells if cell.key in reasons]
    own = tuple(pair for one in releases if one.period == period.name for pair in one.withheld)
    return Told(tuple(published), tuple(hidden), own)
