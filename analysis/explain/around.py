"""Vocabulary. What a finding is explained from: the tests, the time down and the account of its time, and the case.

Knows nothing of which of it the finding rests on.
"""

from dataclasses import dataclass
from datetime import datetime

from analysis.case.case import NO_CASE, Case
from analysis.contract import Contract
from analysis.outage.judge import Account
from analysis.period import Period
from analysis.report import JudgedTest
from collector.envelope import StoredRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """`tests`: every judged test of the finding's time. `down`: when the line was cut, as the speed rules take it.

    `account` and `minutes`, the records of reachability, are None and empty where time away is not asked about.
    """

    contract: Contract
    now: datetime
    tests: tuple[JudgedTest, ...] = ()
    down: tuple[Period, ...] = ()
    account: Account | None = None
    minutes: tuple[StoredRecord, ...] = ()
    case: Case = NO_CASE
