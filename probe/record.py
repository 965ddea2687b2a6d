"""Vocabulary. What a probe observed: the nouns that every other room reads.

`None` is *not measured*; zero is *measured zero*. A failed measurement is a record too. Nothing here knows a contract
or a threshold. Fields are only ever added, never removed or given a new meaning (probe/WIRE.md).
Each class refuses impossible values at construction with a ValueError that names the field.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from probe.body.amount import at_least_zero
from probe.body.draw import Decision, TurnWish
from probe.body.key_change import KeyChange
from probe.body.names import NamesSeen
from probe.body.notice import Notice, Unrecognised
from probe.body.reachability import Reachability
from probe.body.rung import CaptureKept, ClockSeen, LinkSeen, PathSeen, RouterSeen
from probe.body.speed_test import SpeedTest
from probe.body.train import Train

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@lru_cache(4096)  # the same few names stand in every record
def check_name(what: str, name: str) -> str:
    """`name` itself, if it can stand as one level of a topic and as part of a record id. Raises ValueError if not."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{what} {name!r} must be 1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One instant on both clocks.

    Wall time compares machines; monotonic time gives durations and only compares within one `boot_id`.
    `synchronised` is what the kernel said of the wall clock (adjtimex), None where it cannot be asked;
    `error_ms` the kernel's bound of the wall clock's error, None where not synchronised or not known.
    """

    at: datetime
    monotonic_ns: int
    boot_id: str
    synchronised: bool | None = None
    error_ms: float | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is not UTC and self.at.utcoffset() != timedelta(0):
            raise ValueError(f"at must be in UTC, but is {self.at.isoformat()}")
        if self.monotonic_ns < 0 or (self.error_ms is not None and not self.error_ms >= 0):  # a batch has dozens
            at_least_zero(monotonic_ns=self.monotonic_ns, error_ms=self.error_ms)


Body = (
    SpeedTest
    | Reachability
    | LinkSeen
    | RouterSeen
    | PathSeen
    | ClockSeen
    | NamesSeen
    | CaptureKept
    | Train
    | Decision
    | TurnWish
    | KeyChange
    | Notice
    | Unrecognised
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One observation of one line by one probe over [started.at, ended.at).

    `sequence` counts up by one per probe and never restarts. `id` is the record's name everywhere.
    """

    line: str
    probe: str
    sequence: int
    started: Stamp
    ended: Stamp
    software: str
    body: Body

    def __post_init__(self) -> None:
        check_name("line", self.line)
        check_name("probe", self.probe)
        if self.sequence < 1:
            raise ValueError(f"sequence counts from 1, but is {self.sequence}")

    @property
    def id(self) -> str:
        """`probe/sequence`, unique over all probes of a collector."""
        return f"{self.probe}/{self.sequence}"
