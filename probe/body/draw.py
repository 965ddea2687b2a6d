"""Vocabulary. How a heavy test came to be made, or not: what was due, with what chance, and what it gave way to.

Every moment of a day has a known, positive chance of a test; an estimate that weights by `tests_per_hour` is then
unbiased. Knows nothing of what tests found.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.body.amount import at_least_zero


class Origin(StrEnum):
    """Why a speed test was due."""

    SLOT = "slot"  # the one of its slot of the day, at a random instant
    EXTRA = "extra"  # a second one in a slot, drawn more often where light sensing saw the line strained
    START = "start"  # the probe had just started: at no random instant
    REPEAT = "repeat"  # a result was low, and was tested again at once: at no random instant
    ASKED = "asked"  # a person asked for it: at no random instant


class Stratum(StrEnum):
    """What light sensing had shown just before."""

    CALM = "calm"
    STRAINED = "strained"
    UNKNOWN = "unknown"  # too little was seen


class Course(StrEnum):
    """What became of a test that was due and was not made there and then."""

    NOT_DRAWN = "not_drawn"  # its chance was not met
    HOUSEHOLD_BUSY = "household_busy"  # put off: others were using the line
    ANOTHER_PROBE = "another_probe"  # put off: a probe of the same line was testing


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How one test was drawn.

    `due_at`: the instant it was drawn for, `slot_at` and `slot_s` the slot that the instant lies in, None outside the
    plan. `chance`: with which it was made once due. `tests_per_hour`: how many tests an hour of moments of this stratum
    was to get; the weight of a result is its inverse. Both are None where no instant was drawn.
    `repeat_of`: the record that it repeats, None also where that had no number yet; `second_server`: at another server.
    `put_off_count`: how often it gave way before. `household_busy`: whether others used the line just before, None
    where nobody looked. `alone`: true where the collector kept other probes of the line from testing; None where it was
    not asked, or did not answer.
    """

    origin: Origin
    due_at: datetime
    slot_at: datetime | None = None
    slot_s: float | None = None
    stratum: Stratum = Stratum.UNKNOWN
    chance: float | None = None
    tests_per_hour: float | None = None
    repeat_of: str | None = None
    second_server: bool = False
    put_off_count: int = 0
    household_busy: bool | None = None
    alone: bool | None = None

    def __post_init__(self) -> None:
        at_least_zero(slot_s=self.slot_s, tests_per_hour=self.tests_per_hour, put_off_count=self.put_off_count)
        if self.chance is not None and not 0 <= self.chance <= 1:
            raise ValueError(f"chance must be 0 to 1, but is {self.chance}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What passed a counter over a short look. `counter`: `interface` or `router`; None where it could not be read."""

    counter: str
    look_s: float
    down_bps: float | None = None
    up_bps: float | None = None

    def __post_init__(self) -> None:
        at_least_zero(look_s=self.look_s, down_bps=self.down_bps, up_bps=self.up_bps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A test that was due and was not made there and then. `passed`: what was seen, empty where nobody looked.

    `down_limit_bps`, `up_limit_bps`: what may pass for the household to count as at rest.
    """

    course: Course
    draw: Draw
    passed: tuple[Passed, ...] = ()
    down_limit_bps: int | None = None
    up_limit_bps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWish:
    """The probe asks the collector for the line: no other probe of it should test for `for_s` from now."""

    for_s: float

    def __post_init__(self) -> None:
        if not 0 < self.for_s <= 600:
            raise ValueError(f"for_s must be above 0 and at most 600, but is {self.for_s}")
