"""Pure. Readiness, said in one language: each thing with how it stands and its mend, and what would change a verdict.

Judges nothing; what is missing is the findings' own.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Where
from dashboards.web.library import Library
from dashboards.web.page.readiness.items import standings, tests_of
from dashboards.web.page.readiness.shown import Item, ReadinessPage, Standing
from dashboards.web.part.counting import reason_words
from dashboards.web.part.lacks import lacks
from dashboards.web.part.shown import Lack, Tone
from dashboards.web.past.told import Readiness, Told
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice

WHERE = Where("readiness", "/readiness", refreshed=False)
_TONES = {
    Standing.PRESENT: Tone.GOOD,
    Standing.STALE: Tone.UNKNOWN,
    Standing.MISSING: Tone.BAD,
    Standing.UNKNOWN: Tone.NOTE,
}
_SEEN_AT = {"probe": "/", "coverage": "/day", "router": "/", "case": "/case", "official": "/case"}


def answer(library: Library, _question: Question, speak: Speak) -> Sheet:
    """As things stand now."""
    ready = library.readiness()
    return view(ready, speak(ready.now.zone))


def view(ready: Readiness, voice: Voice) -> Sheet:
    """The whole page, ready for its template."""
    items = tuple(_item(key, standing, _figures(key, ready), voice) for key, standing in standings(ready))
    over = _newest_over(ready)
    changes = _changes(ready, over, voice) if over else ()
    page = ReadinessPage(
        summary=voice.say(
            "ready.summary", present=sum(1 for one in items if one.standing is Standing.PRESENT), all=len(items)
        ),
        items=items,
        open_day=voice.say("ready.open_day", day=voice.day(over.on)) if over else "",
        changes=changes,
        none_open=voice.say("ready.no_day" if over is None or not over.findings else "lack.nothing"),
        set_aside=_set_aside(ready, voice),
    )
    return Sheet(frame(WHERE, ready.now, voice), page)


def _figures(key: str, ready: Readiness) -> Mapping[str, int]:
    """What a text is filled with: of the collector how often it was away, and for how many minutes, begun ones too."""
    if key != "collector" or ready.uptime is None:
        return {"count": 0, "minutes": 0}
    return {"count": len(ready.uptime.down), "minutes": ceil(ready.uptime.down_s / 60)}


def _item(key: str, standing: Standing, figures: Mapping[str, int], voice: Voice) -> Item:
    return Item(
        key=key,
        standing=standing,
        tone=_TONES[standing],
        title=voice.say(f"need.{key}.title"),
        word=voice.say(f"standing.{standing}"),
        text=voice.say(f"need.{key}.text", **figures),
        mend="" if standing is Standing.PRESENT else voice.say(f"need.{key}.mend"),
        address=_SEEN_AT.get(key, ""),
    )


def _newest_over(ready: Readiness) -> Told | None:
    """The newest day that is over and of which anything was measured."""
    return next((day for day in reversed(ready.days) if day.on < ready.now.day and day.tests), None)


def _changes(ready: Readiness, day: Told, voice: Voice) -> tuple[Lack, ...]:
    """What stood between that day and its verdicts: what its findings say is missing."""
    report = ready.now.report
    if report is None or not day.findings:
        return ()
    return lacks(replace(ready.now, day=day.on, report=replace(report, findings=day.findings)), voice)


def _set_aside(ready: Readiness, voice: Voice) -> tuple[Lack, ...]:
    """Why tests of these days count for less, the most frequent first."""
    counts = Counter(reason for test in tests_of(ready) for reason in test.reasons)
    return tuple(
        Lack(voice.say("lack.reason", count=count, reason=reason_words(reason, voice)), voice.say(f"mend.{reason}"))
        for reason, count in counts.most_common()
    )
