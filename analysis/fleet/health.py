"""Vocabulary. How a probe is: what is amiss with it, since when, beyond which limit, and how to mend it.

Says nothing of the line: a silent probe is no outage.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from analysis.finding import Sentence
from probe.body.notice import NoticeKind


class Level(StrEnum):
    """How much something matters, from the least on."""

    WELL = "well"
    NOTE = "note"  # for whoever looks
    WARNING = "warning"  # wants a look this week
    ALARM = "alarm"  # today


class SignName(StrEnum):
    """What may be amiss; each has a limit with its reason in `health.toml`."""

    NEVER = "never"
    SILENT = "silent"
    ASLEEP = "asleep"
    ASLEEP_LONG = "asleep_long"
    LATE = "late"
    CLOCK = "clock"
    CLOCK_ERROR = "clock_error"
    CLOCK_AHEAD = "clock_ahead"
    STEPPED = "stepped"
    VERSION = "version"
    THINNED = "thinned"
    HEARTBEATS_STOPPED = "heartbeats_stopped"
    COLLECTOR_DISK = "collector_disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From where on something is a sign. `value` in `unit`, exclusive."""

    name: str
    level: Level
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing amiss. `value` in the limit's unit, None where nothing is counted. `since_at` None: not known."""

    name: SignName
    level: Level
    since_at: datetime | None
    value: float | None
    limit: Limit
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What a probe's newest records say of it. None where no record says.

    `delay_s`: from the newest record's end to its arrival; `ahead_s`: by how much one begins after it came. `notices`:
    kind, time and seconds of each, in order.
    """

    software: str | None = None
    synchronised: bool | None = None
    error_ms: float | None = None
    delay_s: float | None = None
    ahead_s: float | None = None
    notices: tuple[tuple[NoticeKind, datetime, float | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One probe. `signs` from the gravest on; none where it is well."""

    probe: str
    line: str
    level: Level
    last_received_at: datetime | None
    software: str | None
    signs: tuple[Sign, ...]
