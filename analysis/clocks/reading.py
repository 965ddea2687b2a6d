"""Vocabulary. How a term in hours may be read: readings, clocks, switches and pauses.

Knows nothing of how they are counted, nor of what the figures are: those are dated data (`readings.toml`).
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from analysis.finding import Sentence
from analysis.period import Period

_DAY = timedelta(hours=24)


class Basis(StrEnum):
    """How sure a figure or a rule is."""

    TEXT = "text"  # the words of the source, read in it
    SECONDARY = "secondary"  # told by another than the source itself
    INTERPRETATION = "interpretation"  # a reading: others are possible


class Count(StrEnum):
    """What a reading counts."""

    CONSECUTIVE = "consecutive"  # every hour
    WORKING_DAY_HOURS = "working_day_hours"  # the 24 hours of each working day
    WORKING_DAYS = "working_days"  # whole working days after the day of the event
    WINDOW = "window"  # hours of each working day inside an office window


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What a calendar takes for a holiday, and whether the hour of the event counts.

    `municipal` is the installation's municipality, `seat` the operator's. `whole_hours` drops the hour in which the
    event fell (Civil Code art. 279(b)): counting starts at the next full hour.
    """

    saturday: bool
    regional: bool
    municipal: bool
    seat: bool
    carnival: bool
    whole_hours: bool

    @classmethod
    def for_customer(cls) -> "Switches":
        """Every switch as it brings a deadline forward most."""
        return cls(saturday=True, regional=False, municipal=False, seat=False, carnival=False, whole_hours=False)

    @classmethod
    def for_operator(cls) -> "Switches":
        """Every switch as it puts a deadline off most."""
        return cls(saturday=False, regional=True, municipal=True, seat=True, carnival=True, whole_hours=True)


SWITCHES = tuple(field.name for field in fields(Switches))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a term of hours. `family` groups readings that differ in the window's hours alone (w3).

    `from_hour` and `to_hour` bound a window, and are 0 and 24 where there is none.
    Raises ValueError where the figures contradict `count`.
    """

    id: str
    family: str
    count: Count
    term: timedelta
    from_hour: int = 0
    to_hour: int = 24
    label: Sentence
    favour: Sentence
    against: Sentence
    source: str
    basis: Basis

    def __post_init__(self) -> None:
        if not 0 <= self.from_hour < self.to_hour <= 24:
            raise ValueError(f"reading {self.id!r}: a window from {self.from_hour} to {self.to_hour} h is none")
        if self.count is Count.WORKING_DAYS and self.term % _DAY:
            raise ValueError(f"reading {self.id!r} counts days, and {self.term} is not a whole number of them")

    @property
    def days(self) -> int:
        """The term in whole days, as art. 279(d) of the Civil Code turns 24 or 48 hours into one or two."""
        return self.term // _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term in hours with every reading of it; `primary` is the id of the one that verdicts use, `reason` says why.

    `since` and `until` bound when the clause holds, [since, until); None: not established, taken as always.
    """

    id: str
    hours: int
    clause: str
    source: str
    basis: Basis
    since: date | None
    until: date | None
    readings: tuple[Reading, ...]
    primary: str
    reason: Sentence


class PauseReason(StrEnum):
    """Why time is the customer's own."""

    NO_ACCESS = "no_access"
    APPOINTMENT_REFUSED = "appointment_refused"
    POSTPONED_BY_CUSTOMER = "postponed_by_customer"
    CUSTOMER_EQUIPMENT = "customer_equipment"


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that a clock stands still. Pauses may overlap: time counts once."""

    period: Period
    reason: PauseReason
