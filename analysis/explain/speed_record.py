"""Pure. The speed tests of a finding: those it rests on, and every other one of its time and direction with its reason.

Each is held against the speed that was promised on its own day, as the judgement does. Knows no other kind of finding.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from analysis.clause import Rule
from analysis.explain.around import Around
from analysis.explain.explanation import LeftOut, Used
from analysis.finding import Finding, Verdict
from analysis.profile import load
from analysis.report import JudgedTest
from analysis.speed.evidence import left_out, stand
from probe.body.speed_test import Direction, SpeedTest

_NOT_JUDGED = "day_not_judged"
_NOT_APPLICABLE = "rule_not_applicable"
_OUTSIDE = "outside_campaign"


def used(finding: Finding, around: Around, rule: Rule) -> tuple[Used, ...]:
    """Sorted by time."""
    witnesses = frozenset(finding.witnesses)
    return tuple(_used(one, finding, around, rule) for one in _of(finding, around) if _id(one) in witnesses)


def unused(finding: Finding, around: Around, rule: Rule) -> tuple[LeftOut, ...]:
    """Sorted by time. The first reason of each is the one that `n_excluded` counts it under."""
    witnesses = frozenset(finding.witnesses)
    counted = _counted(finding, around, rule)
    return tuple(
        LeftOut(
            record_id=_id(one),
            at=one.stored.record.started.at,
            batch_sha256=one.stored.batch_sha256,
            reasons=_reasons(one, finding, counted),
        )
        for one in _of(finding, around)
        if _id(one) not in witnesses
    )


def _of(finding: Finding, around: Around) -> list[JudgedTest]:
    ours = [one for one in around.tests if _direction(one) is finding.direction and _inside(one, finding)]
    return sorted(ours, key=lambda one: (one.stored.record.started.at, _id(one)))


def _inside(one: JudgedTest, finding: Finding) -> bool:
    """A comparator counts every test of the time asked about, wherever its campaign lies in it."""
    return bool(finding.threshold.get("comparator")) or one.stored.record.started.at in finding.period


def _direction(one: JudgedTest) -> Direction:
    assert isinstance(one.stored.record.body, SpeedTest)
    return one.stored.record.body.direction


def _id(one: JudgedTest) -> str:
    return one.stored.record.id


def _used(one: JudgedTest, finding: Finding, around: Around, rule: Rule) -> Used:
    test, bps = one.stored.record.body, _level_bps(finding, rule, around, _on(one, around))
    assert isinstance(test, SpeedTest)
    judged = bps is not None and test.rate_bps is not None
    standing = stand(test, bps, load(around.contract.profile)).value if judged and bps is not None else None
    return Used(
        record_id=_id(one),
        at=one.stored.record.started.at,
        batch_sha256=one.stored.batch_sha256,
        rate_bps=test.rate_bps if test.ip_rate_bps is None else test.ip_rate_bps,
        standing=standing,
    )


def _counted(finding: Finding, around: Around, rule: Rule) -> Mapping[str, str]:
    """By id, for every test that the judgement left out, why."""
    found: dict[str, str] = {}
    for on, tests in _by_day(around).items():
        bps = _level_bps(finding, rule, around, on)
        if bps is None:
            continue
        found |= left_out(
            [one.stored for one in tests if _direction(one) is finding.direction and _inside(one, finding)],
            bps,
            load(around.contract.profile),
            around.down,
            beside=[one.stored for one in tests if _direction(one) is not finding.direction],
        )
    return found


def _by_day(around: Around) -> dict[date, list[JudgedTest]]:
    found: dict[date, list[JudgedTest]] = {}
    for one in around.tests:
        found.setdefault(_on(one, around), []).append(one)
    return found


def _on(one: JudgedTest, around: Around) -> date:
    return one.stored.record.started.at.astimezone(around.contract.line.zone).date()


def _level_bps(finding: Finding, rule: Rule, around: Around, on: date) -> int | None:
    """The speed that a test of that day is held against; None where none was promised."""
    told = finding.threshold.get("bps")
    if isinstance(told, int) and finding.local_day is not None and not finding.rule.endswith(".rolling"):
        return told
    if finding.profile != around.contract.profile:
        return told if isinstance(told, int) else None
    terms = around.contract.on(on)
    if terms is None or finding.direction is None:
        return None
    normal_bps = terms.speeds(finding.direction).normal_bps
    share = rule.number("level_share") if "level_share" in rule.parameters else 1.0
    return None if normal_bps is None else round(normal_bps * share)


def _reasons(one: JudgedTest, finding: Finding, counted: Mapping[str, str]) -> tuple[str, ...]:
    first = counted.get(_id(one)) or _otherwise(one, finding)
    return tuple(dict.fromkeys([first, *_told(one.reasons)]))


def _otherwise(one: JudgedTest, finding: Finding) -> str:
    """Of a test that could have counted: a campaign took others, or its day was not judged at all."""
    if finding.threshold.get("comparator"):
        return str(one.reasons[0]) if Verdict.BREACHED not in one.valid_for and one.reasons else _OUTSIDE
    return _NOT_APPLICABLE if finding.verdict is Verdict.NOT_APPLICABLE else _NOT_JUDGED


def _told(reasons: Iterable[str]) -> Iterator[str]:
    yield from (str(reason) for reason in reasons)
