"""Months made by hand: days of tests and ledgers, with the findings that a test is about."""

from datetime import date, timedelta
from typing import Any

from analysis.finding import Verdict
from analysis.period import local_day
from analysis.report import State
from dashboards.web.past.tell import tried
from dashboards.web.past.told import Month, Told
from tests.build import LISBON, a_contract
from tests.unit.dashboards.readings import NOW, a_ledger, an_empty_reading, findings, some_tests

FIRST = date(2026, 11, 1)


def a_told(on: date, *, verdict: Verdict = Verdict.MET, mbps: tuple[float, float] = (1010, 205), **fields: Any) -> Told:
    """A day with a test every four hours each way, and all promises under one verdict."""
    day = local_day(on, LISBON)
    given: dict[str, Any] = {
        "findings": findings(verdict, day=on),
        "tests": tuple(map(tried, some_tests(every=timedelta(hours=4), window=day, mbps=mbps))),
        "ledger": a_ledger(window=day),
    }
    return Told(on=on, **{**given, **fields})


def a_month(*days: Told, first_on: date = FIRST, with_contract: bool = True) -> Month:
    about = an_empty_reading(contract=a_contract() if with_contract else None)
    return Month(about=about, first_on=first_on, as_of=NOW, days=days)


def a_cut_day(on: date) -> Told:
    """Up but for one hour from noon."""
    day = local_day(on, LISBON)
    noon = timedelta(hours=12)
    ledger = a_ledger((noon, State.DOWN), (noon + timedelta(hours=1), State.UP), window=day)
    return a_told(on, ledger=ledger)
