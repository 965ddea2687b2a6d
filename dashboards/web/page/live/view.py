"""Pure. A test that a person asked for, said in one language: how it goes, why there is none, what came of it.

Judges nothing: what a result counts for is the analysis's word.
"""

from dataclasses import replace

from analysis.report import JudgedTest
from dashboards.web.drawing.svg import picture
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Where
from dashboards.web.library import Library
from dashboards.web.page.live.course import Course, Point, State
from dashboards.web.page.live.growing import growing, height
from dashboards.web.page.live.shown import LivePage
from dashboards.web.part.line_now import last_test
from dashboards.web.part.shown import Fact, Picture, Tone
from dashboards.web.place import Sheet, Speak
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

WHERE = Where("live", "/live", refreshed=False)
_TONES = {State.DONE: Tone.GOOD, State.REFUSED: Tone.UNKNOWN, State.CALLED_OFF: Tone.UNKNOWN, State.LOST: Tone.BAD}
_BYTES_PER_MB = 1_000_000


def answer(library: Library, course: Course, token: str, speak: Speak) -> Sheet:
    """The page as the test stands. What was measured is read only where something of it is to be shown."""
    reading = library.read(None) if course.state is State.DONE else library.line()
    voice = speak(reading.zone)
    return Sheet(frame(WHERE, reading, voice), view(reading, course, token, voice))


def view(reading: Reading, course: Course, token: str, voice: Voice) -> LivePage:
    """Everything below the frame."""
    kept = _kept(reading, course)
    waiting = course.state is State.DONE and len(kept) < len(course.records)
    return LivePage(
        token=token,
        state=course.state,
        tone=_TONES.get(course.state, Tone.NOTE),
        heading=_heading(course, voice),
        text=_text(course, voice),
        facts=_facts(course, voice) if course.is_under_way else (),
        picture=_picture(course, voice),
        progress_percent=_progress(course),
        results=_results(replace(reading, latest_tests=kept), voice) if kept and not waiting else (),
        tests_address="/",
        may_begin=not course.is_under_way,
        may_end=course.is_under_way,
        waiting_for_results=waiting,
    )


def _kept(reading: Reading, course: Course) -> tuple[JudgedTest, ...]:
    if course.state is not State.DONE:
        return ()
    return tuple(test for test in reading.latest_tests if test.stored.record.id in course.records)


def _results(reading: Reading, voice: Voice) -> tuple[Fact, ...]:
    return tuple(last_test(direction, reading, voice) for direction in Direction)


def _heading(course: Course, voice: Voice) -> str:
    if course.state is State.RUNNING and course.direction is not None:
        return voice.say(f"live.measuring_{course.direction}")
    return voice.say(f"live.{course.state}")


def _text(course: Course, voice: Voice) -> str:
    if course.why is None:
        return voice.say(f"live.text_{course.state}")
    why = voice.say(f"live_why.{course.why}")
    if course.again_at is None:
        return why
    again = voice.say("live.again", time=voice.moment(course.again_at))
    return f"{why} {again}"


def _facts(course: Course, voice: Voice) -> tuple[Fact, ...]:
    points = course.upload if course.direction is Direction.UPLOAD else course.download
    rate = voice.rate(points[-1].rate_bps) if points else voice.say("live.no_rate_yet")
    left_s = max(0, round(_total_s(course) - _done_s(course)))
    return (
        Fact(voice.say("live.rate"), rate),
        Fact(voice.say("live.left"), voice.say("live.seconds", count=left_s)),
        Fact(voice.say("live.moved"), f"{voice.number(course.moved_bytes // _BYTES_PER_MB)} MB"),
    )


def _total_s(course: Course) -> float:
    """Of both directions, which are of one length."""
    return course.duration_s * len(Direction)


def _done_s(course: Course) -> float:
    earlier_s = course.duration_s if course.direction is Direction.UPLOAD else 0.0
    return earlier_s + min(course.elapsed_s, course.duration_s)


def _progress(course: Course) -> int | None:
    if not course.is_under_way:
        return None
    total_s = _total_s(course)
    return round(100 * _done_s(course) / total_s) if total_s else 0


def _picture(course: Course, voice: Voice) -> Picture | None:
    sides: tuple[tuple[Direction, tuple[Point, ...]], ...] = (
        (Direction.DOWNLOAD, course.download),
        (Direction.UPLOAD, course.upload),
    )
    rates = [one.rate_bps for _, points in sides for one in points]
    if not rates:
        return None
    title = voice.say("live.picture", top=voice.rate(max(rates)))
    named = [(voice.say(f"direction.{direction}"), points, course.duration_s) for direction, points in sides]
    last = ", ".join(f"{name} {voice.rate(points[-1].rate_bps)}" for name, points, _ in named if points)
    svg = picture("live", title=title, description=last, height=height(), children=growing(named, max(rates)))
    return Picture(title, svg, ())
