"""Pure. As what a line counts in a period: its group, and the days for which that holds.

A line that changed operator, place or product within the period counts as what it was for most of its days, and only
for those: a mixture of two products is neither's. Knows nothing of measurements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from analysis.contract import Contract
from analysis.fleet.placement import Placed

UNKNOWN = "unknown"  # what nobody said of a line
_MBIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What lines are counted by. `tier`: the contract's maximum, download and upload, in Mbit/s, as in `500/100`."""

    region: str
    operator: str
    technology: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`first` and `last` are the days that count. `left_days`: days of the period under a contract that do not."""

    line: str
    group: Group
    first: date
    last: date
    left_days: int


def standing(contract: Contract, placed: Sequence[Placed], days: Sequence[date]) -> Standing | None:
    """Of `days`, which follow one another; None where no contract was in force on any. Of equal stretches the last."""
    stretches = [
        (group, [day for own in spans for day in own[1]])
        for group, spans in groupby(_spans(contract, placed, days), key=lambda one: one[0])
        if group is not None
    ]
    if not stretches:
        return None
    group, own = max(stretches, key=lambda one: (len(one[1]), one[1]))
    return Standing(
        line=contract.line.id,
        group=group,
        first=own[0],
        last=own[-1],
        left_days=sum(len(others) for _, others in stretches) - len(own),
    )


def _spans(
    contract: Contract, placed: Sequence[Placed], days: Sequence[date]
) -> Iterator[tuple[Group | None, Sequence[date]]]:
    """Stretches of days on which nothing begins or ends, with the line's group on them."""
    begins = {one.from_on for one in contract.terms} | {on for one in placed for on in (one.from_on, one.to_on)}
    cuts = [0, *(number for number, on in enumerate(days) if number and on in begins), len(days)]
    for start, end in pairwise(cuts):
        yield _group(contract, placed, days[start]), days[start:end]


def _group(contract: Contract, placed: Sequence[Placed], day: date) -> Group | None:
    terms = contract.on(day)
    if terms is None:
        return None
    place = next((one.placement for one in placed if one.holds_on(day)), None)
    return Group(
        region=(place.region if place else None) or UNKNOWN,
        operator=(place.operator if place else None) or contract.operator,
        technology=contract.technology.value,
        tier=f"{terms.download.maximum_bps / _MBIT:g}/{terms.upload.maximum_bps / _MBIT:g}",
    )
