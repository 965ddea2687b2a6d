"""A store of many lines in segments of 64, some of which are congested together: what is true is stated here.

Tests alone, 24 to 72 a day, as `bench.scale.lake` makes them; a topology beside them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.scale import lake
from prova.home import Home

SEGMENT_LINES, NODE_SEGMENTS = 64, 8
EVENING_H = (20, 23)  # local; a quarter before or after by segment
_HOUR_US, _DAY_US = 3_600_000_000, 86_400_000_000
_CLOCK_SET_US = 1_774_746_000_000_000  # 2026-03-29 01:00 UTC: from then on local time is an hour ahead
_SHARED_EVERY, _ONCE_EVERY = 8, 16  # segments
_ALONE_EVERY = 50  # lines


def is_shared(segment: int) -> bool:
    """Congested on weekday evenings, most of them, the same for all its lines."""
    return segment % _SHARED_EVERY == 3


def is_once(segment: int) -> bool:
    """Congested for four hours of one day."""
    return segment % _ONCE_EVERY == 5


def is_alone(line: Any) -> Any:
    """Worse every night from 3 to 6, by itself."""
    return line % _ALONE_EVERY == 7


def shape(line: Any, at_us: Any, chance: np.random.Generator) -> tuple[Any, Any]:
    """Share of the promise and idle ms of each test."""
    local_us = at_us + np.where(at_us < _CLOCK_SET_US, 0, _HOUR_US)
    day, hour = local_us // _DAY_US, (local_us % _DAY_US) / _HOUR_US
    segment = line // SEGMENT_LINES
    weekday = (day + 3) % 7 < 5  # 1970-01-01 was a Thursday
    on = (day * 7919 + segment * 104_729) % 100 < 85  # the same days for a segment
    shift = (segment % 3 - 1) / 4
    evening = (
        (segment % _SHARED_EVERY == 3) & weekday & on & (hour >= EVENING_H[0] + shift) & (hour < EVENING_H[1] + shift)
    )
    first = (lake.FIRST_ON - lake._EPOCH_ON).days  # noqa: SLF001  one bench
    once = (segment % _ONCE_EVERY == 5) & (day == first + 5 + segment % 20) & (hour >= 12) & (hour < 16)
    night = is_alone(line) & (hour >= 3) & (hour < 6)
    strained = evening | once | night
    count = len(line)
    share = chance.uniform(1.0, 1.06, count) * np.where(strained, chance.uniform(0.5, 0.7, count), 1.0)
    idle_ms = 4 + line % 13 + np.abs(chance.normal(0, 0.5, count)) + strained * chance.uniform(8, 25, count)
    return share, idle_ms


def make(home: Path, lines: int) -> lake.Made:
    """The store, and the topology that `prova fleet import` would keep."""
    made = lake.make(home, lines, shape)
    rows = ["line,operator,region,node,segment"]
    for number, name in enumerate(lake.names(lines)):
        segment = number // SEGMENT_LINES
        rows.append(f"{name},op,r{segment // 40},n{segment // NODE_SEGMENTS},s{segment:03d}")
    path = Home(home).topology
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*rows, ""]))
    return made


def shared_segments(lines: int) -> Sequence[str]:
    """Their names, of those that have lines."""
    return [f"s{segment:03d}" for segment in range(-(-lines // SEGMENT_LINES)) if is_shared(segment)]
