"""Pure. One line's tests under another country's rules: a finding for each rule, direction and complete campaign.

Comparators: they do not bind a Portuguese operator and certify nothing, and every sentence says so. A rule that states
no threshold, and one whose text leaves these tests open, ends *insufficient* with its figures. Knows nothing of the
contract's own rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.clause import Parameter, Profile, Rule
from analysis.contract import Contract, Terms
from analysis.country.campaign import campaigns, lack
from analysis.country.comparator import Comparator, design
from analysis.country.statistic import STATISTICS
from analysis.country.trial import Trial, Trials, trials
from analysis.finding import Figure, Finding, Sentence, Verdict
from analysis.period import Period, local_day
from analysis.wording import Said, count, day, say, sentence, speed
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the tests are held against. `limits`: the profile whose measuring limits say which tests are clean."""

    contract: Contract
    period: Period
    limits: Profile
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    comparator: Comparator
    rule: Rule
    direction: Direction
    held: Held
    level_bps: float | None
    trials: Trials

    @property
    def layer(self) -> str:
        return str(self.comparator.profile.measurement["layer"].value)


def judge(comparator: Comparator, tests: Iterable[StoredRecord], held: Held) -> tuple[Finding, ...]:
    """The findings of `comparator` on the tests of the contract's line that started in the period, sorted by rule.

    The contract's terms are those of the period's last day, or of today; tests before they came into force are not
    looked at.
    """
    zone = held.contract.line.zone
    until_at = min(held.period.end_at - timedelta(microseconds=1), held.now)
    terms = held.contract.on(until_at.astimezone(zone).date())
    since_at = held.period.start_at if terms is None else local_day(terms.from_on, zone).start_at
    ours = [
        one
        for one in tests
        if one.record.line == held.contract.line.id
        and one.record.started.at in held.period
        and since_at <= one.record.started.at <= held.now
    ]
    return tuple(
        finding
        for rule in comparator.profile.rules
        for direction in _directions(rule)
        for finding in _judge(_case(comparator, rule, direction, held, terms, ours))
    )


def _directions(rule: Rule) -> tuple[Direction, ...]:
    only = rule.parameters.get("direction")
    return tuple(Direction) if only is None else (Direction(str(only.value)),)


def _case(
    comparator: Comparator,
    rule: Rule,
    direction: Direction,
    held: Held,
    terms: Terms | None,
    tests: Sequence[StoredRecord],
) -> _Case:
    level_bps = None if terms is None else _level_bps(rule, terms, direction)
    layer = str(comparator.profile.measurement["layer"].value)
    zone = held.contract.line.zone
    clean = trials(tests, direction, needed_bps=round(level_bps or 0), zone=zone, limits=held.limits, layer=layer)
    return _Case(comparator=comparator, rule=rule, direction=direction, held=held, level_bps=level_bps, trials=clean)


def _judge(case: _Case) -> Iterator[Finding]:
    if case.level_bps is None:
        yield _not_applicable(case)
        return
    complete = campaigns(case.trials.kept, design(case.rule))
    for campaign in complete:
        yield _decided(case, campaign, case.level_bps)
    if not complete:
        yield _incomplete(case)


def _level_bps(rule: Rule, terms: Terms, direction: Direction) -> float | None:
    """The speed that is held against the tests; None where the contract does not state it."""
    speeds = terms.speeds(direction)
    word = rule.parameters["speed"].value
    bps = {"maximum": speeds.maximum_bps, "normal": speeds.normal_bps, "minimum": speeds.minimum_bps}[str(word)]
    return None if bps is None else bps * rule.number("factor")


def _decided(case: _Case, campaign: tuple[Trial, ...], level_bps: float) -> Finding:
    decide = STATISTICS[str(case.rule.parameters["statistic"].value)]
    outcome = decide(campaign, level_bps, _numbers(case.rule.parameters))
    verdict = {True: Verdict.BREACHED, False: Verdict.MET, None: Verdict.INSUFFICIENT}[outcome.broken]
    zone = case.held.contract.line.zone
    span = Period(local_day(campaign[0].on, zone).start_at, local_day(campaign[-1].on, zone).end_at)
    words = {True: "broken", False: "kept", None: "open"}[outcome.broken]
    said = sentence(
        f"country.{words}",
        **_parts(case, level_bps),
        tests=count("tests", len(campaign), direction=case.direction.value),
        first=day(campaign[0].on),
        last=day(campaign[-1].on),
    )
    measured: dict[str, Figure] = {**outcome.figures, "lowest_bps": min(one.bps for one in campaign)}
    return _finding(case, verdict, measured, said, span, campaign)


def _incomplete(case: _Case) -> Finding:
    wanted = lack(case.trials.kept, design(case.rule))
    said = sentence(
        "country.incomplete",
        **_parts(case, case.level_bps or 0),
        tests=str(wanted.tests),
        tests_wanted=str(wanted.tests_wanted),
        days=str(wanted.days),
        days_wanted=str(wanted.days_wanted),
    )
    missing: dict[str, Figure] = {
        "tests": wanted.tests,
        "tests_wanted": wanted.tests_wanted,
        "days": wanted.days,
        "days_wanted": wanted.days_wanted,
    }
    return _finding(case, Verdict.INSUFFICIENT, {"missing": missing}, said, case.held.period, ())


def _not_applicable(case: _Case) -> Finding:
    said = sentence("country.not_stated", **_parts(case, 0))
    return _finding(case, Verdict.NOT_APPLICABLE, {}, said, case.held.period, ())


def _parts(case: _Case, level_bps: float) -> dict[str, Said | str]:
    return {
        "profile": case.comparator.profile.title,
        "rule": case.comparator.texts[case.rule.id],
        "direction": case.direction.value,
        "level": speed(level_bps),
        "caveat": say("country.caveat"),
    }


def _numbers(parameters: Mapping[str, Parameter]) -> dict[str, float]:
    return {
        name: float(parameter.value)
        for name, parameter in parameters.items()
        if not isinstance(parameter.value, str | tuple)
    }


def _finding(
    case: _Case,
    verdict: Verdict,
    measured: Mapping[str, Figure],
    said: Sentence,
    period: Period,
    campaign: tuple[Trial, ...],
) -> Finding:
    threshold: dict[str, Figure] = {
        "bps": None if case.level_bps is None else round(case.level_bps),
        "layer": case.layer,
        "statistic": str(case.rule.parameters["statistic"].value),
        "comparator": True,
        "binding_there": case.comparator.binding,
    }
    threshold |= {
        name: parameter
        for name, parameter in _numbers(case.rule.parameters).items()
        if name not in case.comparator.profile.measurement
    }
    unused = len(case.trials.kept) - len(campaign)
    excluded = {**case.trials.left_out, **({"outside_campaign": unused} if unused else {})}
    return Finding(
        line=case.held.contract.line.id,
        rule=case.rule.id,
        rule_version=case.rule.version,
        profile=case.comparator.profile.id,
        clause=case.rule.clause,
        direction=case.direction,
        period=period,
        local_day=None,
        verdict=verdict,
        measured=measured,
        threshold=threshold,
        n_used=len(campaign),
        n_excluded=excluded,
        witnesses=tuple(sorted(one.record_id for one in campaign)),
        sentence=said,
    )
