"""Pure. The case page in one language: what falls due, what follows, the diary, one entry's form, the dossiers.

Judges nothing: deadlines, sums and sentences are the analysis's own.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from analysis.case.due import Due
from analysis.case.nearest import Near
from dashboards.web.case.made import Made, State
from dashboards.web.case.read import CaseReading
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Choice, Where
from dashboards.web.library import Library
from dashboards.web.page.case.fields import FIELDS, NAMED
from dashboards.web.page.case.form import Filled, form_of
from dashboards.web.page.case.shown import CasePage, Deadline, Dossiers, Entry, Work
from dashboards.web.page.case.told import shown_value
from dashboards.web.part.claims import claims_of
from dashboards.web.place import Question, Sheet, Speak
from dashboards.web.voice import Voice

WHERE = Where("case", "/case", refreshed=False)
_SOON = timedelta(days=3)
_MOST_FACT = 160
_MONTH = timedelta(days=30)  # what is offered first: it ends yesterday
_BESIDE = frozenset({"name", "added_on", "document"})  # written down by the page itself
_HIDDEN = frozenset({"id", "sha256"})


def answer(library: Library, question: Question, speak: Speak) -> Sheet:
    """The case; with `add=KIND` or `amend=KIND:ID` an entry's form, with `noted` what was just written down."""
    read = library.case()
    return view(read, question, speak(read.reading.zone))


def view(read: CaseReading, question: Question, voice: Voice, filled: Filled | None = None, wrong: str = "") -> Sheet:
    """`filled`: a form that came back with its problems. `wrong`: what was wrong with the wish for a dossier."""
    reading, contract = read.reading, read.reading.contract
    absent = "" if contract is not None and read.problem is None else read.problem or voice.say("diary.no_contract")
    found = [one for one in read.findings if not one.rule.startswith("speed.")]
    page = CasePage(
        token=question.form_token(),
        absent=absent,
        note=_note(question, voice),
        kinds=tuple(_kind(kind, voice) for kind in FIELDS),
        form=None if absent else form_of(read.tables, filled or _asked(question, read), voice),
        deadlines=tuple(_deadline(one, reading.now, voice) for one in read.dues),
        near=tuple(_near(one, voice) for one in read.near),
        entries=tuple(_entries(read.tables, voice)),
        claims=claims_of(found, reading.now, voice) if found else None,
        dossiers=_dossiers(read, wrong, voice),
    )
    return Sheet(frame(WHERE, reading, voice), page)


def _asked(question: Question, read: CaseReading) -> Filled | None:
    """The form that the address asks for; None for none, and for what is not there."""
    add = question.query.get("add", "")
    kind, _, name = question.query.get("amend", "").partition(":")
    if add in FIELDS:
        return Filled(kind=add)
    if kind not in NAMED or kind not in FIELDS:
        return None
    entry = next((one for one in read.tables.get(kind, ()) if one.get("id") == name), None)
    if entry is None:
        return None
    return Filled(kind=kind, id=name, values={key: shown_value(value) for key, value in entry.items()})


def _note(question: Question, voice: Voice) -> str:
    kind = question.query.get("noted", "")
    return voice.say("diary.noted", kind=voice.say(f"case_kind.{kind}")) if kind in FIELDS else ""


def _kind(kind: str, voice: Voice) -> Choice:
    return Choice(f"add-{kind}", voice.say(f"case_kind.{kind}"), address(WHERE.path, {"add": kind}) + "#entry")


def _deadline(due: Due, now: datetime, voice: Voice) -> Deadline:
    mark = "overdue" if due.overdue else "soon" if due.at - now <= _SOON else "later"
    finding = due.finding
    rule = voice.say(f"claim_rule.{finding.rule.replace('.', '_')}")
    about = f"{rule} · {finding.subject}" if finding.subject else rule
    return Deadline(
        mark=mark,
        word=voice.say(f"case_due.{'yours' if due.customer and not due.overdue else mark}"),
        when=voice.day(due.on) if due.on is not None else voice.moment_of(due.at),
        what=voice.say("diary.reading", what=about, reading=due.reading) if due.reading else about,
        clause=finding.clause,
    )


def _near(one: Near, voice: Voice) -> str:
    return voice.say(
        "diary.near",
        result=one.result,
        direction=voice.say(f"direction.{one.direction}"),
        official="-" if one.official_bps is None else voice.rate(one.official_bps),
        own=voice.rate(one.ip_rate_bps),
        gap=voice.stretch(abs(int(one.after_s))),
        record=one.record_id,
    )


def _entries(tables: Mapping[str, Any], voice: Voice) -> Iterator[Entry]:
    """The diary, its latest entry first."""
    found = [
        (max(days), kind, entry)
        for kind in FIELDS
        for entry in tables.get(kind, ())
        if (days := [day for value in entry.values() if (day := _day(value)) is not None])
    ]
    for day, kind, entry in sorted(found, key=lambda one: one[:2], reverse=True):
        name = str(entry.get("id", ""))
        named = kind in NAMED and bool(name)
        yield Entry(
            day=voice.short_day(day),
            kind=voice.say(f"case_kind.{kind}"),
            about=name,
            facts=tuple(_facts(kind, entry, voice)),
            amend=address(WHERE.path, {"amend": f"{kind}:{name}"}) + "#entry" if named else "",
        )


def _facts(kind: str, entry: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    labels = {field.key: field for field in FIELDS[kind]}
    for key, value in entry.items():
        if key in _HIDDEN:
            continue
        label = voice.say(f"case_field.{key}") if key in labels or key in _BESIDE else key
        yield f"{label}: {_said(labels[key].words if key in labels else (), value, voice)}"


def _said(words: tuple[str, ...], value: object, voice: Voice) -> str:
    if isinstance(value, str) and value in words:
        return voice.say(f"case_word.{value}")
    if isinstance(value, datetime):
        return voice.moment_of(value.replace(tzinfo=voice.zone) if value.tzinfo is None else value)
    if isinstance(value, date):
        return voice.short_day(value)
    if isinstance(value, bool):
        return voice.say("diary.yes" if value else "diary.no")
    return str(value)[:_MOST_FACT]


def _day(value: object) -> date | None:
    return date(value.year, value.month, value.day) if isinstance(value, date) else None


def _dossiers(read: CaseReading, wrong: str, voice: Voice) -> Dossiers:
    today = read.reading.now.astimezone(read.reading.zone).date()
    absent = "" if read.possible and read.reading.contract is not None else voice.say("diary.no_dossier")
    return Dossiers(
        absent=absent,
        from_on=(today - _MONTH).isoformat(),
        to_on=(today - timedelta(days=1)).isoformat(),
        problem=voice.say(f"case_problem.{wrong}") if wrong else "",
        works=tuple(_work(one, voice) for one in read.dossiers),
        running=any(one.state is State.RUNNING for one in read.dossiers),
    )


def _work(one: Made, voice: Voice) -> Work:
    title = voice.say("diary.dossier_of", start=voice.short_day(one.wish.from_on), end=voice.short_day(one.wish.to_on))
    if one.wish.redacted:
        title = voice.say("diary.redacted_title", title=title)
    step = one.words or (
        voice.say(f"case_step.{one.step.partition('.')[0] or 'judging'}") if one.state is State.RUNNING else ""
    )
    path = f"{WHERE.path}/dossier/{one.id}"
    files = tuple(Choice(f"{one.id}-{n}", name, f"{path}/{name}") for n, name in enumerate(one.files))
    return Work(id=one.id, state=one.state.value, title=title, step=step, files=files)
