"""Vocabulary. An incident of the measuring system: what it is, what was decided, who was told.

Knows nothing of files, clocks or law.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What was hurt."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"
    MEASUREMENT = "measurement"


class Severity(StrEnum):
    """How grave, the gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Risk(StrEnum):
    """To people's rights and freedoms; `none`: no personal data are concerned."""

    NONE = "none"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"
    LIKELY = "likely"
    HIGH = "high"


class Role(StrEnum):
    """What whoever runs the system is in law."""

    CONTROLLER = "controller"
    PROVIDER = "provider"
    PROCESSOR = "processor"


class Audience(StrEnum):
    """Who is told."""

    AUTHORITY = "authority"
    PEOPLE = "people"
    CUSTOMERS = "customers"
    CONTROLLER = "controller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Somebody was told. `reference`: what they answered it was filed under; may be empty."""

    audience: Audience
    at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, or noted, when, and by whom. `ends`: the id of a duty that is thereby held not to be owed."""

    at: datetime
    by: str
    words: str
    ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that was attached: as it was named, and its digest (hex), under which it is kept."""

    name: str
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident as its entries leave it. Lists are in the order of writing; counts are None where not known yet.

    `happened_at`: None where not known. `closed_at` is None while it is open. Raises ValueError for times without zone.
    """

    id: str
    title: str
    kinds: tuple[Kind, ...]
    severity: Severity
    severity_reason: str
    role: Role
    risk: Risk
    aware_at: datetime
    opened_at: datetime
    happened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    categories: tuple[str, ...] = ()
    line_count: int | None = None
    people_count: int | None = None
    record_count: int | None = None
    consequences: str = ""
    measures: str = ""
    told: tuple[Told, ...] = ()
    decisions: tuple[Decision, ...] = ()
    papers: tuple[Paper, ...] = ()

    def __post_init__(self) -> None:
        for at in (self.aware_at, self.opened_at, self.happened_at, self.closed_at):
            if at is not None and at.utcoffset() != timedelta(0):
                raise ValueError("an incident's times are in UTC")
