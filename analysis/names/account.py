"""Vocabulary. What is known of names on one line over one period: who answered, who checks, and what failed alone.

Knows nothing of how it was found.
"""

from dataclasses import dataclass
from enum import StrEnum

from analysis.finding import Figure, Sentence
from analysis.period import Period
from probe.body.reachability import Role


class Part(StrEnum):
    """What of a minute worked. Only `NAMES` and `ZONE` speak of names: with the line down nothing is known of them."""

    WELL = "well"
    NAMES = "names"  # the line answered, no resolver gave a name
    ZONE = "zone"  # the line answered and names were found, the zone's own servers were all silent
    LINE = "line"  # nothing answered
    UNSEEN = "unseen"  # too little was asked to tell


class State(StrEnum):
    """What a finding says. There is no promise to be held against, so nothing is met or breached."""

    WELL = "well"
    DISTURBED = "disturbed"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One resolver or name server. `failed_count`: it answered, and could not give what was asked for.

    Round trips of the answers that are kept; None without any.
    """

    name: str
    role: Role
    asked_count: int
    answered_count: int
    failed_count: int
    rtt_median_ms: float | None
    rtt_p95_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """Whether one resolver checks signatures, by its newest looks that say so; None: not known."""

    resolver: str
    looks_count: int
    authenticates: bool | None
    refuses_broken: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneServer:
    """One of a zone's own servers, over all looks. `serial` and `signed` are the newest known."""

    zone: str
    name_server: str
    address: str
    looks_count: int
    answered_count: int
    authoritative: bool | None
    serial: int | None
    signed: bool | None
    rtt_median_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesFinding:
    """`witnesses`: records that show it, the first ones where they are many; `subject` None: of the whole line."""

    id: str
    rule: str
    subject: str | None
    state: State
    measured: dict[str, Figure]
    witnesses: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAccount:
    """`minutes`: how many of each part, all of which add up to what was watched."""

    line: str
    period: Period
    minutes: dict[Part, int]
    answering: tuple[Answering, ...]
    checking: tuple[Checking, ...]
    zone_servers: tuple[ZoneServer, ...]
    findings: tuple[NamesFinding, ...]
