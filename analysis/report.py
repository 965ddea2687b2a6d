"""Vocabulary. What a reader of the analysis gets: the time ledger, judged tests and the report of one check.

Knows nothing of how any of it was decided.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from analysis.contract import Contract
from analysis.finding import Finding, Reason, Verdict
from analysis.outage.outage import Cause
from analysis.period import Period
from collector.envelope import StoredRecord


class State(StrEnum):
    """What is known of one second of the line."""

    UP = "up"
    DOWN = "down"
    UNOBSERVED = "unobserved"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one state. `cause`: of time down, or PROBE of time unobserved; None where none was looked for."""

    period: Period
    state: State
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every second of `period`, exactly once: `spans` are contiguous, in order, neighbours differ in state."""

    period: Period
    spans: tuple[Span, ...]

    def seconds(self, state: State) -> float:
        """Elapsed seconds in one state. The three states add up to the period."""
        spent = (span.period.duration for span in self.spans if span.state is state)
        return sum(spent, start=timedelta()).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTest:
    """A speed test with what it may be used for: a subset of (MET, BREACHED), and the reasons for what is missing."""

    stored: StoredRecord
    valid_for: tuple[Verdict, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One check of one line over `period`. Findings are sorted by local day, rule, direction."""

    contract: Contract
    period: Period
    findings: tuple[Finding, ...]
    ledger: Ledger
