"""Billing periods, from day to day, through short months and changes of the day."""

from datetime import UTC, date, datetime
from decimal import Decimal

from analysis.availability.billing import Billing, billing_periods
from analysis.contract import Contract, Line, Price, Speeds, Technology, Terms
from analysis.period import Period
from tests.build import LISBON

SPEEDS = Speeds(maximum_bps=10**9, normal_bps=None, minimum_bps=None)


def terms(from_on: date, day: int | None) -> Terms:
    price = Price(monthly_eur=Decimal(30), billing_day=day)
    return Terms(from_on=from_on, service="x", download=SPEEDS, upload=SPEEDS, price=price)


def contract(*held: Terms) -> Contract:
    line = Line(id="casa", zone=LISBON)
    return Contract(operator="NOS", technology=Technology.FTTH, profile="pt-nos", line=line, terms=held)


def found(held: Contract, first: str, last: str) -> list[tuple[str, str]]:
    asked = Period(datetime.fromisoformat(first).replace(tzinfo=UTC), datetime.fromisoformat(last).replace(tzinfo=UTC))
    return [days(one) for one in billing_periods(held, asked)]


def days(billing: Billing) -> tuple[str, str]:
    at = (billing.period.start_at, billing.period.end_at)
    first, last = (one.astimezone(LISBON).date().isoformat() for one in at)
    return first, last


def test_a_period_runs_from_billing_day_to_billing_day() -> None:
    held = contract(terms(date(2026, 1, 1), 5))
    assert found(held, "2026-11-04T12:00", "2026-11-05T12:00") == [
        ("2026-10-05", "2026-11-05"),
        ("2026-11-05", "2026-12-05"),
    ]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    held = contract(terms(date(2026, 1, 1), 31))
    assert found(held, "2026-02-10", "2026-04-10") == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ]


def test_the_first_period_begins_with_the_contract_and_its_price_is_for_a_month() -> None:
    held = contract(terms(date(2026, 11, 19), 5))
    (one,) = billing_periods(held, Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)))
    assert days(one) == ("2026-11-19", "2026-12-05")
    assert one.days == 30
    assert one.month.duration.days == 30


def test_before_the_contract_there_is_none() -> None:
    assert found(contract(terms(date(2026, 11, 19), 5)), "2026-10-01", "2026-11-01") == []


def test_a_changed_day_ends_the_period_where_the_new_one_begins() -> None:
    earlier = contract(terms(date(2026, 1, 1), 5), terms(date(2026, 11, 10), 20))
    assert found(earlier, "2026-11-06", "2026-12-01") == [("2026-11-05", "2026-11-20"), ("2026-11-20", "2026-12-20")]
    later = contract(terms(date(2026, 1, 1), 20), terms(date(2026, 11, 10), 5))
    asked = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    (one,) = billing_periods(later, asked)
    assert days(one) == ("2026-10-20", "2026-12-05")
    assert one.days == 31  # 46 days are not sold for one monthly price


def test_without_a_billing_day_the_calendar_month_stands_in_and_says_so() -> None:
    held = contract(terms(date(2026, 1, 1), None))
    assert found(held, "2026-11-10", "2026-11-11") == [("2026-11-01", "2026-12-01")]
    asked = Period(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
    assert billing_periods(held, asked)[0].assumed
