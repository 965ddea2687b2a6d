"""Vocabulary. Something that changed, or that a probe said of itself, at a time: what stands beside measurements.

An event explains and decides nothing: no rule hears of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from analysis.finding import Sentence


class EventKind(StrEnum):
    """What an event is of."""

    CONTRACT = "contract"
    SETTINGS = "settings"
    SOFTWARE = "software"
    KEY = "key"
    PLACE = "place"  # a line hangs elsewhere in the network
    ACCESS = "access"  # who may read: a token made or taken back
    NOTICE = "notice"  # what a probe said of itself
    SILENCE = "silence"  # the collector had no word from a probe


class EventSource(StrEnum):
    """How an event is known."""

    LOG = "log"  # noted on this machine when it was seen
    RECORD = "record"  # signed by a probe
    COLLECTOR = "collector"  # what the collector keeps, unsigned
    DECLARED = "declared"  # a day that a file names


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """At `at`; until `end_at` where it lasted, None where it is of a moment or goes on.

    `line` and `probe` None: of this whole machine. `subject` names what changed. `before` and `after` hold what became
    other, by name; a name that is in one of them alone came or went. `is_first`: nothing was known before.
    """

    at: datetime
    kind: EventKind
    source: EventSource
    sentence: Sentence
    end_at: datetime | None = None
    line: str | None = None
    probe: str | None = None
    subject: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One entry of the change log: what all of `subject` was from `at` on, as names and words. No secret is in it."""

    at: datetime
    kind: EventKind
    subject: str
    line: str | None
    state: Mapping[str, str]
