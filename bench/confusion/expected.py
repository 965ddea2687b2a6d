"""What each fault must be called, from its definition alone: what is down, for what cause, and whose it cannot be."""

from dataclasses import dataclass

from analysis.outage.outage import Cause, Concern, Imputable
from tests.lab.fault import Fault

_LINE, _OPERATOR = Concern.LINE, Imputable.OPERATOR


@dataclass(frozen=True, slots=True)
class Expected:
    """`concern` None: no outage at all. `causes`: any of them is right. `not_imputable_to`: whose it must never be."""

    concern: Concern | None
    causes: frozenset[Cause] = frozenset()
    not_imputable_to: Imputable | None = None


def _line(*causes: Cause, never: Imputable | None = None) -> Expected:
    return Expected(_LINE, frozenset(causes), never)


_NOTHING = Expected(None, not_imputable_to=_OPERATOR)
EXPECTED = {
    Fault.UNPLUGGED: _line(Cause.OWN_LINK, never=_OPERATOR),
    Fault.ROUTER_HUNG: _line(Cause.GATEWAY, never=_OPERATOR),
    # A router without power takes the carrier with it: both say the customer's side.
    Fault.ROUTER_REBOOTED: _line(Cause.GATEWAY, Cause.OWN_LINK, never=_OPERATOR),
    Fault.ACCESS_CUT: _line(Cause.ACCESS_LINE, never=Imputable.CUSTOMER),
    Fault.ACCESS_SILENT: _line(Cause.ACCESS_LINE, never=Imputable.CUSTOMER),
    Fault.UPSTREAM_LOST: _line(Cause.ACCESS_LINE, never=Imputable.CUSTOMER),
    Fault.DOWNSTREAM_LOST: _line(Cause.ACCESS_LINE, never=Imputable.CUSTOMER),
    Fault.SESSION_GONE: _line(Cause.ACCESS_LINE, never=Imputable.CUSTOMER),
    Fault.CORE_DEAD: _line(Cause.ISP_CORE, never=Imputable.CUSTOMER),
    Fault.PREFIX_GONE: Expected(Concern.NETWORK, frozenset({Cause.REMOTE}), _OPERATOR),
    Fault.ANCHOR_DEAD: Expected(Concern.NETWORK, frozenset({Cause.REMOTE}), _OPERATOR),
    Fault.ICMP_BLOCKED: _NOTHING,
    Fault.ICMP_LIMITED: _NOTHING,
    Fault.DNS_DROPPED: Expected(Concern.NAMES, frozenset({Cause.DNS})),
    Fault.DNS_REFUSED: Expected(Concern.NAMES, frozenset({Cause.DNS})),
    Fault.IPV6_DEAD: Expected(Concern.IPV6, frozenset({Cause.ISP_CORE, Cause.ACCESS_LINE, Cause.UNKNOWN})),
    Fault.PROBE_SUSPENDED: _NOTHING,
    Fault.PROBE_REBOOTED: _NOTHING,
    Fault.CLOCK_FORWARD: _NOTHING,
    Fault.CLOCK_BACK: _NOTHING,
}
