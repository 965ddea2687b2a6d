"""Pure. One local day of one line against its contract: a finding for each promised speed and direction.

Each day is judged under the terms and the version of the rule that were in force on it. Knows nothing of other days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median_low

from analysis.clause import Profile, Rule
from analysis.contract import Contract, Speeds, Terms
from analysis.finding import Figure, Finding, Verdict
from analysis.period import Period, local_day
from analysis.speed import maximum, minimum, normal
from analysis.speed.case import Case, Conclusion
from analysis.speed.evidence import Evidence, Standing, gather
from analysis.speed.given_way import GivenWay
from analysis.speed.missing import More, what_is_missing
from analysis.speed.slots import cut
from analysis.wording import Said, count, day, say, sentence, speed
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction, SpeedTest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    """One rule: where its speed stands in the contract, and who decides."""

    name: str
    bps: Callable[[Speeds], int | None]
    decide: Callable[[Case], Conclusion]
    more: Callable[[Case], More]


_PROMISES: Mapping[str, _Promise] = {
    f"speed.{name}": _Promise(name=name, bps=bps, decide=decide, more=more)
    for name, bps, decide, more in (
        ("maximum", lambda speeds: speeds.maximum_bps, maximum.decide, maximum.more),
        ("minimum", lambda speeds: speeds.minimum_bps, minimum.decide, minimum.more),
        ("normal", lambda speeds: speeds.normal_bps, normal.decide, normal.more),
    )
}
RULES = tuple(_PROMISES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is known of one local day. `tests` are its speed tests, in any order; `down` the time the line was cut."""

    on: date
    contract: Contract
    profile: Profile
    tests: Sequence[StoredRecord]
    down: Sequence[Period]
    now: datetime
    given_way: GivenWay = field(default_factory=GivenWay)

    @property
    def period(self) -> Period:
        """The day at the installation address."""
        return local_day(self.on, self.contract.line.zone)


def judge(day_of: Day) -> tuple[Finding, ...]:
    """The findings of one day, sorted by rule and direction."""
    versions = {rule_id: version(day_of.profile, rule_id, day_of.on) for rule_id in RULES}
    return tuple(
        _judge(day_of, rule, direction) for rule in versions.values() if rule is not None for direction in Direction
    )


def version(profile: Profile, rule_id: str, on: date) -> Rule | None:
    """The rule in force, or its first version before that; None where the profile does not have it."""
    return profile.rule(rule_id, on) or next((rule for rule in profile.rules if rule.id == rule_id), None)


def _judge(day_of: Day, rule: Rule, direction: Direction) -> Finding:
    terms = day_of.contract.on(day_of.on)
    bps = None if terms is None else _PROMISES[rule.id].bps(terms.speeds(direction))
    why_not = refused(day_of, rule, terms, bps)
    if why_not is not None or bps is None:
        conclusion = not_applicable(day_of, rule, direction, why_not or "not_stated")
        return finding(day_of, rule, direction, conclusion, Evidence(witnesses=(), excluded={}))
    other = Direction.UPLOAD if direction is Direction.DOWNLOAD else Direction.DOWNLOAD
    evidence = gather(
        of_direction(day_of.tests, direction),
        bps,
        day_of.profile,
        day_of.down,
        beside=of_direction(day_of.tests, other),
    )
    case = _case(day_of, rule, direction, bps, evidence)
    decided = _PROMISES[rule.id].decide(case) if evidence.witnesses else _nothing(case, evidence)
    return finding(day_of, rule, direction, _completed(case, decided, day_of.given_way), evidence)


def of_direction(tests: Iterable[StoredRecord], direction: Direction) -> list[StoredRecord]:
    """Those of the records that are speed tests of `direction`."""
    return [one for one in tests if isinstance(one.record.body, SpeedTest) and one.record.body.direction is direction]


