"""Pure. The arithmetic of a finding on time away, money, repairs or terms, from the figures that it carries.

Knows nothing of records, outages or calendars beyond those figures.
"""

from collections.abc import Callable, Iterator, Mapping

from analysis.explain.explanation import Step
from analysis.finding import Figure, Finding
from analysis.wording import say

_S_PER_H = 3600


def claim_steps(finding: Finding) -> tuple[Step, ...]:
    """In the order in which they decide; none of a rule that has none beyond its figures."""
    lay_open = next((steps for prefix, steps in _BY_PREFIX.items() if finding.rule.startswith(prefix)), None)
    return () if lay_open is None else tuple(lay_open(finding))


def _away(finding: Finding) -> Iterator[Step]:
    told = finding.measured
    if "from_observed_s" in told:
        parts = " + ".join(f"{name} {_hours(told, f'{name}_s')}" for name in ("operator", "contested", "unknown"))
        yield Step(says=say("explain.claim.down"), formula=f"{parts} (customer {_hours(told, 'customer_s')} left out)")
        formula = f"observed {_hours(told, 'from_observed_s')}; known {_hours(told, 'from_known_s')}"
        yield Step(says=say("explain.claim.clock"), formula=formula)
    if "lower_s" in told:
        sign = ">=" if finding.rule == "availability.suspension" else ">"
        formula = f"at least {_hours(told, 'lower_s')}, at most {_hours(told, 'upper_s')}"
        yield _decided(finding, f"{formula}; {sign} {finding.threshold['hours']} h")
    elif "deadline_at" in told:
        formula = f"reported {told['reported_at']}, {finding.threshold['days']} days end {told['deadline_at']}"
        yield _decided(finding, f"{formula}; still down {told['still_down_at']}, restored {told['restored_at']}")
    elif "notice_s" in told and told["notice_s"] is not None:
        yield _decided(finding, f"notice {_hours(told, 'notice_s')}; >= {finding.threshold['hours']} h")


def _repair(finding: Finding) -> Iterator[Step]:
    told = finding.measured
    yield Step(says=say("explain.claim.known"), formula=f"known_at = {told['known_at']}")
    for row in _rows(told, "readings"):
        counted = f"counted {_hours(row, 'counted_s')} ({_hours(row, 'counted_without_pauses_s')} without pauses)"
        formula = f"{row['reading']}: deadline {row['deadline_at']}; {counted} -> {row['verdict']}"
        yield Step(says=say("explain.claim.reading"), formula=formula)
    yield _decided(finding, f"still down {told['still_down_at']}, restored {told['restored_at']}")


def _amount(finding: Finding) -> Iterator[Step]:
    told = finding.measured
    grounds, possible = told["grounds"], told["possible_grounds"]
    yield Step(says=say("explain.claim.grounds"), formula=f"proved {grounds}, possible {possible}")
    for row in _rows(told, "matrix"):
        name = ", ".join(str(row[part]) for part in ("base", "since", "denominator", "rounding"))
        formula = f"{name}: at least EUR {row['lower_eur']}, at most EUR {row['upper_eur']}"
        yield Step(says=say("explain.claim.cell"), formula=formula)
    yield _decided(finding, f"recommended EUR {told['recommended_eur']}")


def _given(finding: Finding) -> Iterator[Step]:
    names = ("recommended_eur", "lowest_eur", "credited_eur", "paid_in_time_eur", "amount_eur", "reimbursed_on")
    yield _decided(
        finding, "; ".join(f"{name} = {finding.measured[name]}" for name in names if name in finding.measured)
    )


def _term(finding: Finding) -> Iterator[Step]:
    told = finding.measured
    formula = f"since {told['since_on']}, due {told['due_on']} (counted to {told['act_by_on']}, at the latest"
    yield _decided(finding, f"{formula} {told['latest_on']}); done {told['done_on']}")


def _activation(finding: Finding) -> Iterator[Step]:
    told = finding.measured
    formula = f"accepted {told['accepted_at']}, deadline {finding.threshold['deadline_at']}"
    yield _decided(finding, f"{formula} (as two days {told['two_days_deadline_at']}); active {told['active_at']}")


def _decided(finding: Finding, formula: str) -> Step:
    return Step(says=say("explain.claim.decided"), formula=f"{formula} -> {finding.verdict}")


def _hours(figures: Mapping[str, Figure], name: str) -> str:
    value = figures[name]
    assert isinstance(value, int | float)
    return f"{value / _S_PER_H:.4f} h"


def _rows(figures: Mapping[str, Figure], name: str) -> Iterator[Mapping[str, Figure]]:
    rows = figures[name]
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row, dict)
        yield row


_BY_PREFIX: Mapping[str, Callable[[Finding], Iterator[Step]]] = {
    "availability.": _away,
    "repair.": _repair,
    "credit.amount": _amount,
    "credit.": _given,
    "complaint.": _term,
    "activation.": _activation,
}
