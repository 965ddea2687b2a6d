"""Pure. One civil day, said in one language: against the contract, its tests, its time, what is missing.

Judges nothing. The parts are made in `part/`.
"""

from datetime import date, timedelta

from dashboards.web.asked import day_of
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Choice, Where
from dashboards.web.library import Library
from dashboards.web.page.day.shown import DayPage
from dashboards.web.part.counting import speed_of
from dashboards.web.part.hours import hours
from dashboards.web.part.lacks import lacks
from dashboards.web.part.latency import latency
from dashboards.web.part.trials import moved, trials
from dashboards.web.part.verdicts import verdicts
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

WHERE = Where("day", "/day")
_ONE_DAY = timedelta(days=1)


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """The day asked for; today where none was, or none of which anything can be known."""
    wanted = day_of(question.query)
    reading = library.read(wanted)
    if reading.asked_on is None:
        reading = library.read(reading.day)
    return view(reading, speak(reading.zone))


def view(reading: Reading, voice: Voice) -> Sheet:
    """The whole page, ready for its template."""
    page = DayPage(
        steps_label=voice.say("days.label"),
        steps=_days(reading, voice),
        window=voice.day(reading.day),
        verdicts=verdicts(reading, voice),
        trials=trials(reading, voice),
        moved=moved(((speed.direction, speed.bytes) for speed in map(speed_of, reading.tests)), voice),
        latency=latency(reading, voice),
        hours=hours(reading, voice),
        lacks=lacks(reading, voice),
    )
    return Sheet(frame(WHERE, reading, voice, {"day": reading.asked_on}), page)


def _days(reading: Reading, voice: Voice) -> tuple[Choice, ...]:
    today = reading.now.astimezone(reading.zone).date()
    before, after = reading.day - _ONE_DAY, reading.day + _ONE_DAY
    shown = [
        Choice("day-before", voice.say("days.before", day=voice.short_day(before)), _at(before)),
        Choice("day-shown", voice.short_day(reading.day), _at(reading.day), chosen=True),
    ]
    if after <= today:
        shown.append(Choice("day-after", voice.say("days.after", day=voice.short_day(after)), _at(after)))
    if after < today:
        shown.append(Choice("day-today", voice.say("days.today"), WHERE.path))
    return tuple(shown)


def _at(day: date) -> str:
    return address(WHERE.path, {"day": day})
