"""Pure. The tests of a month, said in one language: all, the failed ones too, by direction and what they count for.

Judges nothing: what a test counts for is the analysis's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboards.web.asked import month_of, number_of, one_of
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Choice, Where
from dashboards.web.library import Library
from dashboards.web.page.month.view import steps
from dashboards.web.page.tests.shown import Filter, TestShown, TestsPage
from dashboards.web.part.counting import meaning
from dashboards.web.part.opened import opened
from dashboards.web.part.shown import Tone
from dashboards.web.past.told import Month, Tried
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

WHERE = Where("tests", "/tests", refreshed=False)
ON_A_PAGE = 50
_COUNTS: Mapping[str, Callable[[Tried], bool]] = {
    "full": lambda one: one.counts_fully,
    "partial": lambda one: bool(one.valid_for) and not one.counts_fully,
    "nothing": lambda one: not one.valid_for and one.failure is None,
    "failed": lambda one: one.failure is not None,
    "imported": lambda one: one.imported,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tests: of a direction or of both, of one sort or of all, and which page of them, from 1."""

    way: str
    counts: str
    page: int


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """What was asked for of the month asked for; all of the running one where nothing was."""
    month, asked = library.month(month_of(question.query)), question.query
    chosen = Chosen(
        one_of(asked, "direction", tuple(Direction)), one_of(asked, "counts", tuple(_COUNTS)), number_of(asked, "page")
    )
    return view(month, chosen, speak(month.about.zone))


def view(month: Month, chosen: Chosen, voice: Voice) -> Sheet:
    """One page of the list, ready for its template."""
    found = [one for day in reversed(month.days) for one in reversed(day.tests) if _is_chosen(one, chosen)]
    last = max(1, -(-len(found) // ON_A_PAGE))
    number = min(chosen.page, last)
    listed = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    asked = {"month": f"{month.first_on:%Y-%m}", "direction": chosen.way, "counts": chosen.counts}
    page = TestsPage(
        steps_label=voice.say("month.label"),
        steps=steps(month.first_on, month.about.day, WHERE, voice),
        window=voice.month(month.first_on),
        as_of=voice.say("month.as_of", time=voice.moment(month.as_of)),
        filters=(
            _filter("direction", tuple(Direction), chosen.way, asked, voice),
            _filter("counts", tuple(_COUNTS), chosen.counts, asked, voice),
        ),
        found=voice.say("tests.found", count=len(found)),
        tests=tuple(_test(one, voice) for one in listed),
        pages=_pages(number, last, asked, voice),
    )
    return Sheet(frame(WHERE, month.about, voice, {**asked, "page": number if number > 1 else None}), page)


def _is_chosen(one: Tried, chosen: Chosen) -> bool:
    return chosen.way in {"", one.direction} and (not chosen.counts or _COUNTS[chosen.counts](one))


def _filter(name: str, words: Sequence[str], chosen: str, asked: Mapping[str, str], voice: Voice) -> Filter:
    choices = [Choice(f"{name}-all", voice.say("tests.all"), _with(asked, name, ""), chosen=not chosen)]
    for word in words:
        said = voice.say(f"direction.{word}" if name == "direction" else f"tests.{word}")
        choices.append(Choice(f"{name}-{word}", said, _with(asked, name, word), chosen=word == chosen))
    return Filter(voice.say(f"tests.by_{name}"), tuple(choices))


def _with(asked: Mapping[str, str], name: str, word: str) -> str:
    return address(WHERE.path, {**asked, name: word})


def _pages(number: int, last: int, asked: Mapping[str, str], voice: Voice) -> tuple[Choice, ...]:
    """The page before and after, and which this one is."""
    if last == 1:
        return ()

    def to(page: int) -> str:
        return address(WHERE.path, {**asked, "page": page})

    here = Choice("page-shown", voice.say("tests.page", page=number, last=last), to(number), chosen=True)
    newer = [Choice("page-newer", voice.say("tests.newer"), to(number - 1))] if number > 1 else []
    older = [Choice("page-older", voice.say("tests.older"), to(number + 1))] if number < last else []
    return (*newer, here, *older)


def _test(one: Tried, voice: Voice) -> TestShown:
    failed = one.compared_bps is None
    why = voice.say(f"failure.{one.failure}") if one.failure is not None else ""
    meant = "" if failed else meaning(one.valid_for, one.reasons, voice)
    return TestShown(
        id=f"test-{one.id.replace('/', '-')}",
        address=opened(one.id, one.at, voice),
        when=voice.moment(one.at),
        direction=voice.say(f"direction.{one.direction}"),
        result=voice.say("test.failed", why=why) if one.compared_bps is None else voice.rate(one.compared_bps),
        tone=Tone.BAD if failed else Tone.UNKNOWN if meant else Tone.GOOD,
        grade=voice.say("tests.no_grade") if failed else voice.say("tests.grade", grade=one.grade.value),
        marks=(voice.say("tests.imported_mark"),) if one.imported else (),
        meaning=meant or voice.say("tests.failed_meaning" if failed else "tests.full_meaning"),
    )
