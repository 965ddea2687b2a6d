"""Pure. The month's days, each with what its findings say of either direction; the same as a table, rule by rule.

A direction's sign is the weightiest of its findings' verdicts: a breach before an open question before a promise kept.
Judges nothing.
"""

from collections import Counter
from datetime import date, timedelta

from analysis.finding import Finding, Verdict
from dashboards.web.frame.address import address
from dashboards.web.page.month.shown import Calendar, DayCell, Sign
from dashboards.web.part.shown import Row, Table, Tone
from dashboards.web.part.verdicts import LEVELS, TONES
from dashboards.web.past.calendar import next_month
from dashboards.web.past.told import Month, Told
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

_WEEK = 7
_WEIGHT = (Verdict.BREACHED, Verdict.INSUFFICIENT, Verdict.MET, Verdict.NOT_APPLICABLE)
_ARROWS = {Direction.DOWNLOAD: "\N{DOWNWARDS ARROW}", Direction.UPLOAD: "\N{UPWARDS ARROW}"}
_DAY_PATH = "/day"


def calendar(month: Month, voice: Voice) -> Calendar:
    """Every day of the month; those that have begun lead to their page."""
    told = {day.on: day for day in month.days}
    count = (next_month(month.first_on) - month.first_on).days
    cells: list[DayCell | None] = [None] * month.first_on.weekday()
    for number in range(count):
        on = month.first_on + timedelta(days=number)
        cells.append(_cell(on, told.get(on), voice))
    cells += [None] * (-len(cells) % _WEEK)
    return Calendar(
        weekdays=voice.weekdays(),
        weeks=tuple(tuple(cells[start : start + _WEEK]) for start in range(0, len(cells), _WEEK)),
        table=_table(month, voice),
    )


def verdict_of(day: Told, level: str, way: Direction) -> Finding | None:
    """The day's finding on one promise; None where the rule gave none."""
    return next((one for one in day.findings if (one.rule, one.direction) == (f"speed.{level}", way)), None)


def tallies(month: Month, voice: Voice) -> Table | None:
    """On how many days each promise was met, breached or left open; None without any finding."""
    if not any(day.findings for day in month.days):
        return None
    rows = tuple(_tally(level, way, month, voice) for way in Direction for level in LEVELS)
    return Table(
        id="tallies",
        summary=voice.say("month.tallies"),
        columns=(
            voice.say("column.direction"),
            voice.say("month.promise"),
            *(voice.say(f"verdict.{one}") for one in _WEIGHT),
        ),
        rows=rows,
    )


def _tally(level: str, way: Direction, month: Month, voice: Voice) -> Row:
    counts = Counter(one.verdict for day in month.days if (one := verdict_of(day, level, way)) is not None)
    tone = Tone.BAD if counts[Verdict.BREACHED] else Tone.NOTE
    days = tuple(voice.number(counts[verdict]) for verdict in _WEIGHT)
    return Row((voice.say(f"direction.{way}"), voice.say(f"level.{level}"), *days), tone)


def _cell(on: date, day: Told | None, voice: Voice) -> DayCell:
    signs = tuple(_sign(way, day, voice) for way in Direction) if day and day.findings else ()
    tones = {one.tone for one in signs}
    return DayCell(
        number=voice.number(on.day),
        spoken=voice.day(on),
        address=address(_DAY_PATH, {"day": on}) if day else "",
        tone=next((tone for tone in (Tone.BAD, Tone.UNKNOWN, Tone.GOOD) if tone in tones), Tone.NOTE),
        signs=signs,
    )


def _sign(way: Direction, day: Told, voice: Voice) -> Sign:
    verdicts = {one.verdict for level in LEVELS if (one := verdict_of(day, level, way)) is not None}
    weightiest = next((verdict for verdict in _WEIGHT if verdict in verdicts), Verdict.NOT_APPLICABLE)
    text = f"{voice.say(f'direction.{way}')}: {voice.say(f'verdict.{weightiest}')}"
    return Sign(_ARROWS[way], TONES[weightiest], text)


def _table(month: Month, voice: Voice) -> Table:
    ways = [(way, level) for way in Direction for level in LEVELS]
    return Table(
        id="calendar-table",
        summary=voice.say("month.calendar_table"),
        columns=(
            voice.say("month.day"),
            *(f"{voice.say(f'direction.{way}')} · {voice.say(f'line.{level}')}" for way, level in ways),
        ),
        rows=tuple(
            Row((voice.short_day(day.on), *(_word(verdict_of(day, level, way), voice) for way, level in ways)))
            for day in month.days
        ),
    )


def _word(finding: Finding | None, voice: Voice) -> str:
    return voice.say("none") if finding is None else voice.say(f"verdict.{finding.verdict}")
