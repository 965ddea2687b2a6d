"""Pure. The rungs at home: the probe's own link, and the gateway.

Knows nothing of what lies beyond the router.
"""

from collections.abc import Iterator, Sequence

from analysis.clause import LedgerRules
from analysis.outage.aim import family_of
from analysis.outage.outage import Rung, RungName, RungState
from analysis.outage.rung import seen
from analysis.outage.rung.looks import Count, Look, Looks, between
from analysis.outage.rung.moment import Moment
from analysis.outage.rung.witness import before, onset, said, together
from probe.body.reachability import Role, TargetMinute
from probe.body.rung import LinkSeen, Neighbour

_US_PER_S = 1_000_000
_CACHED_US = 60 * _US_PER_S  # a neighbour stays *reachable* for up to 45 s after its last word (RFC 4861, 6.3.2)


def own_link(looks: Looks, moment: Moment, gateway: Rung) -> Rung:
    """Carrier lost at the onset is a fault of the link, if every probe lost it that saw the line down."""
    by_probe: dict[str, list[Look[LinkSeen]]] = {}
    for look in looks.links:
        by_probe.setdefault(look.probe, []).append(look)
    rungs = [
        _carrier(by_probe.get(probe, []), moment) for probe in sorted(looks.probes(moment.first_us, moment.last_us))
    ]
    state = together(rung.state for rung in rungs)
    if state is RungState.FAULT and any(rung.state is not RungState.FAULT for rung in rungs):
        state = RungState.UNCLEAR
    evidence = seen.listed(rung.evidence for rung in rungs)
    if state is not RungState.FAULT and gateway.state is RungState.WELL:
        return Rung(RungName.OWN_LINK, RungState.WELL, evidence if evidence.en else seen.answered_at_home())
    return Rung(RungName.OWN_LINK, state, evidence)


def _carrier(links: Sequence[Look[LinkSeen]], moment: Moment) -> Rung:
    """One probe's link."""
    looked = between(links, moment.from_us, moment.until_us)
    lost_us = next((lost for look in looked for lost in _lost_us(look, moment)), None)
    if lost_us is not None:
        return Rung(RungName.OWN_LINK, RungState.FAULT, seen.carrier_lost(lost_us))
    counted = _counted(links, moment)
    if counted and not any(look.seen.changes for look in looked):
        return Rung(RungName.OWN_LINK, RungState.UNCLEAR, seen.carrier_counted(counted))
    if any(look.seen.carrier for look in looked) or counted == 0:
        return Rung(RungName.OWN_LINK, RungState.WELL, seen.carrier())
    return Rung(RungName.OWN_LINK, RungState.UNSEEN)


def _lost_us(look: Look[LinkSeen], moment: Moment) -> Iterator[int]:
    """Since when the carrier was away, of each time that it was so at the onset."""
    first = [] if look.seen.carrier is None else [(look.start_us, look.seen.carrier)]
    course = [*first, *((look.start_us + one.offset_ms * 1000, one.carrier) for one in look.seen.changes)]
    ends = [*(at_us for at_us, _ in course[1:]), look.at_us]
    for (at_us, carrier), end_us in zip(course, ends, strict=False):  # none where the carrier was not seen
        if not carrier and at_us <= moment.onset_end_us and end_us >= moment.from_us:
            yield at_us


def _counted(links: Sequence[Look[LinkSeen]], moment: Moment) -> int | None:
    """How often the kernel saw the carrier go between the looks just before and just after the onset."""
    counts = [(look.at_us, look.seen.carrier_down_count) for look in links]
    earlier = [count for at_us, count in counts if count is not None and at_us <= moment.from_us]
    later = [count for at_us, count in counts if count is not None and at_us >= moment.onset_end_us]
    return later[0] - earlier[-1] if earlier and later and later[0] >= earlier[-1] else None


def gateway(looks: Looks, moment: Moment, family: int | None, rules: LedgerRules) -> Rung:
    """The home router on its own network: by what it answered, and by what the neighbour table says of it."""

    def takes(target: TargetMinute) -> bool:
        return target.role is Role.GATEWAY and (family is None or family_of(target) == family)

    earlier, during = before(looks, moment, takes, _name), onset(looks, moment, takes, _name)
    evidence = seen.listed(seen.answered(name, earlier.get(name), during[name]) for name in sorted(during))
    others = {name for name, count in during.items() if count.answered and not _answered(earlier.get(name))}
    if others and any(count.answered for name, count in earlier.items() if name not in others):
        # Another device answers in the router's place: some cable modems do while their line is down.
        return Rung(RungName.GATEWAY, RungState.UNCLEAR, evidence)
    state = together(said(earlier.get(name), count, rules) for name, count in during.items())
    return _with_neighbour(Rung(RungName.GATEWAY, state, evidence), looks, moment, family)


def _with_neighbour(rung: Rung, looks: Looks, moment: Moment, family: int | None) -> Rung:
    """The rung, seen below IP too: a router may answer no ping and be there, or be remembered and gone."""
    if rung.state is RungState.WELL:
        return rung
    states = [
        (look.at_us, state)
        for look in looks.links
        if moment.first_us <= look.at_us <= moment.last_us  # the table is read at the look's end
        for state in _neighbours(look.seen, family)
    ]
    failed = any(state is Neighbour.FAILED and at_us <= moment.onset_end_us for at_us, state in states)
    there = any(state is Neighbour.REACHABLE and at_us >= moment.first_us + _CACHED_US for at_us, state in states)
    evidence = seen.listed(
        (rung.evidence, *(seen.neighbour(state) for state in sorted({state for _, state in states})))
    )
    if failed == there:
        return Rung(rung.name, RungState.UNCLEAR if failed else rung.state, evidence)
    if failed:
        return Rung(rung.name, RungState.FAULT, evidence)
    return Rung(rung.name, RungState.UNCLEAR if rung.state is RungState.FAULT else RungState.WELL, evidence)


def _neighbours(link: LinkSeen, family: int | None) -> list[Neighbour]:
    by_family = {4: link.neighbour_ipv4, 6: link.neighbour_ipv6}
    wanted = by_family.values() if family is None else [by_family[family]]
    return [state for state in wanted if state is not None]


def _answered(count: Count | None) -> bool:
    return count is not None and count.answered > 0


def _name(target: TargetMinute) -> str:
    return target.target
