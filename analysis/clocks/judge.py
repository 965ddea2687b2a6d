"""Pure. One event held against every reading of a clock: due when, breached under which.

Three-valued, as elsewhere: a breach needs proof that the fault still stood after the deadline, a *met* needs the
repair before it. Knows no record, no rule id and no sentence of a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from analysis.clocks.reading import SWITCHES, Clock, Pause, Reading, Switches
from analysis.clocks.working_calendar import Calendar, Unknown
from analysis.clocks.working_time import deadline, elapsed
from analysis.finding import Verdict


class Agreement(StrEnum):
    """Under how many readings a breach is proved. *None* does not say *met*: the term may still run."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How far the case had got when last known down: by the wall clock, and in the time that the reading counts."""

    wall: timedelta
    counted: timedelta
    counted_without_pauses: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reading. `deadline_at` has the calendar's own switches and the customer's pauses taken off the clock.

    `flipped`: the deadline with one switch the other way, by switch, for those that change it.
    `earliest_at` and `latest_at` bound it over every setting of the switches, with and without the pauses; where the
    municipality's holiday is not known, `latest_at` allows for its falling on whichever day delays most.
    `verdict` is by `deadline_at`; INSUFFICIENT: the term still runs, or the fault's end is not known closely enough.
    `in_variants` is under how many settings a breach is proved.
    """

    reading: Reading
    deadline_at: datetime
    deadline_without_pauses_at: datetime
    flipped: Mapping[str, datetime]
    earliest_at: datetime
    latest_at: datetime
    age: Age
    verdict: Verdict
    in_variants: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One event under every reading of its clock; `rows` in the clock's order, times in UTC. Store `calendar_version`.

    `unknown` is what the calendar could not take into account.
    """

    clock: Clock
    known_at: datetime
    still_down_at: datetime
    restored_at: datetime | None
    rows: tuple[Row, ...]
    calendar_version: str
    unknown: tuple[Unknown, ...]

    @property
    def primary(self) -> Row:
        """The row that the verdict goes by; `clock.reason` says why."""
        return next(row for row in self.rows if row.reading.id == self.clock.primary)

    @property
    def agreement(self) -> Agreement:
        """Under how many readings a breach is proved, each with the calendar's own switches."""
        breached = {row.verdict is Verdict.BREACHED for row in self.rows}
        if len(breached) > 1:
            return Agreement.SOME
        return Agreement.ALL if breached == {True} else Agreement.NONE

    @property
    def agreement_in_variants(self) -> Agreement:
        """The same over every reading and every setting of the switches: *all* is the strongest claim there is."""
        found = {row.in_variants for row in self.rows}
        return found.pop() if len(found) == 1 else Agreement.SOME


def judge(
    clock: Clock,
    known_at: datetime,
    calendar: Calendar,
    *,
    still_down_at: datetime,
    restored_at: datetime | None,
    pauses: Sequence[Pause] = (),
) -> Judged:
    """`clock`, started when the operator knew at `known_at`, held against every reading.

    `still_down_at` is the last instant at which the fault is known to have stood, `restored_at` the first at which it
    is known to be gone, None while it lasts: what lies between them proves nothing.
    Raises: ValueError for times without zone, for a repair before the fault's last sign, or where the calendar ends.
    """
    case = _Case(
        known_at=_utc(known_at),
        calendar=calendar,
        still_down_at=_utc(still_down_at),
        restored_at=None if restored_at is None else _utc(restored_at),
        pauses=tuple(pauses),
    )
    if case.restored_at is not None and case.restored_at < case.still_down_at:
        raise ValueError(f"restored at {restored_at}, and yet still down at {still_down_at}")
    return Judged(
        clock=clock,
        known_at=case.known_at,
        still_down_at=case.still_down_at,
        restored_at=case.restored_at,
        rows=tuple(_row(reading, case) for reading in clock.readings),
        calendar_version=calendar.version,
        unknown=calendar.unknown,
    )


def _utc(at: datetime) -> datetime:
    # Two local times of one zone are compared and subtracted by their wall clocks, which is wrong over a clock change.
    if at.utcoffset() is None:
        raise ValueError(f"a clock needs a time zone: {at} has none")
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    known_at: datetime
    calendar: Calendar
    still_down_at: datetime
    restored_at: datetime | None
    pauses: tuple[Pause, ...]


def _row(reading: Reading, case: _Case) -> Row:
    known_at, calendar, pauses = case.known_at, case.calendar, case.pauses
    deadline_at = deadline(reading, known_at, calendar, pauses)
    earliest_at = deadline(reading, known_at, calendar.under(Switches.for_customer()))
    latest_at = _latest_at(reading, case)
    return Row(
        reading=reading,
        deadline_at=deadline_at,
        deadline_without_pauses_at=deadline(reading, known_at, calendar),
        flipped=_flipped(reading, case, deadline_at),
        earliest_at=earliest_at,
        latest_at=latest_at,
        age=_age(reading, case),
        verdict=_verdict(deadline_at, case),
        in_variants=_in_variants(earliest_at, latest_at, case.still_down_at),
    )


def _latest_at(reading: Reading, case: _Case) -> datetime:
    calendar = case.calendar.under(Switches.for_operator())
    latest_at = deadline(reading, case.known_at, calendar, case.pauses)
    if not calendar.unknown:
        return latest_at
    # The municipality's holiday is not known: it may be any one day of these.
    zone = calendar.line.zone
    last_on = latest_at.astimezone(zone).date()
    days = takewhile(lambda day: day <= last_on, calendar.working_days(case.known_at.astimezone(zone).date()))
    return max([latest_at, *(deadline(reading, case.known_at, calendar.without(day), case.pauses) for day in days)])


def _flipped(reading: Reading, case: _Case, deadline_at: datetime) -> dict[str, datetime]:
    switches = case.calendar.switches
    flipped = {name: replace(switches, **{name: not getattr(switches, name)}) for name in SWITCHES}
    at = {
        name: deadline(reading, case.known_at, case.calendar.under(one), case.pauses) for name, one in flipped.items()
    }
    return {name: other_at for name, other_at in at.items() if other_at != deadline_at}


def _age(reading: Reading, case: _Case) -> Age:
    return Age(
        wall=max(case.still_down_at - case.known_at, timedelta()),
        counted=elapsed(reading, case.known_at, case.still_down_at, case.calendar, pauses=case.pauses),
        counted_without_pauses=elapsed(reading, case.known_at, case.still_down_at, case.calendar),
    )


def _verdict(deadline_at: datetime, case: _Case) -> Verdict:
    if case.still_down_at > deadline_at:
        return Verdict.BREACHED
    in_time = case.restored_at is not None and case.restored_at <= deadline_at
    return Verdict.MET if in_time else Verdict.INSUFFICIENT


def _in_variants(earliest_at: datetime, latest_at: datetime, still_down_at: datetime) -> Agreement:
    if still_down_at > latest_at:
        return Agreement.ALL
    return Agreement.SOME if still_down_at > earliest_at else Agreement.NONE
