"""Pure. Each local day of a line as points: its seconds, its outages, its tests, and what was promised.

A day is the line's own, of 23, 24 or 25 hours. Judges nothing: it adds up what was judged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from analysis.contract import Contract
from analysis.finding import Verdict
from analysis.outage.outage import Cause, Concern, Imputable, Outage
from analysis.period import Period, local_day
from analysis.report import JudgedTest, Ledger, State
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.judgement import JudgedLine
from dashboards.grafana.judged.point import Place, Point, Value
from dashboards.grafana.judged.speed_tests import medians, of_day, rates
from probe.body.speed_test import Direction

_PROMISED = ("maximum_bps", "normal_bps", "minimum_bps")


def day_point(day: date, judged: JudgedLine, place: Place) -> Point:
    """One day's sums, up to now where it is not over."""
    contract = judged.report.contract
    whole = local_day(day, contract.line.zone)
    outages = [one for one in judged.account.outages if one.concern is Concern.LINE]
    tests = of_day(day, judged.tests, contract.line.zone)
    breached = (one for one in judged.report.findings if one.verdict is Verdict.BREACHED)
    fields: dict[str, Value | None] = {
        **{f"{state.value}_s": _seconds(judged.account.ledger, whole, state) for state in State},
        "outage_count": sum(one.down[0].start_at in whole for one in outages),
        "breach_count": sum(one.local_day == day for one in breached),
        **_attributed(outages, whole),
        **medians(tests),
        **_shares(tests, contract, day),
    }
    return Point(measurement="day", tags=place.tags(), fields=fields, at_ns=at_ns(whole.start_at))


def promise_points(day: date, contract: Contract, place: Place) -> Iterator[Point]:
    """What was promised that day, each direction; nothing before the contract began."""
    terms = contract.on(day)
    if terms is None:
        return
    start_ns = at_ns(local_day(day, contract.line.zone).start_at)
    for direction in Direction:
        fields = {name: getattr(terms.speeds(direction), name) for name in _PROMISED}
        yield Point(measurement="promise", tags=place.tags(direction=direction.value), fields=fields, at_ns=start_ns)


def _shares(tests: Sequence[JudgedTest], contract: Contract, day: date) -> dict[str, Value | None]:
    terms = contract.on(day)
    return {
        f"{direction.value}_share": median(own) / terms.speeds(direction).maximum_bps
        if terms is not None and (own := rates(tests, direction))
        else None
        for direction in Direction
    }


def _seconds(ledger: Ledger, whole: Period, state: State) -> float:
    return _within((span.period for span in ledger.spans if span.state is state), whole)


def _attributed(outages: Sequence[Outage], whole: Period) -> Mapping[str, float]:
    by_cause = {
        f"down_{cause.value}_s": _within(_down(one for one in outages if one.verdict.cause is cause), whole)
        for cause in Cause
        if cause is not Cause.PROBE
    }
    by_whose = {
        f"down_of_{whose.value}_s": _within(_down(one for one in outages if one.verdict.imputable_to is whose), whole)
        for whose in Imputable
    }
    return by_cause | by_whose


def _down(outages: Iterable[Outage]) -> Iterator[Period]:
    return (period for one in outages for period in one.down)


def _within(periods: Iterable[Period], whole: Period) -> float:
    parts = (period.clip(whole) for period in periods)
    return float(sum(part.duration.total_seconds() for part in parts if part is not None))
