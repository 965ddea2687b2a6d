"""Vocabulary. What is said of a group of lines: who is worse at the same times, and how often chance does as much.

Knows nothing of how it is found.
"""

from dataclasses import dataclass
from enum import StrEnum

from analysis.congestion.judgement import Episode, Window


class GroupSays(StrEnum):
    """What the lines of a group have in common; the first that holds."""

    SHARED = "shared"  # the same hours, or the same days, beyond what lines elsewhere do
    WIDER = "wider"  # the same hours, as lines elsewhere have them too: look at what is larger
    AT_ONCE = "at_once"  # several at the same time, outside of hours that come back
    SINGLE = "single"  # lines with congestion, each by itself
    NONE = "none"
    UNKNOWN = "unknown"  # of fewer than three lines enough is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """One line that is worse when the others are.

    `overlap_share`: of its hours and the group's, those that are both's. `days_chance`: how often its days in another
    order agree with the others' as much; what it does at the same hour of every day is not in it.
    """

    line: str
    overlap_share: float
    days_chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTold:
    """`known`: lines of which enough is known; `strained`: those with congestion that is not the household's own.

    `windows`, `at_once`: of the lines together. `others_strained` of `others_known` lines elsewhere have the same
    hours. `hours_chance`: how often so many would by chance, if lines here were like those; None where there are none,
    or no hours. `days_chance`: of the agreement by days; None where too few lines are strained.
    """

    kind: str
    name: str
    says: GroupSays
    lines: int
    known: int
    strained: tuple[str, ...] = ()
    sharing: tuple[Sharing, ...] = ()
    windows: tuple[Window, ...] = ()
    at_once: tuple[Episode, ...] = ()
    others_strained: int = 0
    others_known: int = 0
    hours_chance: float | None = None
    days_chance: float | None = None
