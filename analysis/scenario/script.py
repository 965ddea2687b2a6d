"""Vocabulary. A scenario: a contract, a line as it usually is, events, and the findings that must follow.

Times are of the line's own zone until they are read; here they are UTC. Knows nothing of how records come of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from analysis.case.case import Case
from analysis.contract import Contract
from analysis.finding import Figure, Verdict
from analysis.period import Period
from probe.body.speed_test import Direction


class What(StrEnum):
    """What can happen to a line, as its probe sees it."""

    SLOW = "slow"  # tests read another speed
    CUT = "cut"  # nothing beyond `where` answers
    ASLEEP = "asleep"  # the probe is off or sleeps: no records
    NO_TESTS = "no_tests"  # watched, but no speed tests
    FAILING = "failing"  # tests fail, small probes are answered
    WIRELESS = "wireless"  # the probe is on Wi-Fi
    SMALL_PORT = "small_port"  # the probe's port is of 100 Mbit/s
    HOUSEHOLD = "household"  # somebody at home downloads beside the tests
    CLOCK_OFF = "clock_off"  # the probe's clock is not synchronised


class Where(StrEnum):
    """The last thing that still answers lies before this."""

    ROUTER = "router"
    ACCESS = "access"
    CORE = "core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`what` during `period`. `download_bps`, `upload_bps` in IP packets where it is SLOW, else None."""

    what: What
    period: Period
    where: Where | None = None
    download_bps: int | None = None
    upload_bps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The line when nothing happens: rates in IP packets, a test of each direction every `tests_every_s`."""

    download_bps: int
    upload_bps: int
    tests_every_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One finding that must be there: `measured` names only the figures that matter; None: any.

    `subject` is the id of the fault, visit or complaint; `day` of a finding without one is the day its period begins.
    """

    rule: str
    direction: Direction | None
    day: date | None
    verdict: Verdict
    measured: Mapping[str, Figure]
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """`period`: whole civil days. `events` in the file's order: of two at one time the later holds.

    `case` None: speeds alone are judged.

    `down_s`, `unobserved_s`: what the ledger of the period must show, to `within_s`; None: not asked.
    """

    title: str
    contract: Contract
    period: Period
    now: datetime
    usual: Usual
    events: tuple[Event, ...]
    expected: tuple[Expected, ...]
    case: Case | None = None
    down_s: float | None = None
    unobserved_s: float | None = None
    within_s: float = 0.0
