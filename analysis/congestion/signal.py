"""Vocabulary. What of a line is looked at for congestion: one value for each quarter of an hour of each local day.

Knows nothing of where values come from, nor of what is much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from analysis.kernel.column import Real

SLOTS = 96  # quarters of an hour in a day by the clock on the wall; one that a clock change leaves out is never known


class Signal(StrEnum):
    """What was measured. Of a rate less is worse, of everything else more."""

    LATENCY = "latency"  # ms, of small probes, or before a test's load
    LOADED_LATENCY = "loaded_latency"  # ms, under a test's own load
    LOSS = "loss"  # share of small probes
    DOWNLOAD = "download"  # bit/s
    UPLOAD = "upload"  # bit/s
    STRAIN = "strain"  # of many lines: the mean of what each is above its quiet hours, in its own thresholds

    @property
    def is_rate(self) -> bool:
        """Whether less is worse."""
        return self in {Signal.DOWNLOAD, Signal.UPLOAD}


class DayClass(StrEnum):
    """Which days are held against each other. Public holidays are not told apart."""

    WEEKDAY = "weekday"  # Monday to Friday
    WEEKEND = "weekend"


class RungKind(StrEnum):
    """How far an answer came from, from the probe outwards."""

    GATEWAY = "gateway"  # the home router
    FIRST_HOP = "first_hop"  # the provider's router nearest to the line
    SECOND_HOP = "second_hop"  # the next one, where every path seen went through the same
    NETWORK = "network"  # a target beyond, by the network that it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Local days on end, and where each stands in the week."""

    zone: ZoneInfo
    days: tuple[date, ...]

    def of(self, which: DayClass) -> tuple[int, ...]:
        """Which of the days are of a class, by their place."""
        late = which is DayClass.WEEKEND
        return tuple(place for place, day in enumerate(self.days) if (day.weekday() >= 5) is late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One signal of some lines: `values` by line, day and quarter of an hour; NaN is *not measured*.

    `towards`: the network of a latency that was taken towards that one alone; None where it is of all.
    """

    signal: Signal
    values: Real
    towards: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What is known of some lines over `days`.

    `busy`, by line, day and quarter of an hour: 1 where others were seen using the line, 0 where somebody looked and
    nobody did, NaN where nobody looked. `rungs`: round trips by how far they came from, for one line alone; the name
    beside it is the network's, else empty. `left_out`: what was not used, by reason.
    """

    lines: tuple[str, ...]
    days: Days
    tracks: tuple[Track, ...]
    busy: Real
    rungs: Mapping[tuple[RungKind, str], Real] = field(default_factory=dict)
    used: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
