"""Pure. The first start of the service within its hours, and visits that were agreed.

Knows no fault and no money beyond the sum that a change of operator fixes.
"""

from datetime import datetime
from decimal import Decimal

from analysis.case.case import Activation, Case, Outcome, Visit
from analysis.clause import Rule
from analysis.clocks.judge import judge
from analysis.clocks.readings_file import Rules
from analysis.clocks.term import due
from analysis.clocks.working_calendar import Calendar
from analysis.finding import Figure, Finding, Verdict
from analysis.period import Period
from analysis.ruling import Bench, Conclusion
from analysis.speed_test_json import at as iso
from analysis.wording import euros, instant, sentence


def judge_activations(bench: Bench, case: Case, terms: Rules, calendar: Calendar, asked: Period) -> tuple[Finding, ...]:
    """NOS 6.1(a). Those accepted before the end of `asked` and not active before it."""
    found = []
    for one in case.activations:
        rule = bench.rule("activation.48h", one.accepted_at)
        over = one.active_at is not None and one.active_at < asked.start_at
        if rule is not None and one.accepted_at < min(asked.end_at, bench.now) and not over:
            found.append(_activation(bench, rule, one, terms, calendar))
    return tuple(found)


def _activation(bench: Bench, rule: Rule, one: Activation, terms: Rules, calendar: Calendar) -> Finding:
    zone = bench.contract.line.zone
    accepted_on = one.accepted_at.astimezone(zone).date()
    clock, term = terms.clock("activation", accepted_on), terms.term("activation-two-days", accepted_on)
    assert clock is not None
    assert term is not None
    active_at = None if one.active_at is None or one.active_at > bench.now else one.active_at
    still_at = _still_at(one, active_at, bench.now)
    told = judge(clock, one.accepted_at, calendar, still_down_at=still_at, restored_at=active_at)
    row, other_at = told.primary, due(term, accepted_on, calendar).last_at
    figures: dict[str, Figure] = {
        "accepted_at": iso(one.accepted_at),
        "inactive_at": iso(still_at),
        "active_at": None if active_at is None else iso(active_at),
        "two_days_deadline_at": iso(other_at),
        "under_two_days": _held(still_at, active_at, other_at).value,
        "evidence": "case",
        "compensation_owed": row.verdict is Verdict.BREACHED,
        "compensation_eur": None,
        "missing": ["term_not_over" if active_at is None else "end"] if row.verdict is Verdict.INSUFFICIENT else [],
    }
    said = sentence(
        f"activation.{row.verdict.value}",
        accepted=instant(one.accepted_at, zone),
        deadline=instant(row.deadline_at, zone),
        ended=instant(still_at if active_at is None else active_at, zone),
        still=instant(still_at, zone),
    )
    conclusion = Conclusion(
        verdict=row.verdict,
        period=Period(one.accepted_at, max(row.deadline_at, still_at)),
        measured=figures,
        threshold={"deadline_at": iso(row.deadline_at)},
        sentence=said,
    )
    return bench.finding(rule, conclusion)


def _still_at(one: Activation, active_at: datetime | None, now: datetime) -> datetime:
    """Until when it was surely not active: as noted; and where it never was, until now; where it was, until then."""
    if one.inactive_at is not None:
        return max(one.accepted_at, min(one.inactive_at, now))
    return now if active_at is None else active_at


def _held(still_at: datetime, active_at: datetime | None, deadline_at: datetime) -> Verdict:
    if still_at > deadline_at:
        return Verdict.BREACHED
    return Verdict.MET if active_at is not None and active_at <= deadline_at else Verdict.INSUFFICIENT


def judge_visits(bench: Bench, case: Case, asked: Period) -> tuple[Finding, ...]:
    """Agreed visits that fall into `asked`."""
    found = []
    for visit in case.visits:
        rule = bench.rule("visit.missed", visit.agreed.start_at)
        if rule is not None and visit.agreed.clip(asked) is not None and visit.agreed.start_at < bench.now:
            found.append(_visit(bench, rule, visit))
    return tuple(found)


def _visit(bench: Bench, rule: Rule, visit: Visit) -> Finding:
    verdict = {
        Outcome.KEPT: Verdict.MET,
        Outcome.MISSED: Verdict.BREACHED if visit.agreed.end_at <= bench.now else Verdict.INSUFFICIENT,
        Outcome.NO_ACCESS: Verdict.NOT_APPLICABLE,
        Outcome.POSTPONED: Verdict.NOT_APPLICABLE,
    }[visit.outcome]
    porting = bench.rule("visit.porting", visit.agreed.start_at) if visit.porting else None
    fixed = verdict is Verdict.BREACHED and porting is not None
    eur = porting.parameters["eur"].value if fixed and porting is not None else None
    figures: dict[str, Figure] = {
        "visit": visit.id,
        "outcome": visit.outcome.value,
        "porting": visit.porting,
        "compensation_owed": verdict is Verdict.BREACHED,
        "compensation_eur": None if eur is None else str(eur),
        "evidence": "case",
    }
    key = f"visit.{verdict.value}" + ("_porting" if eur is not None else "")
    said = sentence(
        key,
        agreed=instant(visit.agreed.start_at, bench.contract.line.zone),
        eur="" if eur is None else euros(Decimal(str(eur))),
    )
    conclusion = Conclusion(verdict=verdict, period=visit.agreed, measured=figures, sentence=said, subject=visit.id)
    return bench.finding(rule, conclusion)
