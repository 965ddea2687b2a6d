"""Vocabulary. What is known of a line from elsewhere than its probes: announced works, equipment, outside witnesses.

Knows nothing of where it was read.
"""

from dataclasses import dataclass

from analysis.outage.outage import Imputable
from analysis.period import Period


@dataclass(frozen=True, slots=True)
class Planned:
    """A window in which an interruption was announced, by whom, and where it was said."""

    period: Period
    imputable_to: Imputable = Imputable.OPERATOR
    said_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """What a witness outside the line saw of its address. Time in neither was not watched from there.

    Both are sorted and apart. A router that answers nobody from outside is no evidence: then `alive` stays empty for
    ever, and `dead` must be empty too. `apart_s`: between two questions of it at most; 0 where it watched throughout.
    """

    alive: tuple[Period, ...] = ()
    dead: tuple[Period, ...] = ()
    apart_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What no probe can see. None and empty: not known.

    `operator_equipment`: the home router is the operator's, and in its care. `terminal_apart`: the line ends in a box
    of its own (an optical terminal, a modem) with a plug of its own. `operator_networks`: labels of networks and
    resolvers that are the operator's.
    """

    planned: tuple[Planned, ...] = ()
    operator_equipment: bool | None = None
    terminal_apart: bool | None = None
    operator_networks: frozenset[str] = frozenset()
    outside: OutsideView = OutsideView()


NOTHING_KNOWN = Circumstances()
