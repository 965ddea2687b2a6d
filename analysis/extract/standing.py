"""Pure. As what a line counts in a period: its group, and the days for which that holds.

A line that changed operator, place, product or its address's owner within the period counts as what it was for most of
its days, and only for those: a mixture of two products is neither's (as in the FCC's Measuring Broadband America, whose
panellists that changed keep the longer part). Knows nothing of measurements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby, pairwise

from analysis.contract import Contract
from analysis.extract.disclosure.cell import ALL
from analysis.extract.panel.address_log import AddressOwner, Network
from analysis.extract.panel.area import Area
from analysis.fleet.placement import Placed

UNKNOWN = "unknown"  # what nobody said of a line
ADDRESS_OWNER = "address_owner"
_MBIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What lines are counted by. `tier`: the contract's maximum, download and upload, in Mbit/s, as in `500/100`.

    `nuts3` is ALL where it is not asked for. `access`: what most of its tests were taken over, once they are known.
    """

    region: str
    operator: str
    technology: str
    tier: str
    nuts3: str = ALL
    access: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a line beside its contract. `area` outweighs the region of `placed`; it is told to NUTS 3 only
    with `by_nuts3`. `owners` in order of days; empty: no log tells of the line.
    """

    placed: Sequence[Placed] = ()
    area: Area | None = None
    by_nuts3: bool = False
    owners: Sequence[AddressOwner] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days [first, last] on end as one thing. `owner`: the AS number, None where no log tells."""

    group: Group
    owner: int | None
    first: date
    last: date

    @property
    def day_count(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`first` and `last` are the days that count. `left_days`: days of the period under a contract that do not.

    `stretches`: all of them, in order; the one that begins on `first` was kept. `mobile`: days that count and are told
    to have gone over a mobile network.
    """

    line: str
    group: Group
    first: date
    last: date
    left_days: int
    stretches: tuple[Stretch, ...] = ()
    mobile: tuple[date, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """What differed from one stretch to the next, sorted: names of the group's, or ADDRESS_OWNER."""
        found = {
            field.name
            for one, other in pairwise(self.stretches)
            for field in fields(Group)
            if getattr(one.group, field.name) != getattr(other.group, field.name)
        }
        if any(one.owner != other.owner for one, other in pairwise(self.stretches)):
            found.add(ADDRESS_OWNER)
        return tuple(sorted(found))


def standing(contract: Contract, known: Known, days: Sequence[date]) -> Standing | None:
    """Of `days`, which follow one another; None where no contract was in force on any. Of equal stretches the last."""
    stretches = [
        Stretch(group, owner, own[0], own[-1])
        for (group, owner), spans in groupby(_spans(contract, known, days), key=lambda one: one[0])
        if group is not None and (own := [day for _, each in spans for day in each])
    ]
    if not stretches:
        return None
    kept = max(stretches, key=lambda one: (one.day_count, one.first))
    return Standing(
        line=contract.line.id,
        group=kept.group,
        first=kept.first,
        last=kept.last,
        left_days=sum(one.day_count for one in stretches) - kept.day_count,
        stretches=tuple(stretches),
        mobile=tuple(day for day in days if kept.first <= day <= kept.last and _is_mobile(known.owners, day)),
    )


def _spans(
    contract: Contract, known: Known, days: Sequence[date]
) -> Iterator[tuple[tuple[Group | None, int | None], Sequence[date]]]:
    """Stretches of days on which nothing begins or ends, with the line's group and its address's owner on them."""
    begins = {one.from_on for one in contract.terms} | {one.from_on for one in known.owners}
    begins |= {on for one in known.placed for on in (one.from_on, one.to_on) if on is not None}
    cuts = [0, *(number for number, on in enumerate(days) if number and on in begins), len(days)]
    for start, end in pairwise(cuts):
        yield (_group(contract, known, days[start]), _owner(known.owners, days[start])), days[start:end]


def _group(contract: Contract, known: Known, day: date) -> Group | None:
    terms = contract.on(day)
    if terms is None:
        return None
    place = next((one.placement for one in known.placed if one.holds_on(day)), None)
    nuts3 = known.area.nuts3 if known.area else UNKNOWN
    return Group(
        region=(known.area.nuts2 if known.area else None) or (place.region if place else None) or UNKNOWN,
        operator=(place.operator if place else None) or contract.operator,
        technology=contract.technology.value,
        tier=f"{terms.download.maximum_bps / _MBIT:g}/{terms.upload.maximum_bps / _MBIT:g}",
        nuts3=nuts3 if known.by_nuts3 else ALL,
    )


def _owner(owners: Sequence[AddressOwner], day: date) -> int | None:
    """Of the fixed line: a mobile network is no new owner of it. Before the log begins the first one stands in."""
    fixed = [one for one in owners if one.network is not Network.MOBILE]
    before = [one for one in fixed if one.from_on <= day]
    return before[-1].asn if before else fixed[0].asn if fixed else None


def _is_mobile(owners: Sequence[AddressOwner], day: date) -> bool:
    before = [one for one in owners if one.from_on <= day]
    return bool(before) and before[-1].network is Network.MOBILE
