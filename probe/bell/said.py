"""Vocabulary. What is said over the bell's wire: one wish, then how the test goes, JSON, one document a line.

Knows nothing of sockets or of how tests are made.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from probe.body.speed_test import Direction

MOST_LINE_BYTES = 16_384


class Way(StrEnum):
    """What may be wished for."""

    TEST = "test"  # download and upload, once, against the server whose turn it is


class Why(StrEnum):
    """Why no test is made; but for the last two in the schedule's own words."""

    BYTES_SPENT = "bytes_spent"
    MONTH_SPENT = "month_spent"
    SPACED = "spaced"
    ANOTHER_PROBE = "another_probe"
    MISSED = "missed"  # it could not begin in time
    UNDER_WAY = "under_way"  # this probe makes a test already
    NO_SERVER = "no_server"  # none is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The first line, of whoever rings. Where the connection ends, the test ends: so it is called off."""

    ask: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment of the running test. `rate_bps`: TCP payload over the last half second, None until there is one."""

    direction: Direction
    elapsed_s: float
    duration_s: float
    rate_bps: int | None
    moved_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No test is made. `again_at`: when it may be; None where nobody knows, or where waiting does not help."""

    why: Why
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The test is over and kept. `records`: their ids in the store, as far as they have numbers yet."""

    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Exactly one is set; none of them while the test waits for its moment."""

    moment: Moment | None = None
    refused: Refused | None = None
    ended: Ended | None = None

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.refused is not None or self.ended is not None


def encode(said: Wish | Told) -> bytes:
    """As JSON, one whole line."""
    return msgspec.json.encode(said) + b"\n"


def decode_wish(line: bytes) -> Wish:
    """The inverse. Raises msgspec.DecodeError, UnicodeDecodeError."""
    return msgspec.json.decode(line, type=Wish)


def decode_told(line: bytes) -> Told:
    """The inverse. Raises msgspec.DecodeError, UnicodeDecodeError."""
    return msgspec.json.decode(line, type=Told)
