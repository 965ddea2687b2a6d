"""Vocabulary. The service of many lines together.

Knows nothing of which lines they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from analysis.extract.service.line_service import Clock, Owner, Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSums:
    """Of one cell. Sums of time are of all its lines; those of outages of the lines that were watched.

    `repairs`: of those that began on days that count, by clock. Money in euros; `unpriced_lines` are owed, or may be,
    a sum that no price tells.
    """

    panel_lines: int
    watched_lines: int
    observed_s: int
    unobserved_s: int
    probe_away_s: int
    late_s: int
    away_lines: int
    outage_count: Mapping[Owner, int]
    short_count: int
    long_count: Mapping[Owner, int]
    down_s: Mapping[Owner, int]
    away_most_s: int
    repairs: Mapping[Clock, tuple[Repair, ...]]
    case_lines: int
    due_lines: int
    unpriced_lines: int
    due_least_eur: Decimal
    due_most_eur: Decimal
    issued_lines: int
    issued_eur: Decimal