def _case(day_of: Day, rule: Rule, direction: Direction, bps: int, evidence: Evidence) -> Case:
    lengths_s = rule.parameters["slot_lengths_s"].value
    assert isinstance(lengths_s, tuple)
    return Case(
        on=day_of.on,
        period=day_of.period,
        zone=day_of.contract.line.zone,
        direction=direction,
        rule=rule,
        threshold_bps=bps,
        witnesses=evidence.witnesses,
        slots=cut(
            day_of.period, [one for one in evidence.witnesses if one.of_slot], lengths_s, rule.number("confidence")
        ),
        now=day_of.now,
    )


def refused(day_of: Day, rule: Rule, terms: Terms | None, bps: int | None) -> str | None:
    """Why the rule does not apply, as `any.*` of the sentences has it; None where it does."""
    if terms is None:
        return "no_terms"
    if day_of.on < rule.valid_from:
        return "no_rule"
    if day_of.contract.technology not in rule.technologies:
        return "technology"
    return "not_stated" if bps is None else None


def _speed_name(rule: Rule) -> Said:
    return say(f"speed.{rule.id.split('.')[1]}")


def not_applicable(day_of: Day, rule: Rule, direction: Direction, why: str) -> Conclusion:
    """The conclusion that says so."""
    return Conclusion(
        verdict=Verdict.NOT_APPLICABLE,
        measured={},
        threshold={},
        sentence=sentence(f"any.{why}", day=day(day_of.on), direction=direction.value, speed_name=_speed_name(rule)),
    )


def _nothing(case: Case, evidence: Evidence) -> Conclusion:
    more = _PROMISES[case.rule.id].more(case)
    return Conclusion(
        verdict=Verdict.INSUFFICIENT,
        measured={"missing": what_is_missing(case, more)},
        threshold={},
        sentence=sentence(
            "any.no_tests",
            day=day(case.on),
            direction=case.direction.value,
            speed=speed(case.threshold_bps),
            speed_name=_speed_name(case.rule),
            left_out=count("left_out", sum(evidence.excluded.values())),
        ),
    )


def _completed(case: Case, conclusion: Conclusion, given_way: GivenWay) -> Conclusion:
    """With the figures that every rule has in common."""
    rates = sorted(witness.bps for witness in case.witnesses)
    ended = [slot.standing for slot in case.slots if slot.period.end_at <= case.now]
    spread: dict[str, Figure] = {
        "slots_ended_tested": sum(standing is not None for standing in ended),
        "slots_below": ended.count(Standing.BELOW),
        "slots_not_reached": ended.count(Standing.BELOW) + ended.count(Standing.UNSURE),
        "slots_to_come": len(case.slots) - len(ended),
        "slot_s": case.slot_s,
        "slots_tested": sum(slot.standing is not None for slot in case.slots),
        "slots_total": len(case.slots),
        "lowest_bps": rates[0] if rates else None,
        "median_bps": median_low(rates) if rates else None,
        "highest_bps": rates[-1] if rates else None,
        "servers": [*sorted({witness.server for witness in case.witnesses})],
    }
    limits: dict[str, Figure] = {
        "bps": case.threshold_bps,
        "layer": case.layer,
        "error_share": case.rule.number("error_share"),
    }
    return Conclusion(
        verdict=conclusion.verdict,
        measured={**conclusion.measured, **spread, **given_way.figures()},
        threshold={**limits, **conclusion.threshold},
        interval=conclusion.interval,
        sentence=conclusion.sentence,
    )


def finding(day_of: Day, rule: Rule, direction: Direction, conclusion: Conclusion, evidence: Evidence) -> Finding:
    """The conclusion of `rule` on the day, with the tests that carry it."""
    return Finding(
        line=day_of.contract.line.id,
        rule=rule.id,
        rule_version=rule.version,
        profile=day_of.profile.id,
        clause=rule.clause,
        direction=direction,
        period=day_of.period,
        local_day=day_of.on,
        verdict=conclusion.verdict,
        measured={**conclusion.measured, **({"failed": dict(evidence.failed)} if evidence.failed else {})},
        threshold=conclusion.threshold,
        n_used=len(evidence.witnesses),
        n_excluded=evidence.excluded,
        interval=conclusion.interval,
        witnesses=tuple(sorted(witness.record_id for witness in evidence.witnesses)),
        sentence=conclusion.sentence,
    )
