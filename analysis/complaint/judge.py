"""Pure. Complaints and data requests against the days in which they must be made and answered.

What the case does not note as answered counts as not answered. Knows no fault and no money.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analysis.case.case import Case, Complaint, DataRequest, Desk
from analysis.clause import Rule
from analysis.clocks.readings_file import Rules
from analysis.clocks.term import Due, due
from analysis.clocks.working_calendar import Calendar
from analysis.finding import Figure, Finding, Verdict
from analysis.period import Period, local_day
from analysis.ruling import Bench, Conclusion
from analysis.wording import day, sentence

_REPLY = {
    Desk.OPERATOR: ("complaint.decision", "operator-decision"),
    Desk.BOOK: ("complaint.book", "complaints-book-reply"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One thing that must be done by a day. `done_on` None: not done so far."""

    name: str
    since_on: date
    done_on: date | None
    due: Due
    extended: bool = False


def judge_complaints(bench: Bench, case: Case, terms: Rules, calendar: Calendar, asked: Period) -> tuple[Finding, ...]:
    """Every clock that runs in `asked`, and every one that ran out before it without an answer."""
    found = [
        *(finding for one in case.complaints for finding in _of_complaint(bench, one, terms, calendar)),
        *(finding for one in case.requests for finding in _of_request(bench, one, terms, calendar)),
    ]
    return tuple(one for one in found if one.period.clip(asked) is not None or one.verdict is Verdict.BREACHED)


def _of_complaint(bench: Bench, one: Complaint, terms: Rules, calendar: Calendar) -> Iterator[Finding]:
    if one.facts_known_on is not None and one.to is Desk.OPERATOR:
        term = terms.term("complaint-to-operator", one.facts_known_on)
        rule = _rule(bench, "complaint.deadline", one.facts_known_on)
        if term is not None and rule is not None:
            ends = due(term, one.facts_known_on, calendar)
            asked = _Asked(name=one.id, since_on=one.facts_known_on, done_on=one.sent_on, due=ends)
            yield _finding(bench, rule, asked, _made(bench, asked))
    if one.sent_on is None:
        return
    rule_id, term_id = _REPLY[one.to]
    reply, rule = terms.term(term_id, one.sent_on), _rule(bench, rule_id, one.sent_on)
    if reply is not None and rule is not None:
        ends = due(reply, one.sent_on, calendar)
        asked = _Asked(name=one.id, since_on=one.sent_on, done_on=one.answered_on, due=ends)
        yield _finding(bench, rule, asked, _answered(bench, asked))


def _of_request(bench: Bench, one: DataRequest, terms: Rules, calendar: Calendar) -> Iterator[Finding]:
    rule, first = _rule(bench, "complaint.data_request", one.received_on), terms.term("data-request", one.received_on)
    longer = terms.term("data-request-extended", one.received_on)
    if rule is None or first is None or longer is None:
        return
    first_due = due(first, one.received_on, calendar)
    extended = one.extended_on is not None and one.extended_on <= first_due.on
    ends = due(longer, one.received_on, calendar) if extended else first_due
    asked = _Asked(name=one.id, since_on=one.received_on, done_on=one.answered_on, due=ends, extended=extended)
    yield _finding(bench, rule, asked, _answered(bench, asked))


def _rule(bench: Bench, rule_id: str, on: date) -> Rule | None:
    return bench.rule(rule_id, local_day(on, bench.contract.line.zone).start_at)


def _answered(bench: Bench, asked: _Asked) -> tuple[Verdict, str]:
    """Late only after the latest day that a count can give; in time by the day that the clause counts to."""
    latest_on = _latest_on(bench, asked)
    if asked.done_on is not None:
        if asked.done_on <= asked.due.on:
            return Verdict.MET, "met"
        return (Verdict.BREACHED, "late") if asked.done_on > latest_on else (Verdict.INSUFFICIENT, "between")
    overdue = bench.now >= asked.due.latest_at
    return (Verdict.BREACHED, "breached") if overdue else (Verdict.INSUFFICIENT, "open")


def _made(bench: Bench, asked: _Asked) -> tuple[Verdict, str]:
    """The customer's own term: nobody is in breach of it, and missing it need not end a claim founded on statute."""
    if asked.done_on is not None:
        return (Verdict.MET, "met") if asked.done_on <= asked.due.on else (Verdict.NOT_APPLICABLE, "late")
    return (Verdict.NOT_APPLICABLE, "late") if bench.now >= asked.due.last_at else (Verdict.INSUFFICIENT, "open")


def _latest_on(bench: Bench, asked: _Asked) -> date:
    zone = bench.contract.line.zone
    return date.fromordinal(asked.due.latest_at.astimezone(zone).date().toordinal() - 1)


def _finding(bench: Bench, rule: Rule, asked: _Asked, concluded: tuple[Verdict, str]) -> Finding:
    verdict, how = concluded
    zone = bench.contract.line.zone
    end_on = max(asked.due.on, asked.done_on or asked.due.on)
    figures: dict[str, Figure] = {
        "case": asked.name,
        "since_on": asked.since_on.isoformat(),
        "done_on": None if asked.done_on is None else asked.done_on.isoformat(),
        "act_by_on": asked.due.counted_on.isoformat(),
        "due_on": asked.due.on.isoformat(),
        "latest_on": _latest_on(bench, asked).isoformat(),
        "extended": asked.extended,
        "evidence": "case",
        "missing": [] if verdict is not Verdict.INSUFFICIENT else ["term_not_over" if how == "open" else "reading"],
    }
    said = sentence(
        f"{rule.id}.{how}",
        since=day(asked.since_on),
        due=day(asked.due.counted_on if how == "open" else asked.due.on),
        done=day(asked.done_on or asked.due.on),
    )
    period = Period(local_day(asked.since_on, zone).start_at, local_day(end_on, zone).end_at)
    conclusion = Conclusion(verdict=verdict, period=period, measured=figures, sentence=said, subject=asked.name)
    return bench.finding(rule, conclusion)
