"""Pure. The line now, said in one language: its state, its last tests, today against the contract, what is missing.

Judges nothing. The parts are made in `part/`.
"""

from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Where
from dashboards.web.library import Library
from dashboards.web.page.now.shown import NowPage
from dashboards.web.part.claims import claims
from dashboards.web.part.hours import hours
from dashboards.web.part.lacks import lacks
from dashboards.web.part.line_now import line_now
from dashboards.web.part.trials import trials
from dashboards.web.part.verdicts import verdicts
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

WHERE = Where("now", "/")


def answer(library: Library, _question: Question, speak: Speak) -> Sheet:
    """The last 24 hours, up to now."""
    reading = library.read(None)
    return view(reading, speak(reading.zone))


def view(reading: Reading, voice: Voice) -> Sheet:
    """The whole page, ready for its template."""
    start, end = voice.moment(reading.window.start_at), voice.moment(reading.window.end_at)
    page = NowPage(
        window=voice.say("now.last_day", start=start, end=end),
        empty=_empty(reading, voice),
        now=line_now(reading, voice),
        verdicts=verdicts(reading, voice),
        trials=trials(reading, voice),
        hours=hours(reading, voice),
        lacks=lacks(reading, voice),
        claims=claims(reading, voice),
    )
    return Sheet(frame(WHERE, reading, voice), page)


def _empty(reading: Reading, voice: Voice) -> tuple[str, ...]:
    """What will happen and when; nothing once anything has been measured."""
    if (
        reading.store_problem
        or reading.minutes
        or reading.latest_tests
        or any(probe.record_count for probe in reading.probes)
    ):
        return ()
    return tuple(voice.say(f"empty.{step}") for step in ("reachability", "tests", "verdicts"))
