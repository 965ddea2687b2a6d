"""Pure. Whose each outage was: by what its time stands for once the case was heard.

Knows nothing of days.
"""

from collections.abc import Iterable

from analysis.availability.downtime import Downtime, Standing, seconds
from analysis.extract.service.line_service import Owner
from analysis.outage.outage import Outage

OWNER = {
    Standing.OPERATOR: Owner.OPERATOR,
    Standing.CONTESTED: Owner.OTHER,
    Standing.CUSTOMER: Owner.OTHER,
    Standing.UNKNOWN: Owner.UNKNOWN,
}


def owners(outages: Iterable[Outage], away: Downtime) -> dict[str, Owner]:
    """By outage's id: whose most of its time was; unknown where `away` does not reach."""
    stretches = {standing: away.down(standing) for standing in Standing}
    return {one.id: _owner(one, stretches) for one in outages}


def _owner(outage: Outage, stretches: dict[Standing, list[tuple[int, int]]]) -> Owner:
    spent = {standing: sum(seconds(own, down) for down in outage.down) for standing, own in stretches.items()}
    most = max(spent, key=lambda standing: spent[standing])
    return OWNER[most] if spent[most] else Owner.UNKNOWN
