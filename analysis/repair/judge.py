"""Pure. Every fault of the case held against the repair clock: one finding for each family of readings.

The fault's life comes from the probes where they saw it, else from the case. Knows no money.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.availability.attributed import interruptions_of, standing_of
from analysis.availability.downtime import Downtime, Standing
from analysis.case.case import Case, Fault, Service
from analysis.clause import Rule
from analysis.clocks.judge import Judged, Row, judge
from analysis.clocks.readings_file import Rules
from analysis.clocks.working_calendar import Calendar
from analysis.finding import Figure, Finding, Verdict
from analysis.period import Period
from analysis.ruling import Bench, Conclusion
from analysis.speed_test_json import at as iso
from analysis.wording import Said, instant, say, sentence

_FAMILIES = ("w0", "w1", "w2", "w3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How long a fault stood. `witnesses`: outages that show it; empty where the case alone tells."""

    still_down_at: datetime
    restored_at: datetime | None
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One fault as it comes before the clock. `standing` None: nothing shows whose it was."""

    fault: Fault
    life: Life
    standing: Standing | None
    told: Judged


def judge_repairs(
    bench: Bench, case: Case, away: Downtime, terms: Rules, calendar: Calendar, asked: Period
) -> tuple[Finding, ...]:
    """The faults whose life touches `asked`, in the order in which they became known."""
    found: list[Finding] = []
    zone = bench.contract.line.zone
    for fault in case.faults:
        life, clock = life_of(fault, away, bench.now), terms.clock("repair", fault.known_at.astimezone(zone).date())
        if clock is None or fault.known_at > bench.now or not _touches(fault, life, asked):
            continue
        told = judge(
            clock,
            fault.known_at,
            calendar,
            still_down_at=life.still_down_at,
            restored_at=life.restored_at,
            pauses=case.pauses,
        )
        trouble = Trouble(fault=fault, life=life, standing=standing_of(fault, away, case), told=told)
        found.extend(_of_fault(bench, trouble))
    return tuple(found)


def life_of(fault: Fault, away: Downtime, now: datetime) -> Life:
    """The last sign of the fault and the first of its end, by `now`. What the probes saw outweighs what was noted."""
    ours = interruptions_of(fault, away)
    if ours:
        last = ours[-1]
        still_at = max(fault.known_at, last.period.end_at)
        return Life(
            still_down_at=still_at,
            restored_at=None if last.restored_at is None else max(still_at, last.restored_at),
            witnesses=tuple(name for one in ours for name in one.outage_ids),
        )
    still_at = fault.known_at if fault.still_down_at is None else max(fault.known_at, fault.still_down_at)
    restored_at = fault.restored_at if fault.restored_at is not None and fault.restored_at <= now else None
    if restored_at is not None:
        restored_at = max(restored_at, fault.known_at)
        still_at = min(still_at, restored_at)
    return Life(still_down_at=min(still_at, now), restored_at=restored_at, witnesses=())


def _touches(fault: Fault, life: Life, asked: Period) -> bool:
    ended_at = life.restored_at or max(life.still_down_at, asked.start_at)
    return fault.known_at < asked.end_at and ended_at >= asked.start_at


def _of_fault(bench: Bench, trouble: Trouble) -> Iterator[Finding]:
    for family in _FAMILIES:
        rule = bench.rule(f"repair.{family}", trouble.fault.known_at)
        rows = [row for row in trouble.told.rows if row.reading.family == family]
        if rule is not None and rows:
            yield _finding(bench, rule, trouble, rows)


def _finding(bench: Bench, rule: Rule, trouble: Trouble, rows: Sequence[Row]) -> Finding:
    fault, life = trouble.fault, trouble.life
    by_time = _together(row.verdict for row in rows)
    verdict, missing = _attributed(by_time, trouble.standing, fault.service)
    if verdict is Verdict.INSUFFICIENT and by_time is Verdict.INSUFFICIENT:
        missing = [*missing, _why_open(rows, life)]
    longest = max(rows, key=lambda row: row.deadline_at)
    figures: dict[str, Figure] = {
        **_figures(trouble),
        "readings": [_row(row) for row in rows],
        "compensation_owed": verdict is Verdict.BREACHED,
        "compensation_eur": None,  # neither the law nor the contract fixes a sum
        "missing": [*missing],
    }
    ended_at = life.restored_at or life.still_down_at
    conclusion = Conclusion(
        verdict=verdict,
        period=Period(fault.known_at, ended_at if ended_at > fault.known_at else longest.deadline_at),
        measured=figures,
        threshold={"deadline_at": iso(longest.deadline_at)},
        sentence=sentence(f"repair.{verdict.value}", **_parts(bench, trouble, longest)),
        witnesses=life.witnesses,
        subject=fault.id,
    )
    return bench.finding(rule, conclusion)


def _figures(trouble: Trouble) -> dict[str, Figure]:
    fault, life, told = trouble.fault, trouble.life, trouble.told
    return {
        "fault": fault.id,
        "ticket": fault.ticket,
        "service": fault.service.value,
        "known_at": iso(fault.known_at),
        "still_down_at": iso(life.still_down_at),
        "restored_at": None if life.restored_at is None else iso(life.restored_at),
        "evidence": "probe" if life.witnesses else "case",
        "standing": None if trouble.standing is None else trouble.standing.value,
        "agreement": told.agreement.value,
        "agreement_in_variants": told.agreement_in_variants.value,
        "primary": told.clock.primary,
        "calendar_version": told.calendar_version,
        "calendar_unknown": [one.value for one in told.unknown],
    }


def _parts(bench: Bench, trouble: Trouble, row: Row) -> dict[str, Said | str]:
    zone, fault, life = bench.contract.line.zone, trouble.fault, trouble.life
    label = row.reading.label
    return {
        "fault": fault.id,
        "known": instant(fault.known_at, zone),
        "deadline": instant(row.deadline_at, zone),
        "ended": instant(life.restored_at or life.still_down_at, zone),
        "still": instant(life.still_down_at, zone),
        "reading": Said(pt=label.pt, en=label.en),
        "agreement": say(f"repair.agreement.{trouble.told.agreement.value}"),
        "source": say("repair.by_probe" if life.witnesses else "repair.by_case"),
    }


def _together(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for readings that differ in their window alone; where they disagree, the window is missing."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else Verdict.INSUFFICIENT


def _attributed(by_time: Verdict, standing: Standing | None, service: Service) -> tuple[Verdict, list[str]]:
    """Only faults of the operator's own are under the clause; a repair in time was in time whosever it was."""
    if standing is Standing.CUSTOMER:
        return Verdict.NOT_APPLICABLE, []
    if by_time is not Verdict.BREACHED or standing is Standing.OPERATOR:
        return by_time, []
    if standing is None and service is not Service.INTERNET:
        return by_time, []  # no probe sees that service: the case's own word is all there is, and the finding says so
    return Verdict.INSUFFICIENT, ["contested" if standing is Standing.CONTESTED else "cause"]


def _why_open(rows: Sequence[Row], life: Life) -> str:
    if len({row.verdict for row in rows}) > 1:
        return "window"
    return "end" if life.restored_at is not None else "term_not_over"


def _row(row: Row) -> Figure:
    return {
        "reading": row.reading.id,
        "deadline_at": iso(row.deadline_at),
        "deadline_without_pauses_at": iso(row.deadline_without_pauses_at),
        "earliest_at": iso(row.earliest_at),
        "latest_at": iso(row.latest_at),
        "switched": {name: iso(at) for name, at in row.flipped.items()},
        "elapsed_s": row.age.wall.total_seconds(),
        "counted_s": row.age.counted.total_seconds(),
        "counted_without_pauses_s": row.age.counted_without_pauses.total_seconds(),
        "verdict": row.verdict.value,
        "in_variants": row.in_variants.value,
    }
