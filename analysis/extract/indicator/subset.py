"""Pure. Some of a panel's lines: those that have a value, in their groups, and which of the groups are withheld.

Whom a group is withheld for, its part is too; and how many lines of a group have a value is held against the same
attack as how many lines there are. Knows nothing of values.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.extract import aggregate
from analysis.extract.disclosure.cell import Key
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Limits, Told, Withheld, withhold
from analysis.extract.line_summary import LineSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A panel: lines with at least one test, their weights, and of all its groups those that are withheld."""

    summaries: tuple[LineSummary, ...]
    weights: NDArray[np.float64]
    period: str
    withheld: tuple[Withheld, ...]
    limits: Limits
    least_effective_lines: int
    _of_some: dict[bytes, frozenset[Key]] = field(default_factory=dict, repr=False)

    def members(self) -> dict[Key, NDArray[np.intp]]:
        """By group, sorted, the numbers of its lines."""
        found: defaultdict[Key, list[int]] = defaultdict(list)
        for number, one in enumerate(self.summaries):
            for key in aggregate.keys_of(one, self.period):
                found[key].append(number)
        return {key: np.array(own, dtype=np.intp) for key, own in sorted(found.items())}

    def hidden(self, has: NDArray[np.bool_]) -> frozenset[Key]:
        """The groups to be withheld where the lines that have a value are these. Raises TablesError."""
        base = frozenset(one.key for one in self.withheld)
        if has.all() or not has.any():
            return base
        found = self._of_some.get(has.tobytes())
        if found is None:
            own = [one for one, known in zip(self.summaries, has.tolist(), strict=True) if known]
            found = self._of_some[has.tobytes()] = base | self._withheld(own)
        return found

    def _withheld(self, own: Sequence[LineSummary]) -> frozenset[Key]:
        cells = aggregate.cells(own, self.period)
        told = Told(own=tuple((one.key, one.reason) for one in self.withheld))
        return frozenset(one.key for one in withhold(cells, relations(c.key for c in cells), self.limits, told=told))
