"""Pure. One finding laid open: the rule in force, its arithmetic, and each record, used or left out and why.

Works from the same records as the judgement did. Knows nothing of where they come from.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from analysis.clause import Rule
from analysis.contract import Contract
from analysis.explain.explanation import Explanation, LeftOut, Used
from analysis.explain.step import steps
from analysis.finding import Finding
from analysis.profile import load
from analysis.report import JudgedTest
from analysis.speed.evidence import stand
from probe.body.speed_test import SpeedTest


def explain(finding: Finding, tests: Iterable[JudgedTest], contract: Contract) -> Explanation:
    """`tests`: every judged test of the line around the finding's period. Raises ProfileError as the judgement does."""
    rule = _rule(finding, contract)
    ours = _of(finding, tests)
    witnesses = frozenset(finding.witnesses)
    return Explanation(
        finding=finding,
        rule_text=rule.text,
        valid_from=rule.valid_from,
        open_readings=rule.open_readings,
        parameters=rule.parameters,
        steps=steps(finding),
        used=tuple(_used(one, finding, contract) for one in ours if one.stored.record.id in witnesses),
        left_out=tuple(_left_out(one) for one in ours if one.stored.record.id not in witnesses),
    )


def _rule(finding: Finding, contract: Contract) -> Rule:
    """The very version that decided."""
    rules = load(contract.profile).rules
    return next(rule for rule in rules if (rule.id, rule.version) == (finding.rule, finding.rule_version))


def _of(finding: Finding, tests: Iterable[JudgedTest]) -> Sequence[JudgedTest]:
    """The tests that it could rest on; none for a rule on anything but speeds, whose witnesses are outages."""
    if not finding.rule.startswith("speed."):
        return ()
    ours = [one for one in tests if _started_at(one) in finding.period and _direction_fits(one, finding)]
    return sorted(ours, key=lambda one: (_started_at(one), one.stored.record.id))


def _direction_fits(one: JudgedTest, finding: Finding) -> bool:
    test = one.stored.record.body
    return isinstance(test, SpeedTest) and finding.direction in {None, test.direction}


def _used(one: JudgedTest, finding: Finding, contract: Contract) -> Used:
    test = one.stored.record.body
    assert isinstance(test, SpeedTest)
    threshold_bps = finding.threshold.get("bps")
    standing = (
        stand(test, threshold_bps, load(contract.profile))
        if isinstance(threshold_bps, int) and test.rate_bps is not None
        else None
    )
    return Used(
        record_id=one.stored.record.id,
        at=_started_at(one),
        batch_sha256=one.stored.batch_sha256,
        rate_bps=test.rate_bps if test.ip_rate_bps is None else test.ip_rate_bps,
        standing=None if standing is None else standing.value,
    )


def _left_out(one: JudgedTest) -> LeftOut:
    return LeftOut(
        record_id=one.stored.record.id,
        at=_started_at(one),
        batch_sha256=one.stored.batch_sha256,
        reasons=one.reasons,
    )


def _started_at(one: JudgedTest) -> datetime:
    return one.stored.record.started.at
