"""Vocabulary. All that was judged of one line over some days, as it is handed over to be shown. Knows no points."""

from dataclasses import dataclass
from datetime import datetime

from analysis.outage.judge import Account
from analysis.report import JudgedTest, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """What was judged over the report's period, whole local days; the account's ledger ends at `now` if they do not.

    `tests` of these days. `group`: by which lines are compared, "" where nobody named one.
    """

    report: Report
    account: Account
    tests: tuple[JudgedTest, ...]
    group: str
    now: datetime
