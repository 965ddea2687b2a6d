"""Vocabulary. One line's service over a period: its time by days, its repairs, its money.

Knows nothing of other lines, nor of how any of it was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Owner(StrEnum):
    """Whose time without service was, as far as it is known. OTHER: the customer's, a third party's, or contested."""

    OPERATOR = "operator"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTime:
    """One local day with anything observed. `up_s`, `unobserved_s` and the sum of `down_s` add up to its length.

    `down_s` is a lower bound; `away_most_s` reaches to the edges of each outage, and over time that nobody watched
    where no edge was seen. Of `unobserved_s`, `probe_away_s` is what no probe of the line was there for; of `up_s`,
    `late_s` is what was received late. Outages are counted on the day they began; those too short to be called one
    are `short_count`. `long_count`: outages that passed the limit of long ones on this day.
    """

    on: date
    up_s: int
    down_s: Mapping[Owner, int]
    unobserved_s: int
    probe_away_s: int
    late_s: int
    away_most_s: int
    outage_count: Mapping[Owner, int]
    short_count: int
    long_count: Mapping[Owner, int]


class Clock(StrEnum):
    """From when a repair is counted: from the first miss that a probe saw, or from when the operator knew."""

    OBSERVED = "observed"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One fault that began on a day that counts. `spent_s`: by reading of the term of repair, how much of it had run.

    `ended`: a sure sign of life came before the period's end; else it had lasted so long when last seen.
    """

    began_on: date
    clock: Clock
    ended: bool
    spent_s: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the billing periods that ended on days that count owe for time away, and what was given on such days.

    `due_least_eur`: owed for certain, by the recommended reading; `due_most_eur`: what may be owed. Both None where
    the contract states no price, or its profile has no such rule. `issued_eur` None: nothing tells of any invoice.
    """

    is_due: bool
    due_least_eur: Decimal | None
    due_most_eur: Decimal | None
    issued_eur: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineService:
    """Over the days that count, `length_s` together. `days`: those with anything observed, in order.

    `money` None: neither a probe nor a case file tells of the line.
    """

    length_s: int
    days: tuple[DayTime, ...] = ()
    repairs: tuple[Repair, ...] = ()
    money: Money | None = None

    @property
    def is_watched(self) -> bool:
        """Whether a probe saw any of it."""
        return bool(self.days)

    @property
    def is_away(self) -> bool:
        """Whether any of it was surely down."""
        return any(self.down_s.values())

    @property
    def up_s(self) -> int:
        """Surely up."""
        return sum(one.up_s for one in self.days)

    @property
    def unobserved_s(self) -> int:
        """All that is neither up nor down, days without a record included."""
        return self.length_s - self.up_s - sum(self.down_s.values())

    @property
    def down_s(self) -> dict[Owner, int]:
        """Surely down, by owner."""
        return {owner: sum(one.down_s[owner] for one in self.days) for owner in Owner}

    @property
    def outage_count(self) -> dict[Owner, int]:
        """Begun, by owner."""
        return {owner: sum(one.outage_count[owner] for one in self.days) for owner in Owner}

    @property
    def long_count(self) -> dict[Owner, int]:
        """Become long, by owner."""
        return {owner: sum(one.long_count[owner] for one in self.days) for owner in Owner}

    def whole(self, name: str) -> int:
        """A plain number of its days, summed: `late_s`, say."""
        return sum(getattr(one, name) for one in self.days)
