"""Pure. What is known from elsewhere, put to an outage: announced works, a witness outside, a time of day it keeps.

Knows nothing of the ladder.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from analysis.clause import LedgerRules
from analysis.outage.attribute import step
from analysis.outage.circumstance import Circumstances, OutsideView
from analysis.outage.outage import Cause, Concern, Confidence, Flag, Imputable, Outage, Severity, Verdict
from analysis.outage.stretch import shared_us, stretch_of, total_us

_DAY = timedelta(days=1)
_US_PER_S = 1_000_000
_AT_HOME = frozenset({Cause.OWN_LINK, Cause.GATEWAY})


def as_announced(outage: Outage, circumstances: Circumstances) -> Outage:
    """An outage within an announced window is planned; one that outlasts it says so and keeps its own cause."""
    down = [stretch_of(period) for period in outage.down]
    for planned in circumstances.planned:
        shared = shared_us(down, [stretch_of(planned.period)])
        if shared and shared == total_us(down) and outage.verdict.cause not in _AT_HOME:
            verdict = Verdict(Cause.PLANNED, outage.verdict.confidence, planned.imputable_to)
            return replace(outage, verdict=verdict)
        if shared:
            return replace(outage, flags=(*outage.flags, Flag.PLANNED_PARTLY))
    return outage


def as_seen_outside(outage: Outage, outside: OutsideView) -> Outage:
    """A witness outside that had answers all the while speaks against the line; one that had none, for the outage.

    It cannot tell whose it was: a router without power is as silent as a line that was cut. What is briefer than two of
    its questions are apart may lie between them: its answers say nothing of that.
    """
    if outage.concern is not Concern.LINE:
        return outage
    down = [stretch_of(period) for period in outage.down]
    alive = shared_us(down, [stretch_of(period) for period in outside.alive])
    dead = shared_us(down, [stretch_of(period) for period in outside.dead])
    verdict = outage.verdict
    if alive * 2 > total_us(down) >= 2 * outside.apart_s * _US_PER_S:
        whose = verdict.imputable_to if verdict.imputable_to is Imputable.CUSTOMER else Imputable.UNKNOWN
        verdict = Verdict(verdict.cause, Confidence.LOW, whose)
        return replace(outage, verdict=verdict, flags=(*outage.flags, Flag.ALIVE_FROM_OUTSIDE))
    if dead * 2 > total_us(down):
        if verdict.cause is not Cause.UNKNOWN:
            verdict = replace(verdict, confidence=step(verdict.confidence, 1))
        return replace(outage, verdict=verdict, flags=(*outage.flags, Flag.DEAD_FROM_OUTSIDE))
    return outage


def with_habits(outages: Sequence[Outage], rules: LedgerRules) -> tuple[Outage, ...]:
    """Flapping and a time of day that is kept, marked on every outage of the line that takes part.

    An interruption at the same time every day may be the router's own setting as well as the operator's: nobody's.
    """
    ours = [outage for outage in outages if outage.concern is Concern.LINE]
    flapping = _flapping(ours, rules)
    regular = {id(one) for one in ours if _is_brief(one) and _same_time_days(one, ours, rules) >= rules.same_time_days}
    return tuple(_marked(one, flaps=id(one) in flapping, regular=id(one) in regular) for one in outages)


def _marked(outage: Outage, *, flaps: bool, regular: bool) -> Outage:
    flags = (*outage.flags, *([Flag.FLAPPING] if flaps else []), *([Flag.EVERY_24_H] if regular else []))
    verdict = outage.verdict
    if regular and verdict.imputable_to is Imputable.OPERATOR:
        verdict = replace(verdict, imputable_to=Imputable.UNKNOWN)
    return replace(outage, flags=flags, verdict=verdict)


def _flapping(outages: Sequence[Outage], rules: LedgerRules) -> set[int]:
    starts = [outage.down[0].start_at for outage in outages]
    found: set[int] = set()
    for first in range(len(outages) - rules.flap_count + 1):
        last = first + rules.flap_count - 1
        if (starts[last] - starts[first]).total_seconds() <= rules.flap_window_s:
            found |= {id(outage) for outage in outages[first : last + 1]}
    return found


def _is_brief(outage: Outage) -> bool:
    return outage.severity in {Severity.MICRO, Severity.SHORT}


def _same_time_days(outage: Outage, outages: Sequence[Outage], rules: LedgerRules) -> int:
    """On how many days, this one inside, a brief interruption began at about the same time."""
    start_at, near = outage.down[0].start_at, timedelta(seconds=rules.same_time_s)
    days = set()
    for other in outages:
        apart = other.down[0].start_at - start_at
        count = round(apart / _DAY)
        if _is_brief(other) and abs(apart - count * _DAY) <= near:
            days.add(count)
    return len(days)
