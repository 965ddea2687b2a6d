"""Pure. Whether what is owed was given: on the next invoice, or paid back after the contract; and reporting costs.

Lei 16/2022, art. 129(3) and (4). Knows nothing of how a sum came about.
"""

from collections.abc import Sequence
from decimal import Decimal

from analysis.availability.attributed import standing_of
from analysis.availability.downtime import Downtime, Standing
from analysis.case.case import Case, Cost, Fault, Invoice
from analysis.clause import Rule
from analysis.clocks.readings_file import Rules
from analysis.clocks.term import due as term_due
from analysis.clocks.working_calendar import Calendar
from analysis.credit.amount import Due
from analysis.finding import Figure, Finding, Verdict
from analysis.period import local_day
from analysis.ruling import Bench, Conclusion
from analysis.wording import day, euros, sentence

_NOTHING = Decimal(0)


def invoiced(bench: Bench, rules: tuple[Rule, Rule], owed: Sequence[Due], case: Case) -> tuple[Finding, ...]:
    """One finding for each billing period that surely owes: the first invoice after the interruption's end is held
    against all that was due on it. `rules`: of the amount, and of the invoice.
    """
    of_amount, of_invoice = rules
    sure = [one for one in owed if one.grounds and one.cells]
    return tuple(_invoiced(bench, of_amount, of_invoice, one, sure, case) for one in sure)


def _invoiced(bench: Bench, of_amount: Rule, rule: Rule, one: Due, sure: Sequence[Due], case: Case) -> Finding:
    bill = _bill_of(bench, one, case)
    together = [other for other in sure if _bill_of(bench, other, case) == bill]
    cells = [cell for other in together if (cell := other.recommended(of_amount)) is not None]
    wanted = sum((cell.lower_eur for cell in cells), _NOTHING)
    least = sum((min(cell.lower_eur for cell in other.cells) for other in together), _NOTHING)
    verdict, why = _of_bill(bill, wanted, least)
    if bill is None and one.restored_at is None:
        why = "not_over"
    figures: dict[str, Figure] = {
        "recommended_eur": str(wanted),
        "lowest_eur": str(least),
        "invoice_on": None if bill is None else bill.issued_on.isoformat(),
        "credited_eur": None if bill is None else str(bill.credit_eur),
        "missing": [] if verdict is not Verdict.INSUFFICIENT else [why],
    }
    period, zone = one.billing.period, bench.contract.line.zone
    said = sentence(
        f"credit.invoice.{why}",
        start=day(period.start_at.astimezone(zone).date()),
        issued="" if bill is None else day(bill.issued_on),
        credited=euros(_NOTHING if bill is None else bill.credit_eur),
        eur=euros(wanted),
        lowest=euros(least),
    )
    conclusion = Conclusion(verdict=verdict, period=period, measured=figures, sentence=said, witnesses=one.outage_ids)
    return bench.finding(rule, conclusion)


def _bill_of(bench: Bench, one: Due, case: Case) -> Invoice | None:
    """The first invoice after the day on which the service came back."""
    if one.restored_at is None:
        return None
    over_on = one.restored_at.astimezone(bench.contract.line.zone).date()
    return next((bill for bill in case.invoices if bill.issued_on > over_on), None)


def _of_bill(bill: Invoice | None, wanted: Decimal, least: Decimal) -> tuple[Verdict, str]:
    if bill is None:
        return Verdict.INSUFFICIENT, "no_invoice"
    if bill.credit_eur >= wanted:
        return Verdict.MET, "met"
    return (Verdict.BREACHED, "breached") if bill.credit_eur < least else (Verdict.INSUFFICIENT, "between")


def refunded(
    bench: Bench, rules: tuple[Rule, Rule], owed: Sequence[Due], case: Case, *, terms: Rules, calendar: Calendar
) -> Finding | None:
    """After the contract's end: what no invoice credited, paid back in time; None where that does not arise."""
    of_amount, rule = rules
    ended_on = case.ended_on
    term = None if ended_on is None else terms.term("refund-after-contract", ended_on)
    open_sums = [
        cell.lower_eur
        for one in owed
        if one.grounds and _bill_of(bench, one, case) is None and (cell := one.recommended(of_amount)) is not None
    ]
    if ended_on is None or term is None or not open_sums:
        return None
    due = term_due(term, ended_on, calendar)
    wanted = sum(open_sums, _NOTHING)
    paid = sum((one.amount_eur for one in case.refunds if one.paid_on <= due.on), _NOTHING)
    late = bench.now >= due.latest_at
    verdict = Verdict.MET if paid >= wanted else Verdict.BREACHED if late else Verdict.INSUFFICIENT
    figures: dict[str, Figure] = {
        "due_on": due.on.isoformat(),
        "recommended_eur": str(wanted),
        "paid_in_time_eur": str(paid),
        "missing": ["term_not_over"] if verdict is Verdict.INSUFFICIENT else [],
    }
    said = sentence(
        f"credit.refund.{verdict.value}", due=day(due.on), eur=euros(wanted), paid=euros(paid), ended=day(ended_on)
    )
    period = local_day(ended_on, bench.contract.line.zone)
    return bench.finding(rule, Conclusion(verdict=verdict, period=period, measured=figures, sentence=said))


def reporting_costs(bench: Bench, case: Case, away: Downtime) -> tuple[Finding, ...]:
    """One finding for each cost of the diary."""
    faults = {fault.id: fault for fault in case.faults}
    found = []
    for cost in case.costs:
        rule = bench.rule("credit.reporting_costs", local_day(cost.paid_on, bench.contract.line.zone).start_at)
        if rule is not None:
            found.append(_cost(bench, rule, cost, faults[cost.fault], case, away))
    return tuple(found)


def _cost(bench: Bench, rule: Rule, cost: Cost, fault: Fault, case: Case, away: Downtime) -> Finding:
    standing = standing_of(fault, away, case)
    bill = next((one for one in case.invoices if one.issued_on > cost.paid_on), None)
    verdict = Verdict.INSUFFICIENT
    if standing is Standing.CUSTOMER or not cost.amount_eur:
        verdict = Verdict.NOT_APPLICABLE
    elif cost.reimbursed_on is not None:
        verdict = Verdict.MET
    elif standing is Standing.OPERATOR and bill is not None and bill.issued_on <= bench.now.date():
        verdict = Verdict.BREACHED
    figures: dict[str, Figure] = {
        "amount_eur": str(cost.amount_eur),
        "fault": fault.id,
        "standing": None if standing is None else standing.value,
        "reimbursed_on": None if cost.reimbursed_on is None else cost.reimbursed_on.isoformat(),
        "missing": [*_cost_missing(standing, bill)] if verdict is Verdict.INSUFFICIENT else [],
    }
    said = sentence(
        f"credit.reporting_costs.{verdict.value}", eur=euros(cost.amount_eur), paid=day(cost.paid_on), fault=fault.id
    )
    period = local_day(cost.paid_on, bench.contract.line.zone)
    return bench.finding(
        rule, Conclusion(verdict=verdict, period=period, measured=figures, sentence=said, subject=cost.id)
    )


def _cost_missing(standing: Standing | None, bill: Invoice | None) -> tuple[str, ...]:
    return (*(() if standing is Standing.OPERATOR else ("cause",)), *(() if bill else ("invoice",)))
