"""Vocabulary. One civil day as it was judged, without its records: small enough that many are kept.

Knows nothing of how it was read or how it is shown.
"""

from dataclasses import dataclass
from datetime import date, datetime

from analysis.case.case import Case
from analysis.finding import Finding, Grade, Reason, Verdict
from analysis.outage.judge import Account
from analysis.period import Period
from analysis.report import JudgedTest, Ledger
from collector.envelope import CollectorUptime
from dashboards.web.reading import Reading
from probe.body.speed_test import Direction, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One direction of one speed test: what pages list and draw of it. Its id is the record's.

    `ip_rate_bps`: at the layer that contracts are compared at. `imported`: another tool's file told it.
    """

    id: str
    at: datetime
    direction: Direction
    server_url: str
    rate_bps: int | None
    ip_rate_bps: int | None
    bytes: int | None
    idle_rtt_ms: float | None
    loaded_rtt_ms: float | None
    failure: Failure | None
    valid_for: tuple[Verdict, ...]
    reasons: tuple[Reason, ...]
    grade: Grade
    imported: bool

    @property
    def compared_bps(self) -> int | None:
        """The rate in IP packets; the payload's where packets were not counted."""
        return self.rate_bps if self.ip_rate_bps is None else self.ip_rate_bps

    @property
    def counts_fully(self) -> bool:
        """Whether it may carry *met* and *breached* alike."""
        return {Verdict.MET, Verdict.BREACHED} <= set(self.valid_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`on`, as far as it is over. `findings` are empty without a contract; `tests` are sorted by time."""

    on: date
    findings: tuple[Finding, ...]
    tests: tuple[Tried, ...]
    ledger: Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of days in order, those that have begun. `first_on` is its first day, `as_of` when its newest was read.

    `about` is the line and its contract; `about.store_problem` says why there are no days, where there are none.
    """

    about: Reading
    first_on: date
    as_of: datetime
    days: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfOutages:
    """The line's account of a month as far as it is over; None where there is no store yet or it cannot be read."""

    about: Reading
    first_on: date
    period: Period
    as_of: datetime
    account: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTest:
    """One test as it was recorded and judged, with the findings that it was a witness of; None where there is none."""

    about: Reading
    on: date
    test: JudgedTest | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What there is for a claim: the line now, its last days, and what was found beside them.

    `days` end with today. `case` is None where there is no case file or it cannot be read. `software` is this page's
    own, as a probe would name it. `is_stamped`: whether the newest sealed records carry an authority's time-stamp; None
    where none is sealed yet. `uptime`: when the collector itself was at work in the last days; None where that
    cannot be read.
    """

    now: Reading
    days: tuple[Told, ...]
    case: Case | None
    software: str
    is_stamped: bool | None
    uptime: CollectorUptime | None = None
