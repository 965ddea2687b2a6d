"""Pure. What the settings say of giving way, of repeating and of light sensing.

Knows nothing of how any of it is done.
"""

from dataclasses import dataclass, field

from probe.body.draw import Stratum
from probe.body.speed_test import Direction
from probe.courtesy.quiet import Limits
from probe.settings_table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtesySettings:
    """`defer`: whether a test gives way to a busy household at all. `at_least_every_s`: it is made all the same, and
    marked, where none was made for so long. `share_line`: whether other probes of the line are asked about.
    """

    defer: bool = True
    limits: Limits = field(default_factory=Limits)
    at_least_every_s: float = 4 * 3600.0
    share_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSettings:
    """`per_day`: rounds of repeats, each of one test, or two with a second server. `share`: of the last results'
    median. `below_bps`: levels handed in, in IP packets, of the directions that have one.
    """

    per_day: int = 6
    share: float = 0.9
    below_bps: dict[Direction, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingSettings:
    """`train_every_s` 0: no trains. `extra_of`: the chance of an extra test in a slot, of each stratum."""

    train_every_s: float = 600.0
    bytes_per_day: int = 20_000_000
    extra_of: dict[Stratum, float] = field(
        default_factory=lambda: {Stratum.CALM: 0.05, Stratum.STRAINED: 0.5, Stratum.UNKNOWN: 0.05}
    )


def read_courtesy(table: Table) -> CourtesySettings:
    """The table [courtesy]; what is wrong with it is noted there."""
    default, limits = CourtesySettings(), Limits()
    hours = table.number("at_least_every_h", low=0.25, high=168)
    return CourtesySettings(
        defer=table.flag("defer", default=default.defer),
        limits=Limits(
            down_bps=table.integer("down_bps", default=limits.down_bps, low=0),
            up_bps=table.integer("up_bps", default=limits.up_bps, low=0),
            look_s=table.number("look_s", low=1, high=60) or limits.look_s,
        ),
        at_least_every_s=default.at_least_every_s if hours is None else hours * 3600,
        share_line=table.flag("share_line", default=default.share_line),
    )


def read_repeat(table: Table) -> RepeatSettings:
    """The table [repeat]; what is wrong with it is noted there."""
    default = RepeatSettings()
    share = table.number("share", low=0, high=1)
    levels = {direction: table.integer(f"{direction}_below_bps", default=0, low=0) for direction in Direction}
    return RepeatSettings(
        per_day=table.integer("per_day", default=default.per_day, low=0, high=48),
        share=default.share if share is None else share,
        below_bps={direction: bps for direction, bps in levels.items() if bps},
    )


def read_sensing(table: Table) -> SensingSettings:
    """The table [sensing]; what is wrong with it is noted there."""
    default = SensingSettings()
    every_s = table.number("train_every_s", low=0, high=86_400)
    if every_s is not None and 0 < every_s < 60:
        table.complain("train_every_s", f"must be 0 or at least 60, but is {every_s}")
        every_s = None
    given = {stratum: table.number(f"extra_{stratum}", low=0, high=1) for stratum in Stratum}
    return SensingSettings(
        train_every_s=default.train_every_s if every_s is None else every_s,
        bytes_per_day=table.integer("bytes_per_day", default=default.bytes_per_day, low=0),
        extra_of={stratum: default.extra_of[stratum] if one is None else one for stratum, one in given.items()},
    )
