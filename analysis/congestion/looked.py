"""Vocabulary. One signal of some lines as it was looked at, and the error that one line's questions share.

Knows nothing of how either is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.congestion.level import Level
from analysis.congestion.signal import DayClass, Track
from analysis.kernel.column import Real


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One track of all lines: its level, and by class of days how often chance does as much; 1 where not asked."""

    track: Track
    level: Level
    chance: Mapping[DayClass, Real]


@dataclass(frozen=True, slots=True)
class Error:
    """What is left for one line, shared among `tested` questions."""

    share: float
    tested: int
