"""Pure. As what a line counts in a period: its group, and the days for which that holds.

A line that changed operator, place or product within the period counts as what it was for most of its days, and only
for those: a mixture of two products is neither's. Knows nothing of measurements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

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
    groups = [(_group(contract, placed, day), day) for day in days]
    stretches = [
        (group, [day for _, day in own]) for group, own in groupby(groups, key=lambda one: one[0]) if group is not None
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
