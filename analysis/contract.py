"""Vocabulary. What was promised: the contract summary's speeds, price and line, with later changes.

Knows nothing of measurements. `analysis.contract_file` reads it from `contract.toml`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from probe.body.speed_test import Direction


class Technology(StrEnum):
    """How the line reaches the home. For fixed-wireless access only an estimated maximum is promised (NOS 3.11)."""

    FTTH = "ftth"
    HFC = "hfc"
    FWA = "fwa"


class Region(StrEnum):
    """Which regional holidays apply."""

    MAINLAND = "mainland"
    AZORES = "azores"
    MADEIRA = "madeira"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """One direction's promise (Reg. (EU) 2015/2120 art. 4(1)(d)). None is *not stated in the contract*."""

    maximum_bps: int
    normal_bps: int | None
    minimum_bps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where the service is delivered. `zone` is the installation address's own time zone."""

    id: str
    zone: ZoneInfo
    municipality: str | None = None
    region: Region = Region.MAINLAND


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Euros a month. `internet_share_eur` is None where the contract gives the bundle's price only."""

    monthly_eur: Decimal
    internet_share_eur: Decimal | None = None
    billing_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds from `from_on` (a local date) until the next terms."""

    from_on: date
    service: str
    download: Speeds
    upload: Speeds
    price: Price | None = None

    def speeds(self, direction: Direction) -> Speeds:
        """The promise for one direction."""
        return self.download if direction is Direction.DOWNLOAD else self.upload


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader of the contract must know, though nobody has to mend it; `where` it stands in the file."""

    where: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The operator's own paper that the contract was read from: its file's name, and the digest that it is known by."""

    file: str
    sha256: str
    page_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract summary (Impl. Reg. (EU) 2019/2243) and its changes. `terms` is sorted by date and never empty.

    `profile` names the rule profile that the contract is judged under. `notes` may be empty. `document` is None where
    the contract was written by hand.
    """

    operator: str
    technology: Technology
    profile: str
    line: Line
    terms: tuple[Terms, ...]
    notes: tuple[Note, ...] = ()
    document: Document | None = None

    def on(self, day: date) -> Terms | None:
        """The terms in force on a local day; None before the contract began."""
        in_force = [terms for terms in self.terms if terms.from_on <= day]
        return in_force[-1] if in_force else None
