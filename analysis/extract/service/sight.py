"""Vocabulary. One line's time as it was seen, ready to be told by days.

Knows nothing of contracts, and nothing of money.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.availability.downtime import Downtime
from analysis.outage.outage import Outage
from analysis.outage.stretch import Stretch
from analysis.report import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`outages`: the line's own, whole, in order. `silent`: no probe heard; `late`: of what came late.

    `end_us`: the period's end; what came after it is not told.
    """

    ledger: Ledger
    outages: tuple[Outage, ...]
    away: Downtime
    silent: Sequence[Stretch]
    late: Sequence[Stretch]
    end_us: int
