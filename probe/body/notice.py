"""Vocabulary. What a probe says of itself, and what this version cannot read."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a probe says of itself."""

    STARTED = "started"
    STOPPED = "stopped"
    TEST_SKIPPED = "test_skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the probe says of itself, so that silence can be told from a line that is down."""

    kind: NoticeKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A body of a kind that this version does not know. The signed bytes keep it for one that does."""

    kind: str
