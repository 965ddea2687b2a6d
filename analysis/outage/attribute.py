"""Pure. From the ladder to a cause: the first line of a table that fits what was seen.

Nothing is the operator's where a rung between the probe and the access line was not seen to be well. Knows nothing of
how a rung was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.clause import LedgerRules
from analysis.outage.circumstance import Circumstances
from analysis.outage.outage import Cause, Concern, Confidence, Imputable, RungName, RungState, Verdict
from analysis.outage.rung.ladder import Ladder

_STEPS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: the states that the rungs must have, and how many networks must be dark, for a verdict."""

    verdict: Verdict
    needs: Mapping[RungName, RungState] = field(default_factory=dict)
    core: bool = False  # as many dark networks as `LedgerRules.core_networks`

    def fits(self, ladder: Ladder, rules: LedgerRules) -> bool:
        """Whether the ladder is as this line asks."""
        if self.core and ladder.networks_dark < rules.core_networks:
            return False
        return all(ladder.state(name) is state for name, state in self.needs.items())


def _line(cause: Cause, confidence: Confidence, whose: Imputable, *, core: bool = False, **needs: RungState) -> Line:
    return Line(Verdict(cause, confidence, whose), {RungName(name): state for name, state in needs.items()}, core)


_WELL, _FAULT = RungState.WELL, RungState.FAULT
_LOW, _MEDIUM, _HIGH = _STEPS
_OPERATOR, _CUSTOMER, _UNKNOWN = Imputable.OPERATOR, Imputable.CUSTOMER, Imputable.UNKNOWN
NOT_KNOWN = Verdict(Cause.UNKNOWN, _LOW, _UNKNOWN)

# The line down: from the probe outwards, the first that fits.
LINE_TABLE: Sequence[Line] = (
    _line(Cause.OWN_LINK, _HIGH, _CUSTOMER, own_link=_FAULT),
    _line(Cause.GATEWAY, _HIGH, _CUSTOMER, own_link=_WELL, gateway=_FAULT),
    _line(Cause.GATEWAY, _MEDIUM, _CUSTOMER, gateway=_FAULT),
    _line(Cause.GATEWAY, _HIGH, _CUSTOMER, router=_FAULT),
    _line(Cause.ACCESS_LINE, _HIGH, _OPERATOR, gateway=_WELL, router=_WELL, wan=_FAULT),
    _line(Cause.ACCESS_LINE, _MEDIUM, _OPERATOR, gateway=_WELL, wan=_FAULT),
    _line(Cause.ACCESS_LINE, _MEDIUM, _OPERATOR, router=_WELL, wan=_FAULT),
    _line(Cause.ACCESS_LINE, _MEDIUM, _OPERATOR, gateway=_WELL, wan=_WELL, first_hop=_FAULT),
    _line(Cause.ACCESS_LINE, _LOW, _UNKNOWN, gateway=_WELL, first_hop=_FAULT),
    _line(Cause.ISP_CORE, _HIGH, _OPERATOR, core=True, wan=_WELL, first_hop=_WELL),
    _line(Cause.ISP_CORE, _MEDIUM, _OPERATOR, core=True, first_hop=_WELL),
    _line(Cause.ISP_CORE, _LOW, _UNKNOWN, first_hop=_WELL),
)
# One address family down while the other went on: the router's own settings may be to blame as much as the operator.
FAMILY_TABLE: Sequence[Line] = (
    _line(Cause.ISP_CORE, _MEDIUM, _OPERATOR, core=True, first_hop=_WELL),
    _line(Cause.ACCESS_LINE, _LOW, _UNKNOWN, first_hop=_FAULT),
)


def attribute(
    concern: Concern, name: str | None, ladder: Ladder, circumstances: Circumstances, rules: LedgerRules
) -> Verdict:
    """Cause, confidence and whose. `name`: the network or the resolver concerned, None for the line and a family."""
    ours = name in circumstances.operator_networks
    if concern is Concern.NETWORK:
        confidence = _HIGH if ladder.networks_answering > 1 else _MEDIUM
        return Verdict(Cause.REMOTE, confidence, _OPERATOR if ours else Imputable.THIRD_PARTY)
    if concern is Concern.NAMES:
        confidence = _HIGH if ladder.state(RungName.NETWORKS) is _WELL else _MEDIUM
        return Verdict(Cause.DNS, confidence, _OPERATOR if ours else _UNKNOWN)
    table = LINE_TABLE if concern is Concern.LINE else FAMILY_TABLE
    verdict = next((line.verdict for line in table if line.fits(ladder, rules)), NOT_KNOWN)
    return _as_known(verdict, ladder, circumstances)


def step(confidence: Confidence, by: int) -> Confidence:
    """One or more steps surer, or less sure, within what there is.

    >>> step(Confidence.MEDIUM, 1), step(Confidence.LOW, -1)
    (<Confidence.HIGH: 'high'>, <Confidence.LOW: 'low'>)
    """
    return _STEPS[min(max(_STEPS.index(confidence) + by, 0), len(_STEPS) - 1)]


def _as_known(verdict: Verdict, ladder: Ladder, circumstances: Circumstances) -> Verdict:
    """The verdict, with what no probe can see."""
    if verdict.cause is Cause.GATEWAY and circumstances.operator_equipment:
        verdict = replace(verdict, imputable_to=_UNKNOWN)  # its own fault or the power at home: nobody saw
    if verdict.cause is Cause.ACCESS_LINE and ladder.link_gone and circumstances.terminal_apart is not False:
        # The box on the wall without power looks like this: if there is one, its plug is at home.
        apart = Verdict(verdict.cause, _LOW, _UNKNOWN)
        verdict = apart if circumstances.terminal_apart else replace(verdict, confidence=_MEDIUM)
    if not ladder.seen_start:
        verdict = replace(verdict, confidence=step(verdict.confidence, -1))
    return verdict
