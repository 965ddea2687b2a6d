"""Pure. The rungs beyond the router: the provider's first hop, independent networks, names.

Knows nothing of the rungs at home.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.clause import LedgerRules
from analysis.outage.aim import BEYOND, family_of, network_of
from analysis.outage.outage import NOTHING_SEEN, Rung, RungName, RungState
from analysis.outage.rung import seen
from analysis.outage.rung.looks import Look, Looks, between
from analysis.outage.rung.moment import Moment
from analysis.outage.rung.witness import before, onset, said, together
from probe.body.reachability import Role, TargetMinute
from probe.body.rung import PathSeen

# Where a second router at home stands. Providers number their own hops from 10.0.0.0/8 and 100.64.0.0/10 as well.
_AT_HOME = tuple(ipaddress.ip_network(block) for block in ("192.168.0.0/16", "172.16.0.0/12", "169.254.0.0/16"))


@dataclass(frozen=True, slots=True)
class Networks:
    """The rung, and how many independent networks were dark and answered. One that never answered is in neither."""

    rung: Rung
    dark: int
    answering: int


def first_hop(looks: Looks, moment: Moment, family: int | None, rules: LedgerRules) -> Rung:
    """The provider's nearest hop: by its answers, else by whether a path found meanwhile still led over it."""

    def takes(target: TargetMinute) -> bool:
        ours = target.role is Role.FIRST_HOP and (family is None or family_of(target) == family)
        return ours and not _at_home(target.address or target.target)

    earlier, during = before(looks, moment, takes, _name), onset(looks, moment, takes, _name)
    evidence = seen.listed(seen.answered(name, earlier.get(name), during[name]) for name in sorted(during))
    state = together(said(earlier.get(name), count, rules) for name, count in during.items())
    if state is not RungState.UNSEEN:
        return Rung(RungName.FIRST_HOP, state, evidence)
    return _by_path(looks.paths, moment, family)


def _by_path(paths: Sequence[Look[PathSeen]], moment: Moment, family: int | None) -> Rung:
    ours = [look for look in paths if family is None or look.seen.address_family == family]
    earlier = (look.seen.first_provider_hop for look in ours if look.at_us <= moment.first_us)
    known = {hop for hop in earlier if hop and not _at_home(hop)}
    states = [_path_says(look.seen, known) for look in between(ours, moment.first_us, moment.last_us)] if known else []
    evidence = seen.paths(len(states)) if states else NOTHING_SEEN
    return Rung(RungName.FIRST_HOP, together(states), evidence)


def _path_says(path: PathSeen, known: set[str]) -> RungState:
    answering = {hop.address for hop in path.hops if hop.address}
    if answering & known:
        return RungState.WELL
    return RungState.FAULT if answering and not path.reached else RungState.UNSEEN


def networks(looks: Looks, moment: Moment, family: int | None) -> Networks:
    """Labels counted, not addresses. Of these only networks that answered before."""

    def takes(target: TargetMinute) -> bool:
        wanted = target.role in BEYOND and not target.loopback
        return wanted and (family is None or family_of(target) == family)

    earlier, during = before(looks, moment, takes, network_of), onset(looks, moment, takes, network_of)
    witnesses = [name for name in sorted(during) if name in earlier and earlier[name].answered]
    dark = [name for name in witnesses if not during[name].answered]
    evidence = seen.listed(seen.answered(name, earlier.get(name), during[name]) for name in witnesses)
    answering = len(witnesses) - len(dark)
    if not witnesses:
        state = RungState.UNSEEN
    elif dark and answering:
        state = RungState.UNCLEAR
    else:
        state = RungState.FAULT if dark else RungState.WELL
    return Networks(Rung(RungName.NETWORKS, state, evidence), len(dark), answering)


def names(looks: Looks, moment: Moment, rules: LedgerRules) -> Rung:
    """The resolvers, all of them."""

    def takes(target: TargetMinute) -> bool:
        return target.role is Role.RESOLVER

    earlier, during = before(looks, moment, takes, _name), onset(looks, moment, takes, _name)
    evidence = seen.listed(seen.answered(name, earlier.get(name), during[name]) for name in sorted(during))
    state = together(said(earlier.get(name), count, rules) for name, count in during.items())
    return Rung(RungName.NAMES, state, evidence)


def _at_home(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(parsed.version == block.version and parsed in block for block in _AT_HOME)


def _name(target: TargetMinute) -> str:
    return target.target
