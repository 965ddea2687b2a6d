"""Pure. Tests of many lines put in order: whole lines, each direction's tests by time.

A store's files come a day at a time and each sorted by line, so that a stable sort by line alone nearly always does.
Knows nothing of speeds.
"""

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from analysis.kernel.column import Index, Mark, Small, Whole
from analysis.kernel.hear import Heard
from analysis.kernel.plan import DIRECTIONS

_FEW = 2**16  # of so many different numbers a stable sort takes one pass and not many


def by_line(heard: Heard) -> Heard:
    """By line and time, both directions together."""
    order = _order(heard.line, heard.start_us)
    return heard if order is None else _taken(heard, order)


def by_direction(heard: Heard) -> Heard:
    """Of tests by line and time: by line, direction and time."""
    key = lanes(heard)
    if bool((key[1:] >= key[:-1]).all()):
        return heard
    return _taken(heard, _stable(key))


def lanes(heard: Heard) -> Whole:
    """The number of each test's line and direction together."""
    return heard.line.astype(np.int64) * len(DIRECTIONS) + heard.way


def side_by_side(heard: Heard) -> tuple[Mark, Mark]:
    """Of tests by line and time: those that begin before one before them ended, and those that begin when one did."""
    same = heard.line[1:] == heard.line[:-1]
    start_us, latest_us = heard.start_us, _latest(heard)
    beside, twice = np.zeros(len(heard), dtype=np.bool_), np.zeros(len(heard), dtype=np.bool_)
    beside[1:] = same & (start_us[1:] < latest_us[:-1])
    twice[1:] = same & (start_us[1:] == start_us[:-1])
    return beside, twice


def _latest(heard: Heard) -> Whole:
    """When the last of a line's tests so far ended."""
    if not len(heard):
        return heard.end_us
    base_us = int(heard.start_us.min())
    span_us = int(heard.end_us.max()) - base_us + 1
    offset = heard.line.astype(np.int64) * span_us
    return np.maximum.accumulate(heard.end_us - base_us + offset) - offset + base_us


def _order(line: NDArray[np.int32], start_us: Whole) -> Index | None:
    """None where they are in order already."""
    if _sorted(line, start_us):
        return None
    order = _stable(line)
    if _sorted(line[order], start_us[order]):
        return order
    return np.lexsort((start_us, line))


def _sorted(line: NDArray[np.int32], start_us: Whole) -> bool:
    later = (line[1:] > line[:-1]) | ((line[1:] == line[:-1]) & (start_us[1:] >= start_us[:-1]))
    return bool(later.all())


def _stable(key: NDArray[np.int32] | Whole) -> Index:
    small = len(key) and int(key.max()) < _FEW
    return np.argsort(key.astype(np.uint16) if small else key, kind="stable")


def _taken(heard: Heard, order: Index) -> Heard:
    plain = {one.name: getattr(heard, one.name)[order] for one in fields(heard) if one.name not in {"standing", "why"}}
    return replace(heard, **plain, standing=_each(heard.standing, order), why=_each(heard.why, order))


def _each(by_rule: Mapping[str, Small], order: Index) -> dict[str, Small]:
    """Rules that hear the same share an array."""
    taken: dict[int, Small] = {}
    for one in by_rule.values():
        if id(one) not in taken:
            taken[id(one)] = one[order]
    return {name: taken[id(one)] for name, one in by_rule.items()}
