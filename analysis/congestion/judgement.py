"""Vocabulary. What is said of a line's congestion: what kind, when, how deep, how sure, and where.

Knows nothing of how any of it is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from analysis.congestion.household import Household
from analysis.congestion.signal import DayClass, RungKind, Signal
from analysis.outage.outage import Confidence
from analysis.period import Period


class Kind(StrEnum):
    """What a line's period was like; the first that holds."""

    RECURRING = "recurring"  # the same local hours, on most days of a class
    EXCEPTIONAL = "exceptional"  # at other times, once
    SELF_INFLICTED = "self_inflicted"  # where the household itself used the line
    PLAN_CHANGE = "plan_change"  # another level that stayed: a new plan, or another route
    NONE = "none"
    UNKNOWN = "unknown"  # too little evidence: `missing` says what


class Place(StrEnum):
    """Between what and what the rise was added, from the probe outwards."""

    OWN_LINK = "own_link"  # before the home router
    ACCESS = "access"  # between it and the provider's nearest router
    AGGREGATION = "aggregation"  # behind that, on a way that all paths seen share
    CORE = "core"  # behind that, towards every network watched
    INTERCONNECTION = "interconnection"  # towards some networks and not others
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """One rung's rise: the median inside the hours less the median beside them on the same days; None where too few.

    `name`: of a network, else empty. `n_inside`, `n_beside`: quarters of an hour.
    """

    rung: RungKind
    name: str
    rise_ms: float | None
    n_inside: int
    n_beside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where, and by which rungs; those that were not seen are not among them."""

    place: Place = Place.UNKNOWN
    towards: tuple[str, ...] = ()
    rises: tuple[Rise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """One signal inside some hours and in the other hours of the same days, in its own unit.

    `low`: the quantile on the bad side at `low_share`, the 5th percentile of a rate and the 95th of anything else.
    `towards`: the network that alone it was taken towards. `chance`: how often chance alone does as much anywhere in
    the day, before it is shared among signals; None for a single stretch.
    """

    signal: Signal
    towards: str | None
    median_inside: float
    median_beside: float
    low_inside: float
    low_beside: float
    n_inside: int
    chance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours that come back, [start_min, end_min) in minutes of the local day; over midnight where the end is not later.

    `days`: those that had it, of `days_seen`. `days_share_least`: the exact lower limit of their share. `depths`: the
    strongest signal first; its edges are the window's. Edges are true to a quarter of an hour.
    """

    day_class: DayClass
    start_min: int
    end_min: int
    days: tuple[date, ...]
    days_seen: int
    days_share_least: float
    chance: float
    depths: tuple[Depth, ...]
    household: Household
    confidence: Confidence
    located: Located = field(default_factory=Located)

    @property
    def hours(self) -> float:
        """How long it is."""
        return ((self.end_min - self.start_min - 1) % 1440 + 1) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One stretch of time. `many_lines`: how many other lines of the same group were worse at the same time."""

    period: Period
    depths: tuple[Depth, ...]
    household: Household
    confidence: Confidence
    located: Located = field(default_factory=Located)
    many_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A level that changed for good, in the signal's own unit."""

    signal: Signal
    at: datetime
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All that is said of one line over `period`.

    `kind` sums up; windows and episodes that the household explains are among `windows` and `episodes`, marked so.
    `episodes`: the longest, in order of time, of `episode_count`. `missing`: what would decide, by name; empty where
    nothing is missing. `tested`: on how many signals and classes of days the error was shared.
    """

    line: str
    period: Period
    timezone: str
    kind: Kind
    windows: tuple[Window, ...] = ()
    episodes: tuple[Episode, ...] = ()
    episode_count: int = 0
    changes: tuple[Change, ...] = ()
    missing: Mapping[str, int | tuple[str, ...]] = field(default_factory=dict)
    days: Mapping[DayClass, int] = field(default_factory=dict)
    signals: tuple[tuple[Signal, int], ...] = ()
    tested: int = 0
    n_used: int = 0
    n_excluded: Mapping[str, int] = field(default_factory=dict)
