"""Pure. Money for time: the same stretches under every reading of base, clock, denominator and rounding, in Decimal.

Sums are cut to the cent where they bound from below, raised where from above. Knows no trigger and no verdict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_UP, Decimal
from enum import StrEnum
from itertools import product

from analysis.availability.billing import Billing
from analysis.contract import Contract, Price
from analysis.outage.stretch import Stretch, joined, shared_us, stretch_of
from analysis.period import Period, local_day

_US_PER_DAY = Decimal(86_400_000_000)
_CENT = Decimal("0.01")


class Base(StrEnum):
    """The price that time is taken of. BUNDLE is owed only where every element of it was away."""

    INTERNET = "internet"
    BUNDLE = "bundle"


class Since(StrEnum):
    """From when time counts."""

    OBSERVED = "observed"
    KNOWN = "known"


class Denominator(StrEnum):
    """What the monthly price is divided by."""

    BILLING_PERIOD = "billing_period"
    THIRTY_DAYS = "thirty_days"


class Rounding(StrEnum):
    """What time counts as."""

    EXACT = "exact"
    WHOLE_DAYS = "whole_days"  # begun days count whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Stretches that credit is owed for, apart. `observed` and `known` are proved, `possible` is all that it may be."""

    observed: Sequence[Stretch] = ()
    known: Sequence[Stretch] = ()
    possible: Sequence[Stretch] = ()

    def proved(self, since: Since) -> Sequence[Stretch]:
        """The proved ones under that clock."""
        return self.observed if since is Since.OBSERVED else self.known


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell's coordinates."""

    base: Base
    since: Since
    denominator: Denominator
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Cell:
    """What one reading makes of it."""

    reading: Reading
    lower_eur: Decimal
    upper_eur: Decimal


def matrix(contract: Contract, billing: Billing, owed: Owed, month_days: int) -> tuple[Cell, ...]:
    """One cell for every reading whose price the contract states; none without a price. `month_days`: THIRTY_DAYS's."""
    return tuple(
        cell
        for reading in map(Reading, *zip(*product(Base, Since, Denominator, Rounding), strict=True))
        if (cell := _cell(contract, billing, owed, reading, month_days)) is not None
    )


def _cell(contract: Contract, billing: Billing, owed: Owed, reading: Reading, month_days: int) -> Cell | None:
    segments = list(_segments(contract, billing.period, reading.base))
    if not segments or any(price is None for _, price in segments):
        return None
    prices = [(period, price) for period, price in segments if price is not None]
    lower = _sum_eur(prices, owed.proved(reading.since), billing, reading, month_days)
    upper = _sum_eur(prices, owed.possible, billing, reading, month_days)
    lower_eur = lower.quantize(_CENT, ROUND_DOWN)
    return Cell(reading, lower_eur, max(lower_eur, upper.quantize(_CENT, ROUND_UP)))


def _sum_eur(
    prices: Sequence[tuple[Period, Decimal]],
    stretches: Sequence[Stretch],
    billing: Billing,
    reading: Reading,
    month_days: int,
) -> Decimal:
    own = joined(stretches)
    days = [(Decimal(shared_us(own, [stretch_of(period)])) / _US_PER_DAY, price) for period, price in prices]
    exact, spent = sum((n * price for n, price in days), Decimal(0)), sum((n for n, _ in days), Decimal(0))
    if reading.rounding is Rounding.WHOLE_DAYS:
        # What rounding adds is priced at the lowest price of the period: more time then never gives less money.
        exact += (spent.to_integral_value(ROUND_CEILING) - spent) * min(price for _, price in prices)
    return min(exact / _divisor_days(billing, reading, month_days), max(price for _, price in prices))


def _divisor_days(billing: Billing, reading: Reading, month_days: int) -> Decimal:
    if reading.denominator is Denominator.THIRTY_DAYS:
        return Decimal(month_days)
    if reading.rounding is Rounding.WHOLE_DAYS:
        return Decimal(billing.days)
    return Decimal(billing.month.duration // timedelta(microseconds=1)) / _US_PER_DAY


def _segments(contract: Contract, period: Period, base: Base) -> Iterator[tuple[Period, Decimal | None]]:
    """`period`, cut where the price changes, with the price of each part."""
    zone = contract.line.zone
    starts = [local_day(terms.from_on, zone).start_at for terms in contract.terms]
    for number, terms in enumerate(contract.terms):
        end_at = starts[number + 1] if number + 1 < len(starts) else max(period.end_at, starts[number] + timedelta(1))
        part = Period(starts[number], end_at).clip(period)
        if part is not None:
            yield part, _price_eur(terms.price, base)


def _price_eur(price: Price | None, base: Base) -> Decimal | None:
    if price is None:
        return None
    return price.internet_share_eur if base is Base.INTERNET else price.monthly_eur
