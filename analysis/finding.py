"""Vocabulary. What is concluded: verdicts and findings, each with its clause, its numbers and its witnesses.

Knows nothing of how a rule decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from analysis.period import Period
from probe.body.speed_test import Direction


class Verdict(StrEnum):
    """Three-valued, plus "does not apply". Too little evidence is a verdict of its own, never a weak breach."""

    MET = "met"
    BREACHED = "breached"
    INSUFFICIENT = "insufficient"
    NOT_APPLICABLE = "not_applicable"


class Reason(StrEnum):
    """Why a test cannot carry a verdict. Each blocks *breached*, *met*, or both (`analysis.validity`)."""

    FAILED = "failed"  # the test gave no rate; an outage is counted by the ledger, not here
    DEMONSTRATION_SERVER = "demonstration_server"
    SERVER_ON_THIS_MACHINE = "server_on_this_machine"
    SERVER_ON_OWN_NETWORK = "server_on_own_network"
    IMPORTED = "imported"  # another tool's file: nobody signed it, and what the tool did not tell is not known
    PATH_UNKNOWN = "path_unknown"
    CLOCK_UNSYNCHRONISED = "clock_unsynchronised"
    CLOCK_UNKNOWN = "clock_unknown"
    WIRELESS = "wireless"
    TUNNEL = "tunnel"
    LINK_UNKNOWN = "link_unknown"
    LINK_TOO_SLOW = "link_too_slow"  # the probe's own link could itself explain the result
    MTU_ODD = "mtu_odd"
    CPU_BUSY = "cpu_busy"
    CPU_UNKNOWN = "cpu_unknown"
    PRESSURE = "pressure"  # tasks waited for a core or for memory
    OTHER_TRAFFIC = "other_traffic"
    OTHER_TRAFFIC_UNKNOWN = "other_traffic_unknown"
    HOUSEHOLD_BUSY = "household_busy"  # the home router counted other traffic at the line
    LIMITED_BY_PROBE = "limited_by_probe"  # the kernel says a window or buffer at this end held the rate down
    NEAR_CEILING = "near_ceiling"  # of what this machine was shown to measure
    SERVER_BUSY = "server_busy"  # it said itself that something else took its cores or its link
    SERVER_LINK_SLOW = "server_link_slow"  # the server's own link could itself explain the result
    ANOTHER_TEST = "another_test"  # a test of this line ran at the same time, of another probe perhaps
    DURING_OUTAGE = "during_outage"  # the ledger has the line down then: counted as time, never as speed as well


class Grade(StrEnum):
    """How far one test goes as evidence; a function of its reasons alone (`analysis.validity.grade`)."""

    A = "A"  # proof: nothing but the line can explain the result
    B = "B"  # indicative: it may show a promise kept, never one broken
    C = "C"  # diagnostic: it says nothing of the contract


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, in the unit of what it bounds."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """The finding in one plain sentence, Portuguese and English, same figures."""

    pt: str
    en: str


Figure = float | int | str | bool | None | list["Figure"] | dict[str, "Figure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One conclusion of one rule over one period.

    `local_day` is set for rules that judge a civil day. `measured` and `threshold` hold JSON values with units in
    their names. `witnesses` are the ids of the records used, sorted; `n_excluded` counts the others by reason.
    `interval` is None where the rule estimates nothing. `subject` is what tells findings of one rule apart that begin
    together, a fault or a visit by its id; None where nothing has to.
    """

    line: str
    rule: str
    rule_version: str
    profile: str
    clause: str
    direction: Direction | None
    period: Period
    local_day: date | None
    verdict: Verdict
    measured: Mapping[str, Figure]
    threshold: Mapping[str, Figure]
    n_used: int
    n_excluded: Mapping[str, int] = field(default_factory=dict)
    interval: Interval | None = None
    witnesses: tuple[str, ...] = ()
    subject: str | None = None
    sentence: Sentence

    @property
    def id(self) -> str:
        """Stable over recomputation: line, rule, direction or subject, and where the period starts."""
        direction = self.direction.value if self.direction else self.subject or "-"
        when = self.local_day.isoformat() if self.local_day else self.period.start_at.strftime("%Y%m%dT%H%M%SZ")
        return f"{self.line}:{self.rule}:{direction}:{when}"
