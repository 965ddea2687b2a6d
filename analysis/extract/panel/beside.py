"""Vocabulary. What is known of lines beside contracts and records, and how it is to be counted.

Knows nothing of where it was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from analysis.case.case import Case
from analysis.contract import Contract
from analysis.extract.panel.address_log import AddressOwner
from analysis.extract.panel.area import Areas
from analysis.extract.standing import Known
from analysis.fleet.placement import Placed

_NOWHERE = Areas({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """By line where it hangs in the network, its case, and its address's owners, where there are any.

    `late`: from when on a record came late. With `by_nuts3` lines are counted by NUTS 3 too.
    """

    placed: Mapping[str, Sequence[Placed]]
    peak_hours: tuple[int, ...]
    late: timedelta
    cases: Mapping[str, Case] = field(default_factory=dict)
    areas: Areas = _NOWHERE
    by_nuts3: bool = False
    owners: Mapping[str, Sequence[AddressOwner]] = field(default_factory=dict)

    def known(self, contract: Contract) -> Known:
        """Of its line."""
        line = contract.line
        return Known(
            placed=self.placed.get(line.id, ()),
            area=self.areas.of(line),
            by_nuts3=self.by_nuts3,
            owners=self.owners.get(line.id, ()),
        )
