"""Vocabulary. The speed tests of one direction in one stretch of time, with what they must be heard with.

Knows nothing of what they are held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from analysis.clause import Profile
from analysis.period import Period
from collector.envelope import StoredRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """`of`: the direction's own; `beside`: those of the other one; `down`: when the line was cut. `on` is the local
    day that `period` is, or ends in.
    """

    on: date
    period: Period
    zone: ZoneInfo
    profile: Profile
    of: Sequence[StoredRecord]
    beside: Sequence[StoredRecord]
    down: Sequence[Period]
