"""Vocabulary. Outages: when, what of the line, whose, and what was seen of the rungs in between.

Knows nothing of how any of it is found, and nothing of contracts or money.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from analysis.finding import Sentence
from analysis.period import Period

NOTHING_SEEN = Sentence(pt="", en="")


class Cause(StrEnum):
    """Where the fault lay. `PROBE` explains unobserved time, never down time."""

    PROBE = "probe"
    OWN_LINK = "own_link"  # the probe's cable, its switch, or the power of what it is plugged into
    GATEWAY = "gateway"  # the home router: hung, off, or started anew
    ACCESS_LINE = "access_line"  # the line to the home, or the session over it
    ISP_CORE = "isp_core"  # beyond the provider's first hop
    REMOTE = "remote"  # one network far away, or the way to it
    DNS = "dns"
    PLANNED = "planned"  # announced beforehand
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How far the evidence carries the cause."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Imputable(StrEnum):
    """Whose it was. `UNKNOWN` wherever the customer's own side was not seen to be well."""

    OPERATOR = "operator"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"
    UNKNOWN = "unknown"


class Concern(StrEnum):
    """What did not work. Only `LINE` is time in which the line is down."""

    LINE = "line"
    IPV4 = "ipv4"  # while IPv6 went on
    IPV6 = "ipv6"  # while IPv4 went on
    NAMES = "names"  # a resolver, while the line went on
    NETWORK = "network"  # one network, while others answered


class Severity(StrEnum):
    """By the lower bound of the time down (`profiles/ledger.toml`)."""

    MICRO = "micro"
    SHORT = "short"
    OUTAGE = "outage"
    LONG = "long"


class Flag(StrEnum):
    """What a reader must know of an outage."""

    OPEN = "open"  # not over by the last record
    START_UNOBSERVED = "start_unobserved"  # nobody watched just before the first miss
    END_UNOBSERVED = "end_unobserved"  # nobody watched just after the last miss
    UNOBSERVED_INSIDE = "unobserved_inside"  # down on both sides of time that nobody watched
    INTERRUPTED = "interrupted"  # single answers in between, too few to be a recovery
    FLAPPING = "flapping"  # one of many in a short time
    EVERY_24_H = "every_24_h"  # at the same time on several days, as a forced reconnection is
    ROUTER_RESTARTED_LATER = "router_restarted_later"  # during the outage, not at its beginning
    PLANNED_PARTLY = "planned_partly"  # an announced window covers some of it
    ALIVE_FROM_OUTSIDE = "alive_from_outside"  # a witness outside the line had answers
    DEAD_FROM_OUTSIDE = "dead_from_outside"  # a witness outside the line had none
    MANY_LINES = "many_lines"  # more lines went down together than chance explains


class RungName(StrEnum):
    """The ladder, from the probe outwards."""

    PROBE = "probe"
    OWN_LINK = "own_link"
    GATEWAY = "gateway"
    ROUTER = "router"  # whether the device ran on
    WAN = "wan"  # what the router says of its connection
    FIRST_HOP = "first_hop"
    NETWORKS = "networks"
    NAMES = "names"


class RungState(StrEnum):
    """What was seen of a rung. `UNCLEAR` was looked at and decides nothing."""

    WELL = "well"
    FAULT = "fault"
    UNCLEAR = "unclear"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung during one outage. `evidence`: figures and times, in few words; empty where nothing was seen."""

    name: RungName
    state: RungState
    evidence: Sentence = NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class Edge:
    """An instant known as an interval: the last answer of one kind and the first of the other.

    None where nobody watched: before an outage that the records begin with, after one that they end with.
    """

    earlier_at: datetime | None
    later_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it lay, how sure, and whose it was."""

    cause: Cause
    confidence: Confidence
    imputable_to: Imputable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One interruption, never merged with another that a recovery lies between.

    `start`: last good, first bad. `end`: last bad, first good. `down`: the time surely down, in order, never empty;
    its sum is `down_s_lower`. `down_s_upper` adds what nobody watched between two stretches of it.
    `concerns_name`: the network or the resolver concerned, None for the line and a family.
    """

    line: str
    concern: Concern
    concerns_name: str | None
    start: Edge
    end: Edge
    down: tuple[Period, ...]
    down_s_lower: float
    down_s_upper: float
    severity: Severity
    flags: tuple[Flag, ...]
    rungs: tuple[Rung, ...]
    verdict: Verdict

    @property
    def id(self) -> str:
        """Stable over recomputation: line, what is concerned, and the first miss."""
        concern = self.concern.value if self.concerns_name is None else f"{self.concern.value}:{self.concerns_name}"
        return f"{self.line}:outage:{concern}:{self.down[0].start_at.strftime('%Y%m%dT%H%M%SZ')}"

    @property
    def family(self) -> int | None:
        """4 or 6 where one family alone is concerned."""
        return {Concern.IPV4: 4, Concern.IPV6: 6}.get(self.concern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A stretch in which answers were missing here and there: no outage, and never counted as one.

    `icmp_alone`: what was asked by other means answered, so that a limit on ICMP explains it.
    """

    line: str
    period: Period
    asked_count: int
    answered_count: int
    icmp_alone: bool
