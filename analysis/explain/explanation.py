"""Vocabulary. A finding laid open: its rule, its numbers with their sources, its arithmetic, its records.

Knows nothing of how any of it is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from analysis.clause import Parameter
from analysis.finding import Finding, Reason
from analysis.wording import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of arithmetic. `formula` in figures, as somebody with a table of the functions can redo it."""

    says: Said
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A record that the finding rests on. `rate_bps` at the finding's layer; None where it is no speed test."""

    record_id: str
    at: datetime
    batch_sha256: str
    rate_bps: int | None
    standing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A record of the finding's time and direction that it does not rest on, and every reason for that."""

    record_id: str
    at: datetime
    batch_sha256: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`parameters`: those that the rule has in force, by name. `used`, `left_out` sorted by time, may be empty.

    `valid_from`: of this version of the rule. `open_readings`: what its text leaves open, and how it is read here.
    """

    finding: Finding
    rule_text: str
    valid_from: date
    open_readings: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    steps: tuple[Step, ...]
    used: tuple[Used, ...]
    left_out: tuple[LeftOut, ...]
