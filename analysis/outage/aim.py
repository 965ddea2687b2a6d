"""Pure. Which targets speak for what: the line, one family, one network, one resolver, the router.

What answers beyond the router speaks for the line: other hosts, measuring servers, name servers of far zones. A
resolver does not: it may be the router itself, or stand on the provider's side of a fault. Targets with the same label
of a network stand and fall together; one without a label is a network of its own. Knows nothing of what came back.
"""

from dataclasses import dataclass

from analysis.outage.outage import Concern
from probe.body.reachability import NoAnswer, ProbeMethod, Role, TargetMinute

BEYOND = frozenset({Role.INTERNET, Role.SERVER, Role.NAME_SERVER})
# The probe could not ask, so nothing was missed.
NOT_ASKED = frozenset({NoAnswer.NOT_SENT, NoAnswer.NAME_NOT_RESOLVED})
# A router that answers in a far name server's place says it failed: no word from beyond, and no silence either.
_LINE_PASSES_OVER = NOT_ASKED | {NoAnswer.DNS_FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A choice of targets by role, and by family, method, network or name where these are not None.

    `passed_over`: kinds of *no answer* that are no miss. A target whose family was not told is of IPv4.
    """

    concern: Concern
    roles: frozenset[Role]
    passed_over: frozenset[NoAnswer] = NOT_ASKED
    family: int | None = None
    method: ProbeMethod | None = None
    name: str | None = None  # of the network, or of the resolver

    def takes(self, target: TargetMinute) -> bool:
        """Whether `target` is one of them; this very machine never is."""
        if target.loopback or target.role not in self.roles:
            return False
        if self.family is not None and family_of(target) != self.family:
            return False
        if self.method is not None and target.method is not self.method:
            return False
        return self.name is None or self.name == self.network(target)

    def network(self, target: TargetMinute) -> str:
        """What `target` stands and falls with."""
        return target.target if self.concern is Concern.NAMES else network_of(target)


def network_of(target: TargetMinute) -> str:
    """Its label, else its own name: one without a label is a network of its own."""
    return target.network or target.target


def family_of(target: TargetMinute) -> int:
    """4 where nobody told."""
    return target.address_family or 4


def line_aim() -> Aim:
    """What speaks for the line."""
    return Aim(concern=Concern.LINE, roles=BEYOND, passed_over=_LINE_PASSES_OVER)


def role_aim(role: Role) -> Aim:
    """The targets of one role alone, such as the router's or the first hop's."""
    return Aim(concern=Concern.LINE, roles=frozenset({role}))


def family_aim(family: int) -> Aim:
    """What speaks for one address family."""
    concern = Concern.IPV4 if family == 4 else Concern.IPV6
    return Aim(concern=concern, roles=BEYOND, passed_over=_LINE_PASSES_OVER, family=family)


def network_aim(name: str) -> Aim:
    """What speaks for one network."""
    return Aim(concern=Concern.NETWORK, roles=BEYOND, passed_over=_LINE_PASSES_OVER, name=name)


def icmp_aim() -> Aim:
    """What of the line is asked by ICMP, which somebody on the way may drop while all else goes on."""
    return Aim(concern=Concern.LINE, roles=BEYOND, passed_over=_LINE_PASSES_OVER, method=ProbeMethod.ICMP)


def resolver_aim(name: str) -> Aim:
    """One resolver; what it could not resolve is a miss."""
    return Aim(concern=Concern.NAMES, roles=frozenset({Role.RESOLVER}), name=name)
