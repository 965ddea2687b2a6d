"""Pure. The working days of one installation: Monday to Friday that are no holiday there, as the switches have it.

Knows no term and no hour.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from analysis.clocks.holiday import Almanac, Holiday, Kind, Place, check_covered, holidays, library_version
from analysis.clocks.reading import Switches
from analysis.contract import Line

_SATURDAY, _SUNDAY = 5, 6
_ONE_DAY = timedelta(days=1)


class Unknown(StrEnum):
    """What the calendar cannot know, and therefore leaves out."""

    MUNICIPALITY_NOT_STATED = "municipality_not_stated"
    MUNICIPAL_HOLIDAY_NOT_KNOWN = "municipal_holiday_not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working days at the installation of `line`. `seat` is where the operator sits: its holiday is a switch too.

    `also_closed` are days that no rule gives: a day off that the government grants (tolerância de ponto), say.
    """

    almanac: Almanac
    line: Line
    seat: Place
    switches: Switches
    also_closed: frozenset[date] = frozenset()

    @property
    def version(self) -> str:
        """What to store beside a result: the data's version and the library's."""
        return f"{self.almanac.version}+holidays-{library_version()}"

    @property
    def place(self) -> Place:
        """Where the line is."""
        return Place(self.line.region, self.line.municipality)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """What could not be taken into account, whatever the switches say; empty if nothing."""
        if self.line.municipality is None:
            return (Unknown.MUNICIPALITY_NOT_STATED,)
        return () if self.almanac.knows(self.place) else (Unknown.MUNICIPAL_HOLIDAY_NOT_KNOWN,)

    def under(self, switches: Switches) -> "Calendar":
        """The same calendar with other switches."""
        return replace(self, switches=switches)

    def without(self, day: date) -> "Calendar":
        """The same calendar with one more day closed."""
        return replace(self, also_closed=self.also_closed | {day})

    def kept(self, first_on: date, end_on: date) -> tuple[Holiday, ...]:
        """The holidays in [first_on, end_on) that count here, sorted by day. Raises: ValueError outside the almanac."""
        here = holidays(self.almanac, self.place, first_on, end_on)
        seat = holidays(self.almanac, self.seat, first_on, end_on) if self.switches.seat else ()
        kept = {holiday for holiday in here if self._counts(holiday.kind)}
        kept |= {holiday for holiday in seat if holiday.kind is Kind.MUNICIPAL}
        return tuple(sorted(kept, key=lambda holiday: (holiday.on, holiday.kind, holiday.name)))

    def _counts(self, kind: Kind) -> bool:
        switches = self.switches
        return {
            Kind.MANDATORY: True,
            Kind.REGIONAL: switches.regional,
            Kind.MUNICIPAL: switches.municipal,
            Kind.CARNIVAL: switches.carnival,
        }[kind]

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a holiday that counts here, or closed besides. Raises: ValueError outside the almanac."""
        return day in self.also_closed or bool(self.kept(day, day + _ONE_DAY))

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day. Raises: ValueError outside the almanac."""
        return next(self.working_days(day)) == day

    def working_days(self, first_on: date) -> Iterator[date]:
        """Every working day from `first_on` on, in order, without end. Raises: ValueError where the almanac ends."""
        rest = {_SUNDAY} if self.switches.saturday else {_SATURDAY, _SUNDAY}
        day, closed, closed_until = first_on, frozenset[date](), first_on
        while True:
            if day >= closed_until:
                check_covered(self.almanac, day)
                closed_until = min(date(day.year + 1, 1, 1), self.almanac.until_on)
                closed = self.also_closed.union(holiday.on for holiday in self.kept(day, closed_until))
            if day.weekday() not in rest and day not in closed:
                yield day
            day += _ONE_DAY
