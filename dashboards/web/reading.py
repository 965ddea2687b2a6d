"""Vocabulary. Everything the page is made from, as read at one moment.

Knows nothing of how it was read or how it is shown.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.contract import Contract
from analysis.finding import Finding
from analysis.period import Period
from analysis.report import JudgedTest, Ledger, Report
from collector.envelope import ProbeState, StoredRecord


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was found by `at` on time away, money, repairs and complaints of the billing periods about the day."""

    at: datetime
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one line.

    `window` is what the charts and the ledgers cover: the 24 hours before `now`, or the civil day that was asked for.
    `day` is the local day that is held against the contract; `asked_on` is None where nobody asked for a day.
    `contract` is None where none was given or it cannot be read (`contract_problem` says why); then `report` is None.
    `tests` are those in `window`, `latest_tests` those of the 24 hours before `now`.
    `minutes` holds each probe's newest minute of reachability. All tuples are sorted by time and may be empty.
    `line_ledger` and `router_ledger` cover `window`, `recent_ledger` the line's 24 hours before `now`; all three are
    None where there is no store yet or it cannot be read (`store_problem` says why). `claims` is None where there is no
    case file or no contract, or it cannot be read (`case_problem` says why).
    """

    line: str
    now: datetime
    zone: ZoneInfo
    window: Period
    day: date
    asked_on: date | None
    demonstration: bool
    contract: Contract | None = None
    contract_problem: str | None = None
    store_problem: str | None = None
    report: Report | None = None
    tests: tuple[JudgedTest, ...] = ()
    latest_tests: tuple[JudgedTest, ...] = ()
    minutes: tuple[StoredRecord, ...] = ()
    probes: tuple[ProbeState, ...] = ()
    line_ledger: Ledger | None = None
    router_ledger: Ledger | None = None
    recent_ledger: Ledger | None = None
    claims: Claimed | None = None
    case_problem: str | None = None
