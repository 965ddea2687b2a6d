"""Pure. What was left out of the panel, by rule; which part of each line that changed was kept; whose its address was.

Knows nothing of what was measured beyond whether anything was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.fill import fill
from analysis.extract.line_summary import LineSummary
from analysis.extract.panel.address_log import AddressOwner
from analysis.extract.standing import ADDRESS_OWNER, Standing
from analysis.extract.table import Table, Value

_CHANGES = ("address_owner", "nuts3", "operator", "region", "technology", "tier")
_UnitId = Callable[[str], str]


def cleansing(summaries: Sequence[LineSummary], without_contract: int, not_in_force: int, period: str) -> Table:
    """By rule how many lines and days of lines; rules that left nothing out are told too."""
    silent = [one.line_days for one in summaries if not one.test_count]
    mobile = [len(one.standing.mobile) for one in summaries if one.standing.mobile]
    told: dict[str, tuple[int, int | None]] = {
        "no_contract_known": (without_contract, None),
        "contract_not_in_force": (not_in_force, None),
        "changed_group_within_period": _left([one.standing for one in summaries if one.standing.left_days]),
        "no_test_in_period": (len(silent), sum(silent)),
        "mobile_failover": (len(mobile), sum(mobile)),
        **{
            f"changed_{name}_within_period": _left(
                [one.standing for one in summaries if one.standing.left_days and name in one.standing.changed]
            )
            for name in _CHANGES
        },
    }
    rows = ({"period": period, "rule": rule, "lines": lines, "days": days} for rule, (lines, days) in told.items())
    return fill("cleansing", rows)


def _left(standings: Sequence[Standing]) -> tuple[int, int]:
    return len(standings), sum(one.left_days for one in standings)


def line_changes(summaries: Sequence[LineSummary], unit_id: _UnitId) -> Table:
    """A row for each stretch of a line that changed within the period."""
    return fill("line_changes", (row for one in summaries for row in _stretches(one.standing, unit_id)))


def _stretches(one: Standing, unit_id: _UnitId) -> Iterator[dict[str, Value]]:
    for stretch in one.stretches if len(one.stretches) > 1 else ():
        yield {
            "unit_id": unit_id(one.line),
            "first_day": stretch.first,
            "last_day": stretch.last,
            "kept": "kept" if stretch.first == one.first else "shorter",
            **{name: getattr(stretch.group, name) for name in DIMENSIONS if name != "access"},
            ADDRESS_OWNER: stretch.owner,
        }


def address_log(
    summaries: Sequence[LineSummary], owners: Mapping[str, Sequence[AddressOwner]], unit_id: _UnitId
) -> Table:
    """As it was given, of the panel's lines."""
    rows = (
        {
            "unit_id": unit_id(one.standing.line),
            "first_day": owner.from_on,
            ADDRESS_OWNER: owner.asn,
            "network": None if owner.network is None else owner.network.value,
        }
        for one in summaries
        for owner in owners.get(one.standing.line, ())
    )
    return fill("address_log", rows)
