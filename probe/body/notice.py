"""Vocabulary. What a probe says of itself, and what this version cannot read."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a probe says of itself."""

    STARTED = "started"
    STOPPED = "stopped"
    TEST_SKIPPED = "test_skipped"
    SUSPENDED = "suspended"  # the machine slept, over the record's time
    CLOCK_STEPPED = "clock_stepped"  # the wall clock was set
    THINNED = "thinned"  # minutes that waited too long were condensed (`Condensed`), to make room
    HEARTBEATS_STOPPED = "heartbeats_stopped"  # no room was left: minutes are watched and not kept
    HEARTBEATS_RESUMED = "heartbeats_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the probe says of itself, so that silence can be told from a line that is down.

    `seconds`: how long it slept, or by how much the wall clock was set (below zero: back).
    """

    kind: NoticeKind
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A body of a kind that this version does not know. The signed bytes keep it for one that does."""

    kind: str
