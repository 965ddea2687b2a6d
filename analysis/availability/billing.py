"""Pure. Billing periods: from one billing day to the next, through changes of the day, from the contract's start.

Knows nothing of what is billed.
"""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from analysis.contract import Contract
from analysis.period import Period, local_day, local_days

_ONE_DAY = timedelta(days=1)
_LONGEST = timedelta(days=62)  # from one billing day to the next, where the day itself changed meanwhile
_FIRST_OF_MONTH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """One billing period in whole local days. `month` is what one monthly price pays for, if that is not all of it.

    `assumed`: the contract names no billing day, and the calendar month stands in.
    """

    period: Period
    month: Period
    days: int
    assumed: bool


def billing_periods(contract: Contract, period: Period) -> tuple[Billing, ...]:
    """Those that `period` touches, in order; none before the contract began."""
    zone = contract.line.zone
    touched = local_days(period, zone)
    first_on = contract.terms[0].from_on
    starts = list(_starts(contract, touched[0] - _LONGEST, touched[-1] + _LONGEST))
    found = []
    for start_on, end_on in pairwise(starts):
        from_on = max(start_on, first_on)
        if from_on < end_on and from_on <= touched[-1] and end_on > touched[0]:
            found.append(_billing(contract, from_on, start_on, end_on))
    return tuple(one for one in found if one.period.clip(period) is not None)


def _billing(contract: Contract, from_on: date, start_on: date, end_on: date) -> Billing:
    zone = contract.line.zone
    period = Period(local_day(from_on, zone).start_at, local_day(end_on, zone).start_at)
    after_on = _month_after(start_on)
    is_month = end_on == after_on or 28 <= (end_on - start_on).days <= 31
    month_end_on = end_on if is_month else after_on
    return Billing(
        period=period,
        month=Period(local_day(start_on, zone).start_at, local_day(month_end_on, zone).start_at),
        days=(month_end_on - start_on).days,
        assumed=_billing_day(contract, from_on) is None,
    )


def _starts(contract: Contract, from_on: date, to_on: date) -> Iterator[date]:
    """Every day on which a billing period begins, under the terms in force on that day."""
    day = from_on
    while day <= to_on:
        wanted = _billing_day(contract, day) or _FIRST_OF_MONTH
        if day.day == min(wanted, months.monthrange(day.year, day.month)[1]):
            yield day
        day += _ONE_DAY


def _billing_day(contract: Contract, day: date) -> int | None:
    terms = contract.on(day) or contract.terms[0]
    return None if terms.price is None else terms.price.billing_day


def _month_after(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
