"""Pure. Every rule on time away, money, repairs, visits and complaints, over one period: clause 8 and its law.

Takes the account of the line's time and the case as they are. Knows nothing of speeds, nor of where records come from.
"""

from datetime import datetime

from analysis.availability.billing import Billing, billing_periods
from analysis.availability.downtime import Downtime, downtime
from analysis.availability.judge import judge as judge_availability
from analysis.case.case import Case
from analysis.clause import Profile
from analysis.clocks import package_data
from analysis.complaint.judge import judge_complaints
from analysis.contract import Contract
from analysis.credit.amount import amount, due
from analysis.credit.given import invoiced, refunded, reporting_costs
from analysis.finding import Finding
from analysis.outage.judge import Account
from analysis.period import Period, local_day
from analysis.repair.judge import judge_repairs
from analysis.repair.start import judge_activations, judge_visits
from analysis.ruling import Bench


def needed(contract: Contract, case: Case, asked: Period) -> Period:
    """What the account must reach over: the whole billing periods that `asked` touches, and back to the first report
    that one of them may still be about.
    """
    billings = billing_periods(contract, asked)
    start_at = min([asked.start_at, *(one.period.start_at for one in billings)])
    open_faults = [
        min(fault.known_at, fault.observed_at or fault.known_at)
        for fault in case.faults
        if fault.known_at < asked.end_at and (fault.restored_at is None or fault.restored_at > start_at)
    ]
    first_at = min([start_at, *open_faults])
    zone = contract.line.zone
    end_at = max([asked.end_at, *(one.period.end_at for one in billings)])
    return Period(local_day(first_at.astimezone(zone).date(), zone).start_at, end_at)


def judge(
    contract: Contract, profile: Profile, account: Account, case: Case, asked: Period, now: datetime
) -> tuple[Finding, ...]:
    """The findings of the billing periods that `asked` touches, sorted by rule, then time: the same ones, whatever part
    of a billing period is asked about. `account` reaches over `needed`.
    """
    bench = Bench(contract=contract, profile=profile, now=now)
    terms, calendar = package_data.rules(), package_data.calendar(contract.line)
    away, billings = downtime(account, case, now), billing_periods(contract, asked)
    if billings:
        asked = Period(billings[0].period.start_at, billings[-1].period.end_at)
    found = [
        *judge_availability(bench, away, billings, asked, calendar, case),
        *judge_repairs(bench, case, away, terms, calendar, asked),
        *judge_activations(bench, case, terms, calendar, asked),
        *judge_visits(bench, case, asked),
        *judge_complaints(bench, case, terms, calendar, asked),
        *_credits(bench, case, away, billings),
        *reporting_costs(bench, case, away),
    ]
    return tuple(sorted(found, key=lambda one: (one.rule, one.period, one.subject or "")))


def _credits(bench: Bench, case: Case, away: Downtime, billings: tuple[Billing, ...]) -> list[Finding]:
    """What each billing period owes; then whether it was given, by the rules in force in the last of them."""
    ruled = [
        (billing, rule, of_invoice)
        for billing in billings
        if (rule := bench.rule("credit.amount", billing.period.start_at)) is not None
        if (of_invoice := bench.rule("credit.invoice", billing.period.start_at)) is not None
    ]
    if not ruled:
        return []
    owed = [due(bench, rule, billing, away) for billing, rule, _ in ruled]
    rules = ruled[-1][1:]
    terms, calendar = package_data.rules(), package_data.calendar(bench.contract.line)
    paid_back = refunded(bench, rules, owed, case, terms=terms, calendar=calendar)
    return [
        *(amount(bench, rule, owes) for (_, rule, _), owes in zip(ruled, owed, strict=True)),
        *invoiced(bench, rules, owed, case),
        *([] if paid_back is None else [paid_back]),
    ]
