"""Pure. What a line's billing periods owe for time away, by the recommended reading, and what its case says was given.

A billing period counts where it ends, so that no sum is in two months. Knows nothing of other lines.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from analysis.availability.billing import billing_periods
from analysis.case.case import Case
from analysis.clause import Rule
from analysis.contract import Contract
from analysis.credit.amount import Due, due
from analysis.extract.service.line_service import Money
from analysis.extract.service.sight import Sight
from analysis.period import Period, local_days
from analysis.profile import load
from analysis.ruling import Bench

_NOTHING = Decimal(0)


def money(sight: Sight, contract: Contract, case: Case, asked: Period) -> Money:
    """Of the billing periods that end within `asked`, and of the invoices issued then."""
    bench = Bench(contract=contract, profile=load(contract.profile), now=asked.end_at)
    owed = [
        (rule, due(bench, rule, one, sight.away))
        for one in billing_periods(contract, asked)
        if asked.start_at < one.period.end_at <= asked.end_at
        if (rule := bench.rule("credit.amount", one.period.start_at)) is not None
    ]
    return Money(
        is_due=any(one.grounds for _, one in owed),
        due_least_eur=_sum(owed, certain=True),
        due_most_eur=_sum(owed, certain=False),
        issued_eur=_issued_eur(case, local_days(asked, contract.line.zone)),
    )


def _sum(owed: Sequence[tuple[Rule, Due]], *, certain: bool) -> Decimal | None:
    total = _NOTHING
    for rule, one in owed:
        cell = one.recommended(rule)
        if cell is None:
            return None
        if certain and one.grounds:
            total += cell.lower_eur
        elif not certain and one.possible_grounds:
            total += cell.upper_eur
    return total if owed else None


def _issued_eur(case: Case, days: Sequence[date]) -> Decimal | None:
    """Credited on invoices, and paid back; None where the case knows of neither."""
    given = [
        *(one.credit_eur for one in case.invoices if days[0] <= one.issued_on <= days[-1]),
        *(one.amount_eur for one in case.refunds if days[0] <= one.paid_on <= days[-1]),
    ]
    return sum(given, _NOTHING) if given else None
