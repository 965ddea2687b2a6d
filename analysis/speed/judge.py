"""Pure. Every speed rule over a period: each civil day, other 24 hours that end in it, and all its days together.

Knows nothing of how any rule decides, nor of time away or money.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from analysis.clause import Rule
from analysis.contract import Contract
from analysis.country.judge import Held as Comparable
from analysis.discrepancy import judge as discrepancy
from analysis.discrepancy.comparison import compared
from analysis.discrepancy.day_count import DayCount, count
from analysis.finding import Figure, Finding
from analysis.period import Period
from analysis.speed import day, rolling
from analysis.speed.case import Case
from analysis.speed.day import Day, of_direction
from analysis.speed.evidence import Evidence, excluded_together, gather
from analysis.speed.slots import Slot
from analysis.speed.window import Tests
from probe.body.speed_test import Direction

_ROLLING, _DISCREPANCY = "speed.normal.rolling", "speed.discrepancy"
_OTHER = {Direction.DOWNLOAD: Direction.UPLOAD, Direction.UPLOAD: Direction.DOWNLOAD}


def judge(days: Sequence[Day], before: Day) -> tuple[Finding, ...]:
    """Day by day, then all `days`, which follow one another; `before` is the day before the first."""
    found: list[Finding] = []
    for yesterday, today in zip((before, *days), days, strict=False):
        found.extend(day.judge(today))
        found.extend(_rolling(yesterday, today))
    found.extend(_discrepancies(days))
    return tuple(found)


def _rolling(yesterday: Day, today: Day) -> Iterator[Finding]:
    rule = day.version(today.profile, _ROLLING, today.on)
    if rule is not None:
        for direction in Direction:
            yield _rolling_in(direction, rule, yesterday, today)


def _rolling_in(direction: Direction, rule: Rule, yesterday: Day, today: Day) -> Finding:
    terms, bps = today.contract.on(today.on), _normal_bps(today.contract, today.on, direction)
    why_not = day.refused(today, rule, terms, bps)
    if why_not is not None or bps is None:
        conclusion = day.not_applicable(today, rule, direction, why_not or "not_stated")
        return day.finding(today, rule, direction, conclusion, Evidence(witnesses=(), excluded={}))
    reach = rolling.reach(today.period, rule)
    evidence = _together(reach, (yesterday, today), direction)
    case = Case(
        on=today.on,
        period=today.period,
        zone=today.contract.line.zone,
        direction=direction,
        rule=rule,
        threshold_bps=bps,
        witnesses=evidence.witnesses,
        slots=(Slot(today.period, None),),
        now=today.now,
    )
    found = day.finding(today, rule, direction, rolling.decide(case), evidence)
    return replace(found, period=reach)


def _together(reach: Period, days: Sequence[Day], direction: Direction) -> Evidence:
    """The tests of the days in `reach`, each held against the speed that was promised on its own day."""
    gathered = []
    for one in days:
        bps = _normal_bps(one.contract, one.on, direction)
        if bps is not None:
            tests = _tests(one, direction)
            inside = [test for test in tests.of if test.record.started.at in reach]
            gathered.append(gather(inside, bps, one.profile, one.down, beside=tests.beside))
    return Evidence(
        witnesses=tuple(witness for one in gathered for witness in one.witnesses),
        excluded=excluded_together(gathered),
    )


def _discrepancies(days: Sequence[Day]) -> Iterator[Finding]:
    first, last = days[0], days[-1]
    rule = day.version(last.profile, _DISCREPANCY, last.on)
    if rule is None:
        return
    period = Period(first.period.start_at, last.period.end_at)
    held = Comparable(contract=last.contract, period=period, limits=last.profile, now=last.now)
    names = str(rule.parameters["comparators"].value).split()
    beside: dict[Direction, list[Figure]] = compared(names, [test for one in days for test in one.tests], held)
    for direction in Direction:
        counted = tuple(_counted(days, rule, direction))
        judged = {one.on for one in counted}
        yield discrepancy.judge(
            discrepancy.Held(
                contract=last.contract,
                period=period,
                profile=last.profile.id,
                rule=rule,
                direction=direction,
                days=counted,
                passed_over=sum(len(of_direction(one.tests, direction)) for one in days if one.on not in judged),
                compared=beside[direction],
            )
        )


def _counted(days: Sequence[Day], rule: Rule, direction: Direction) -> Iterator[DayCount]:
    for one in days:
        bps = _normal_bps(one.contract, one.on, direction)
        if bps is not None and one.now >= one.period.end_at and one.on >= rule.valid_from:
            yield count(_tests(one, direction), round(bps * rule.number("level_share")), rule)


def _tests(one: Day, direction: Direction) -> Tests:
    return Tests(
        on=one.on,
        period=one.period,
        zone=one.contract.line.zone,
        profile=one.profile,
        of=of_direction(one.tests, direction),
        beside=of_direction(one.tests, _OTHER[direction]),
        down=one.down,
    )


def _normal_bps(contract: Contract, on: date, direction: Direction) -> int | None:
    """None where the contract was not in force, or does not state it."""
    terms = contract.on(on)
    return None if terms is None else terms.speeds(direction).normal_bps
