"""Vocabulary. How a speed test that a person asked for goes, and who makes it.

Knows nothing of how it is made or shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from probe.body.speed_test import Direction


class State(StrEnum):
    """Where it stands."""

    IDLE = "idle"  # nobody asked yet
    WAITING = "waiting"  # for its moment: a full hour passes, or another probe tests
    RUNNING = "running"
    DONE = "done"
    CALLED_OFF = "called_off"
    REFUSED = "refused"
    LOST = "lost"  # the probe does not answer


class Why(StrEnum):
    """Why no test is made. The values are the probe's own words."""

    BYTES_SPENT = "bytes_spent"
    MONTH_SPENT = "month_spent"
    SPACED = "spaced"
    ANOTHER_PROBE = "another_probe"
    MISSED = "missed"
    UNDER_WAY = "under_way"
    NO_SERVER = "no_server"


@dataclass(frozen=True, slots=True)
class Point:
    """What arrived over half a second, so long after the load began."""

    elapsed_s: float
    rate_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`version` grows with each change. `points`: of each direction in the order of time; a direction without a point
    has none. `why` and `again_at` belong to a test that is refused; `again_at` None where nobody knows. `records`: the
    ids of what was kept, as far as known.
    """

    version: int = 0
    state: State = State.IDLE
    direction: Direction | None = None
    elapsed_s: float = 0.0
    duration_s: float = 0.0
    moved_bytes: int = 0
    download: tuple[Point, ...] = ()
    upload: tuple[Point, ...] = ()
    why: Why | None = None
    again_at: datetime | None = None
    records: tuple[str, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether more will come."""
        return self.state in {State.WAITING, State.RUNNING}


class Bench(Protocol):
    """Makes one test at a time, for whoever asks. To be used in the loop's own thread."""

    @property
    def course(self) -> Course:
        """How the last test that was asked for goes."""

    async def begin(self) -> None:
        """Asks for a test, unless one is under way."""

    async def call_off(self) -> None:
        """Ends the test that is under way, if one is."""

    async def changed(self, since: int, within_s: float) -> Course:
        """The course once its version is another than `since`, or after so many seconds."""
