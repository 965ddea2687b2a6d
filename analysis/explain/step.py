"""Pure. The arithmetic of a finding, line by line, from the figures that the finding itself carries.

So nothing can be explained that is not in the finding. A rule without steps of its own has none beyond its figures.
Knows nothing of records.
"""

from collections.abc import Callable, Iterator, Mapping

from analysis.binomial import lower_limit, upper_limit
from analysis.explain.claim_step import claim_steps
from analysis.explain.comparator_step import comparator_steps
from analysis.explain.explanation import Step
from analysis.explain.speed_step import discrepancy_steps, rolling_steps, run_step, two_phase_step
from analysis.finding import Figure, Finding
from analysis.wording import say

_Figures = Mapping[str, Figure]


def steps(finding: Finding) -> tuple[Step, ...]:
    """In the order in which they decide; none of a speed that no test carries."""
    if finding.threshold.get("comparator"):
        return comparator_steps(finding)
    if not finding.rule.startswith("speed."):
        return claim_steps(finding)
    lay_open = _BY_RULE.get(finding.rule)
    return () if lay_open is None or not finding.n_used else tuple(lay_open(finding))


def _normal(finding: Finding) -> Iterator[Step]:
    yield _cut(finding)
    yield _at_least_below(finding)
    yield run_step(finding)
    yield from two_phase_step(finding)
    yield _at_most_below(finding)
    yield _compared(finding, 1 - _number(finding.threshold, "share"))


def _minimum(finding: Finding) -> Iterator[Step]:
    yield _cut(finding)
    apart, wanted = _number(finding.measured, "below_apart_count"), _number(finding.threshold, "tests_below")
    gap_s = _number(finding.threshold, "separation_s")
    formula = f"below_apart_count ({gap_s:g} s apart) = {apart:g}, wanted {wanted:g}"
    yield Step(says=say("explain.apart"), formula=f"{formula} -> {'breached' if apart >= wanted else 'not breached'}")
    yield _at_most_below(finding)
    yield _compared(finding, _number(finding.threshold, "below_share"))


def _maximum(finding: Finding) -> Iterator[Step]:
    yield _cut(finding)
    reached = _number(finding.measured, "reached_count")
    yield Step(says=say("explain.reached"), formula=f"reached_count = {reached:g} -> {'met' if reached else 'not met'}")
    if finding.interval is not None:
        tested, total = _whole(finding.measured, "slots_tested"), _whole(finding.measured, "slots_total")
        formula = _upper(0, tested, total, _number(finding.threshold, "confidence"))
        yield Step(says=say("explain.at_most_at_maximum"), formula=formula)
        yield _compared(finding, _number(finding.threshold, "unseen_share"))


def _cut(finding: Finding) -> Step:
    total, tested = _whole(finding.measured, "slots_total"), _whole(finding.measured, "slots_tested")
    slot_s, day_s = _number(finding.measured, "slot_s"), finding.period.duration.total_seconds()
    formula = f"slots_total = {day_s:g} s / {slot_s:g} s = {total}; slots_tested = {tested}"
    return Step(says=say("explain.cut"), formula=formula)


def _at_least_below(finding: Finding) -> Step:
    """Slots to come count as tested and good."""
    measured, limits = finding.measured, finding.threshold
    confidence = _number(limits, "breach_confidence" if "breach_confidence" in limits else "confidence")
    count, total = _whole(measured, "slots_below"), _whole(measured, "slots_total")
    tested = _whole(measured, "slots_ended_tested") + _whole(measured, "slots_to_come")
    if not count:
        return Step(says=say("explain.at_least"), formula="slots_below = 0 -> 0")
    limit = lower_limit(count, tested, confidence)
    formula = f"BetaInv({1 - confidence:.4g}; {count}, {tested - count + 1}) x {tested}/{total}"
    return Step(
        says=say("explain.at_least"),
        formula=f"{formula} = {limit:.6f} x {tested}/{total} = {limit * tested / total:.6f}",
    )


def _at_most_below(finding: Finding) -> Step:
    measured, confidence = finding.measured, _number(finding.threshold, "confidence")
    count, tested = _whole(measured, "slots_not_reached"), _whole(measured, "slots_ended_tested")
    return Step(says=say("explain.at_most"), formula=_upper(count, tested, _whole(measured, "slots_total"), confidence))


def _upper(count: int, tested: int, total: int, confidence: float) -> str:
    """Slots without a test count as bad."""
    if count == tested:
        return f"slots_not_reached = slots_ended_tested = {tested} -> 1"
    limit = upper_limit(count, tested, confidence)
    unseen = total - tested
    share = limit * tested / total + unseen / total
    formula = f"BetaInv({confidence:.4g}; {count + 1}, {tested - count}) x {tested}/{total} + {unseen}/{total}"
    return f"{formula} = {limit:.6f} x {tested}/{total} + {unseen}/{total} = {share:.6f}"


def _compared(finding: Finding, limit: float) -> Step:
    assert finding.interval is not None
    low, high = finding.interval.low, finding.interval.high
    formula = f"at least {low:.6f}, at most {high:.6f}; limit {limit:.6f} -> {finding.verdict}"
    return Step(says=say(f"explain.{finding.rule.removeprefix('speed.')}"), formula=formula)


def _whole(figures: _Figures, name: str) -> int:
    return round(_number(figures, name))


def _number(figures: _Figures, name: str) -> float:
    value = figures[name]
    assert isinstance(value, int | float)
    return float(value)


_BY_RULE: Mapping[str, Callable[[Finding], Iterator[Step]]] = {
    "speed.maximum": _maximum,
    "speed.minimum": _minimum,
    "speed.normal": _normal,
    "speed.normal.rolling": rolling_steps,
    "speed.discrepancy": discrepancy_steps,
}
