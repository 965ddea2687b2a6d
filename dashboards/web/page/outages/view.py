"""Pure. The outages of a month, said in one language: each with its edges, its length, whose it was and what was seen.

Causes, classes and words are the analysis's own; nothing is judged or merged here.
"""

from datetime import datetime

from analysis import wording
from analysis.outage.outage import Edge, Loss, Outage, RungState
from analysis.outage.outage import Rung as Seen
from analysis.outage.words import cause_words, concern_words, verdict_words, whose_words
from dashboards.web.asked import month_of
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Where
from dashboards.web.library import Library
from dashboards.web.page.month.course import day_labels
from dashboards.web.page.month.view import steps
from dashboards.web.page.outages.shown import OutageShown, OutagesPage, Rung
from dashboards.web.part.hours import ribbon_of
from dashboards.web.part.shown import Row, Table, Tone
from dashboards.web.past.told import MonthOfOutages
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice

WHERE = Where("outages", "/outages", refreshed=False)
LISTED_MOST = 100  # the newest; the page stays small however the line flaps
_TONES = {
    RungState.WELL: Tone.GOOD,
    RungState.FAULT: Tone.BAD,
    RungState.UNCLEAR: Tone.UNKNOWN,
    RungState.UNSEEN: Tone.NOTE,
}


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """The month asked for; the running one where none was, or none that has begun."""
    month = library.outages(month_of(question.query))
    return view(month, speak(month.about.zone))


def view(month: MonthOfOutages, voice: Voice) -> Sheet:
    """The whole page, ready for its template, newest first."""
    account = month.account
    listed = account.outages[: -LISTED_MOST - 1 : -1] if account else ()
    left_out = len(account.outages) - len(listed) if account else 0
    ledger = account.ledger if account else None
    page = OutagesPage(
        steps_label=voice.say("month.label"),
        steps=steps(month.first_on, month.about.day, WHERE, voice),
        window=voice.month(month.first_on),
        as_of=voice.say("month.as_of", time=voice.moment(month.as_of)),
        ribbon=ribbon_of("month", ledger, voice.say("hours.line"), day_labels(ledger.period, voice), voice)
        if ledger
        else None,
        absent="" if listed else voice.say("outages.absent" if account else "hours.absent"),
        outages=tuple(_outage(one, number, voice) for number, one in enumerate(listed, 1)),
        left_out=voice.say("outages.left_out", count=left_out) if left_out else "",
        losses=_losses(account.losses, voice) if account and account.losses else None,
    )
    return Sheet(frame(WHERE, month.about, voice, {"month": f"{month.first_on:%Y-%m}"}), page)


def _outage(outage: Outage, number: int, voice: Voice) -> OutageShown:
    verdict, first_at = outage.verdict, outage.down[0].start_at
    concern = concern_words(outage.concern, outage.concerns_name)
    confidence = getattr(wording.say(f"outage.confidence.{verdict.confidence}"), voice.language)
    return OutageShown(
        id=f"outage-{number}",
        when=voice.moment_seconds(first_at),
        lasted=_lasted(outage, voice),
        severity=getattr(wording.say(f"outage.class.{outage.severity}"), voice.language),
        sentence=getattr(verdict_words(outage), voice.language),
        whose=getattr(whose_words(verdict.imputable_to), voice.language),
        facts=(
            (
                voice.say("outages.concern"),
                getattr(concern, voice.language),
            ),
            (voice.say("outages.began"), _edge("began", outage.start, voice)),
            (voice.say("outages.ended"), _edge("ended", outage.end, voice)),
            (voice.say("column.cause"), getattr(cause_words(verdict.cause), voice.language)),
            (voice.say("outages.confidence"), confidence),
        ),
        remarks=tuple(voice.say(f"outage_flag.{flag}") for flag in outage.flags),
        rungs=tuple(_rung(rung, voice) for rung in outage.rungs),
        day_address=address("/day", {"day": first_at.astimezone(voice.zone).date()}),
    )


def _lasted(outage: Outage, voice: Voice) -> str:
    """The lower bound; with the upper where they are not the same."""
    lower, upper = (int(seconds) for seconds in (outage.down_s_lower, outage.down_s_upper))
    if lower == upper:
        return voice.say("outages.at_least", lower=voice.stretch(lower))
    return voice.say("outages.between", lower=voice.stretch(lower), upper=voice.stretch(upper))


def _edge(which: str, edge: Edge, voice: Voice) -> str:
    """The interval that the instant lies in; what nobody watched is said."""
    if edge.earlier_at is not None and edge.later_at is not None:
        return voice.say("outages.within", earlier=_told(edge.earlier_at, voice), later=_told(edge.later_at, voice))
    if edge.later_at is not None:
        return voice.say(f"outages.{which}_before", time=_told(edge.later_at, voice))
    if edge.earlier_at is not None:
        return voice.say(f"outages.{which}_after", time=_told(edge.earlier_at, voice))
    return voice.say("not_measured")


def _told(at: datetime, voice: Voice) -> str:
    return voice.moment_seconds(at)


def _rung(rung: Seen, voice: Voice) -> Rung:
    name = getattr(wording.say(f"outage.rung.{rung.name}"), voice.language)
    said = getattr(wording.say(f"outage.state.{rung.state}"), voice.language)
    return Rung(name, _TONES[rung.state], said, getattr(rung.evidence, voice.language))


def _losses(losses: tuple[Loss, ...], voice: Voice) -> Table:
    listed = losses[: -LISTED_MOST - 1 : -1]
    return Table(
        id="losses-table",
        summary=voice.say("outages.losses", count=len(losses)),
        columns=tuple(voice.say(key) for key in ("column.from", "column.to", "outages.answered", "column.remarks")),
        rows=tuple(_loss(loss, voice) for loss in listed),
        note=voice.say("outages.losses_note"),
    )


def _loss(loss: Loss, voice: Voice) -> Row:
    answered = voice.say("outages.answered_of", answered=loss.answered_count, asked=loss.asked_count)
    remark = voice.say("outages.icmp_alone") if loss.icmp_alone else voice.say("none")
    return Row((_told(loss.period.start_at, voice), _told(loss.period.end_at, voice), answered, remark))
