"""Pure. One test, laid open in one language: what it measured, what it counts for and why, and what it was used for.

Judges nothing: grade, reasons and findings are the analysis's own.
"""

from datetime import date

from analysis.finding import Finding
from analysis.report import JudgedTest
from analysis.validity import grade
from dashboards.web.asked import day_of, text_of
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Where
from dashboards.web.library import Library
from dashboards.web.page.test.course import course
from dashboards.web.page.test.facts import groups
from dashboards.web.page.test.shown import Doubt, TestPage, Use
from dashboards.web.part.counting import meaning, reason_words, speed_of
from dashboards.web.part.shown import Tone
from dashboards.web.part.verdicts import TONES
from dashboards.web.past.told import OneTest
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice

WHERE = Where("test", "/test", refreshed=False, under="tests")
_PERIOD_RULE = "speed.discrepancy"  # judged over many days: of one alone it says nothing


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """The test of that id on that day; a page that says so where there is none."""
    record, about = text_of(question.query, "id"), library.line()
    on = day_of(question.query) or about.day
    found = library.test(on, record) if on <= about.day else OneTest(about=about, on=on, test=None, findings=())
    return view(found, record, speak(about.zone))


def view(found: OneTest, record: str, voice: Voice) -> Sheet:
    """The whole page, ready for its template."""
    around = frame(WHERE, found.about, voice, {"day": found.on, "id": record})
    back = address("/tests", {"month": f"{found.on:%Y-%m}"})
    if found.test is None:
        absent = voice.say("one.absent", day=voice.day(found.on))
        page = TestPage(absent=absent, back=back, when="", result="", tone=Tone.NOTE, grade="", meaning="")
        return Sheet(around, page, found=False)
    return Sheet(around, _page(found.test, found, back, voice))


def _page(test: JudgedTest, found: OneTest, back: str, voice: Voice) -> TestPage:
    body, record = speed_of(test), test.stored.record
    meant = meaning(test.valid_for, test.reasons, voice)
    drawn = course(body, voice)
    rate_bps = body.ip_rate_bps if body.ip_rate_bps is not None else body.rate_bps
    failed = rate_bps is None
    return TestPage(
        absent="",
        back=back,
        when=f"{voice.say(f'direction.{body.direction}')} · {voice.moment_of(record.started.at)}",
        result=voice.rate(rate_bps) if rate_bps is not None else voice.say("test.failed", why=_why(test, voice)),
        tone=Tone.BAD if failed else Tone.UNKNOWN if meant else Tone.GOOD,
        grade="" if failed else voice.say(f"grade.{grade(test.reasons)}"),
        meaning=meant or voice.say("tests.full_meaning"),
        doubts=tuple(Doubt(reason_words(one, voice), voice.say(f"mend.{one}")) for one in test.reasons),
        course=drawn[0] if drawn else None,
        course_table=drawn[1] if drawn else None,
        groups=groups(test.stored, body, voice),
        uses=tuple(_use(one, found.on, voice) for one in found.findings if one.rule != _PERIOD_RULE),
    )


def _why(test: JudgedTest, voice: Voice) -> str:
    return voice.say(f"failure.{speed_of(test).failure}")


def _use(finding: Finding, on: date, voice: Voice) -> Use:
    day = finding.local_day or on
    return Use(
        tone=TONES[finding.verdict],
        verdict=voice.say(f"verdict.{finding.verdict}"),
        sentence=getattr(finding.sentence, voice.language),
        clause=finding.clause,
        address=address("/day", {"day": day}),
        day=voice.short_day(day),
    )
