"""Vocabulary. A finding laid open: its rule, its numbers with their sources, its arithmetic, its records.

Knows nothing of how any of it is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from analysis.clause import Parameter
from analysis.finding import Finding
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
    """A record of the finding's time and direction that it does not rest on, and every reason for that.

    The first is the one it is counted under; never empty.
    """

    record_id: str
    at: datetime
    batch_sha256: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageTold:
    """An outage of the finding's time. `why_not`: why it does not rest on it, empty where it does.

    The four edges: last answer and first miss, last miss and first answer; None where nobody watched.
    """

    id: str
    why_not: str
    last_good_at: datetime | None
    first_bad_at: datetime | None
    last_bad_at: datetime | None
    first_good_at: datetime | None
    down_s: float
    cause: str
    imputable_to: str
    record_count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the case file of the finding's time or subject: its table, and what it says, name by name."""

    table: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`parameters`: those that the rule has in force, by name. `used`, `left_out` sorted by time, may be empty.

    Of a finding on speeds these are its tests. Of one on time away `used` are the minutes of its `outages`, which
    `left_out` would be all others; `entries` are what the case file says of it.

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
    outages: tuple[OutageTold, ...] = ()
    entries: tuple[Entry, ...] = ()
