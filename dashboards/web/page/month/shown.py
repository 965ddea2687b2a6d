"""Vocabulary. A month, as its template shows it. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Picture, Ribbon, Table, Tone


@dataclass(frozen=True, slots=True)
class Sign:
    """One direction's day: `arrow` for the eye, `text` for the ear."""

    arrow: str
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day of the calendar. `address` is empty, and nothing is signed, where the day has not begun."""

    number: str
    spoken: str
    address: str
    tone: Tone
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`weeks`: seven places each, from Monday; None where a day is another month's."""

    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DayCell | None, ...], ...]
    table: Table


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`step`: how much of the scale, from 0 to 10; None where there was no test. `more`: what the number is made of."""

    text: str
    more: str
    step: int | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One local hour, a cell for each weekday from Monday."""

    hour: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A map of hour and weekday. `kind` picks the colour: `rate`, where more is better, or `time`, where less is."""

    key: str
    kind: str
    title: str
    note: str
    weekdays: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A value over the month: its drawing, and the same as a table."""

    picture: Picture
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """`absent` says why there is nothing else. `tallies`: days by promise and verdict, None without a contract."""

    steps_label: str
    steps: tuple[Choice, ...]
    window: str
    as_of: str
    absent: str
    calendar: Calendar | None
    tallies: Table | None
    ribbon: Ribbon | None
    moved: str
    heats: tuple[Heat, ...]
    courses: tuple[Course, ...]
