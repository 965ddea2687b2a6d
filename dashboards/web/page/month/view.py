"""Pure. A month, said in one language: its days, its time, its hours of the week, its course.

Judges nothing. The parts are made beside this.
"""

from datetime import date

from dashboards.web.asked import month_of
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Choice, Where
from dashboards.web.library import Library
from dashboards.web.page.month.calendar import calendar, tallies
from dashboards.web.page.month.course import courses, day_labels
from dashboards.web.page.month.heat import heats
from dashboards.web.page.month.shown import MonthPage
from dashboards.web.part.hours import ribbon_of
from dashboards.web.part.shown import Ribbon
from dashboards.web.part.trials import moved
from dashboards.web.past.calendar import month_before, next_month
from dashboards.web.past.ledgers import joined
from dashboards.web.past.told import Month
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice

WHERE = Where("month", "/month", refreshed=False)


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """The month asked for; the running one where none was, or none that has begun."""
    month = library.month(month_of(question.query))
    return view(month, speak(month.about.zone))


def view(month: Month, voice: Voice) -> Sheet:
    """The whole page, ready for its template."""
    is_there = any(day.tests for day in month.days) or any(len(day.ledger.spans) > 1 for day in month.days)
    page = MonthPage(
        steps_label=voice.say("month.label"),
        steps=steps(month.first_on, month.about.day, WHERE, voice),
        window=voice.month(month.first_on),
        as_of=voice.say("month.as_of", time=voice.moment(month.as_of)),
        absent="" if is_there else voice.say("month.absent"),
        calendar=calendar(month, voice) if month.days else None,
        tallies=tallies(month, voice),
        ribbon=_ribbon(month, voice),
        moved=moved(((test.direction, test.bytes) for day in month.days for test in day.tests), voice),
        heats=heats(month, voice),
        courses=courses(month, voice),
    )
    return Sheet(frame(WHERE, month.about, voice, {"month": f"{month.first_on:%Y-%m}"}), page)


def steps(first_on: date, today: date, where: Where, voice: Voice) -> tuple[Choice, ...]:
    """The months beside this one, this one among them; none that has not begun."""
    before, after = month_before(first_on), next_month(first_on)
    shown = [
        Choice("month-before", voice.say("days.before", day=voice.month(before)), _at(where, before)),
        Choice("month-shown", voice.month(first_on), _at(where, first_on), chosen=True),
    ]
    if after <= today:
        shown.append(Choice("month-after", voice.say("days.after", day=voice.month(after)), _at(where, after)))
    return tuple(shown)


def _at(where: Where, first_on: date) -> str:
    return address(where.path, {"month": f"{first_on:%Y-%m}"})


def _ribbon(month: Month, voice: Voice) -> Ribbon | None:
    if not month.days:
        return None
    ledger = joined([day.ledger for day in month.days])
    return ribbon_of("month", ledger, voice.say("hours.line"), day_labels(ledger.period, voice), voice)
