"""Vocabulary. What may be told to a person unasked, what was told already, and what they wish. Knows no messenger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from analysis.finding import Sentence


class Kind(StrEnum):
    """What a piece of news is about."""

    BREACH = "breach"  # broken on so many days in a row that it is no single blip
    RECOVERY = "recovery"  # kept again, after a breach that was told
    OUTAGE = "outage"
    OUTAGE_OVER = "outage_over"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing. `key` is the same whenever it is found again; `after` is the key of what it ends, empty for none."""

    key: str
    kind: Kind
    at: datetime
    sentence: Sentence
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """When something is news. `days`: so many days in a row of one rule broken, undecided ones apart, are a breach.

    `outage_s`: a shorter outage is none. `ahead`: a deadline so near. In [quiet_from, quiet_to) of the line's own
    day nothing is told; equal: always.
    """

    days: int = 2
    outage_s: float = 300.0
    ahead: timedelta = timedelta(days=3)
    quiet_from: time = time(22)
    quiet_to: time = time(8)


@dataclass(frozen=True, slots=True)
class Told:
    """When each piece of news was told, by its key; nothing of before `since` is told."""

    since: datetime
    told: Mapping[str, datetime] = field(default_factory=dict)
