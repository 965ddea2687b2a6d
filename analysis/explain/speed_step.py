"""Pure. The arithmetic of the speed rules beyond one limit: runs, windows and many days, from a finding's own figures.

Knows nothing of records.
"""

from collections.abc import Iterator, Mapping, Sequence

from analysis.binomial import tail_at_least
from analysis.explain.explanation import Step
from analysis.finding import Figure, Finding
from analysis.wording import say

_Figures = Mapping[str, Figure]


def run_step(finding: Finding) -> Step:
    """The second proof of a breach."""
    told, limits = finding.measured, finding.threshold
    share, total, run = _number(limits, "share"), _number(told, "slots_total"), _number(told, "longest_run")
    budget = (1 - share) * total
    formula = f"budget = {1 - share:.4g} x {total:g} = {budget:.4g}; longest_run = {run:g}"
    chance = f"({budget:.4g} / {run:g}) ** {run:g}" if run > budget else "no bound"
    decided = f"{chance} -> {_number(told, 'run_chance_at_most'):.6f}; allowed {_number(limits, 'run_error'):g}"
    return Step(says=say("explain.run"), formula=f"{formula}; {decided}; run_needed = {limits['run_needed']}")


def two_phase_step(finding: Finding) -> Iterator[Step]:
    """The third proof of a breach, where an extra test counts."""
    told, limits = finding.measured, finding.threshold
    if "two_phase_moments" not in told:
        return
    below, moments, expected, chance = (
        _number(told, f"two_phase_{name}") for name in ("below_count", "moments", "expected_most", "chance_at_most")
    )
    seen = f"{below:g} below of {moments:g} moments, {told['extra_below_count']} extra; at most {expected:g} expected"
    tail = f"P(Bin({moments:g}, {expected:g}/{moments:g}) >= {below:g}) = {chance:.6f}" if chance < 1 else "no bound"
    allowed = f"allowed {_number(limits, 'two_phase_error'):g}"
    yield Step(says=say("explain.two_phase"), formula=f"{seen}; {tail}; {allowed}")


def rolling_steps(finding: Finding) -> Iterator[Step]:
    """The worst window, its part of the error, its limit."""
    told, limits = finding.measured, finding.threshold
    windows, confidence = _number(told, "windows"), _number(limits, "confidence")
    formula = f"1 - (1 - {confidence:g}) / {windows:g} = {_number(limits, 'window_confidence'):.6g}"
    yield Step(says=say("explain.windows"), formula=formula)
    window = f"{told['window_start_at']} to {told['window_end_at']}"
    below, tested, total = (_number(told, name) for name in ("below_count", "slots_tested", "slots_total"))
    yield Step(says=say("explain.worst"), formula=f"{window}: {below:g} below of {tested:g} tested of {total:g} slots")
    if finding.interval is not None:
        at = f"at least {finding.interval.low:.6f}, at most {finding.interval.high:.6f}"
        formula = f"{at}; limit {1 - _number(limits, 'share'):.6f} -> {finding.verdict}"
        yield Step(says=say("explain.normal"), formula=formula)


def discrepancy_steps(finding: Finding) -> Iterator[Step]:
    """Bad days, patterns, the whole time."""
    told, limits = finding.measured, finding.threshold
    error = 1 - _number(limits, "day_confidence")
    called, days = _number(told, "days_called_bad"), _number(told, "days")
    surely, half = _number(told, "days_bad_at_least"), (1 - _number(limits, "claim_confidence")) / 2
    by_calls, by_sum = _number(told, "days_bad_by_calls"), _number(told, "days_bad_by_sum")
    formula = f"fewest m with P(Bin({days:g} - m, {error:.4g}) >= {called:g} - m) > {half:.4g}: m = {by_calls:g}"
    yield Step(says=say("explain.bad_days"), formula=formula)
    yield Step(says=say("explain.bad_days_by_sum"), formula=_sum_formula(finding, half, round(by_sum)))
    wanted = f"continuous from {limits['continuous_days']}, recurring from {limits['least_days']} with a pattern"
    yield Step(says=say("explain.continuous"), formula=f"m = {surely:g}; {wanted}")
    for pattern in _rows(told, "patterns"):
        seen = f"{pattern['what']}: {pattern['days_below']} of {pattern['days']} days"
        formula = f"{seen}; chance x {limits['questions']} = {pattern['chance']}"
        yield Step(says=say("explain.pattern"), formula=formula)
    if finding.interval is not None:
        at = f"at least {finding.interval.low:.6f}, at most {finding.interval.high:.6f}"
        formula = f"{at}; limit {_number(limits, 'allowed_share'):.6f} -> {finding.verdict}"
        yield Step(says=say("explain.discrepancy"), formula=formula)


def _sum_formula(finding: Finding, error: float, by_sum: int) -> str:
    """The last m that does not explain what was seen, and the first that does."""
    tried = (_left(finding, bad) for bad in (by_sum - 1, by_sum) if bad >= 0)
    return f"{'; '.join(tried)}; fewest m above {error:.4g}: m = {by_sum}"


def _left(finding: Finding, bad: int) -> str:
    days = _rows(finding.measured, "by_day")
    below = sum(sorted((round(_number(one, "slots_below")) for one in days), reverse=True)[bad:])
    slots = sum(sorted(round(_number(one, "slots")) for one in days)[bad:])
    share = _number(finding.threshold, "allowed_share")
    return f"m = {bad}: P(Bin({slots}, {share:g}) >= {below}) = {tail_at_least(below, slots, share):.3g}"


def _rows(figures: _Figures, name: str) -> Sequence[_Figures]:
    rows = figures[name]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def _number(figures: _Figures, name: str) -> float:
    value = figures[name]
    assert isinstance(value, int | float)
    return float(value)
