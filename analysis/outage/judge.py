"""Pure. A line's account of a period: the ledger with causes, its outages and its losses. Records in, judgement out.

Same records, same account, in whatever order they come. Knows nothing of contracts, clocks or stores.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from analysis.clause import LedgerRules
from analysis.instants import Watched, chains, watched
from analysis.ledger import drawn
from analysis.outage.aim import Aim, family_aim, family_of, icmp_aim, line_aim, network_aim, network_of, resolver_aim
from analysis.outage.answered import heard_us
from analysis.outage.attribute import attribute
from analysis.outage.boot import Boot, boots
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.outage.episode import Course, Episode, course
from analysis.outage.known import as_announced, as_seen_outside, with_habits
from analysis.outage.lossy import losses
from analysis.outage.outage import Concern, Edge, Flag, Loss, Outage, Severity
from analysis.outage.proof import proofs
from analysis.outage.reason import with_causes
from analysis.outage.rung.ladder import Ladder, rungs
from analysis.outage.rung.looks import Count, Looks
from analysis.outage.stretch import Stretch, joined, period_of, shared_us, stretch_of, total_us, without
from analysis.period import Period
from analysis.profile import ledger_rules
from analysis.report import Ledger
from collector.envelope import StoredRecord
from probe.body.reachability import Role, TargetMinute
from probe.units import at_epoch_us

_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of one line over one period. `outages` and `losses` that touch it, whole, in order.

    Only outages of `Concern.LINE` are down in the ledger.
    """

    ledger: Ledger
    outages: tuple[Outage, ...]
    losses: tuple[Loss, ...]


def account_of(
    line: str,
    records: Iterable[StoredRecord],
    period: Period,
    circumstances: Circumstances = NOTHING_KNOWN,
    *,
    rules: LedgerRules | None = None,
) -> Account:
    """The account of `line` over `period`. Records beside the period belong in `records` too: they are what the edges
    of an outage, and the witnesses of its causes, are known by.
    """
    case = _Case(line, boots(one for one in records if one.record.line == line), circumstances, rules or ledger_rules())
    filtered = case.of_icmp()
    outages = with_habits([*case.of_line(), *case.of_parts(filtered)], case.rules)
    lost = [*case.lossy(outages, filtered), *filtered]
    told = [one for one in outages if _touches(one.down[0].start_at, one.down[-1].end_at, period)]
    return Account(
        ledger=with_causes(drawn(case.line_course, period), outages, case.boots),
        outages=tuple(sorted(told, key=lambda one: (one.down[0].start_at, one.concern, one.concerns_name or ""))),
        losses=tuple(
            one
            for one in sorted(lost, key=lambda one: one.period)
            if _touches(one.period.start_at, one.period.end_at, period)
        ),
    )


class _Case:
    """One line's records, read once."""

    __slots__ = ("boots", "circumstances", "line", "line_course", "looks", "minutes", "rules")

    def __init__(self, line: str, seen: tuple[Boot, ...], circumstances: Circumstances, rules: LedgerRules) -> None:
        self.line, self.boots, self.circumstances, self.rules = line, seen, circumstances, rules
        self.minutes: tuple[Watched, ...] = watched(seen, self.rules)
        self.looks = Looks.of(seen, self.minutes)
        self.line_course: Course = course(chains(self.minutes, line_aim(), rules), rules, proofs(seen))

    def of_line(self) -> list[Outage]:
        """What took the line down."""
        return [self._outage(line_aim(), episode, self.line_course) for episode in self.line_course.episodes]

    def of_parts(self, filtered: Sequence[Loss]) -> list[Outage]:
        """What did not work while the line went on, and had worked before; each long enough to be no hiccup."""
        found = []
        for aim in _part_aims(self.minutes):
            own = course(chains(self.minutes, aim, self.rules), self.rules)
            for episode in own.episodes:
                alone = _beside(episode, self.line_course)
                if alone is not None and total_us(alone.downs) >= self.rules.confirm_s * _US_PER_S:
                    found.append(self._outage(aim, alone, own))
        return _without_those_explained(found, [stretch_of(loss.period) for loss in filtered])

    def of_icmp(self) -> list[Loss]:
        """When ICMP went unanswered in every network while the line carried something else: a filter, no outage."""
        if len({network_of(one) for one in _targets(self.minutes) if icmp_aim().takes(one)}) < self.rules.good_networks:
            return []
        episodes = course(chains(self.minutes, icmp_aim(), self.rules), self.rules).episodes
        alone = [found for episode in episodes if (found := _beside(episode, self.line_course)) is not None]
        return [self._filtered(episode) for episode in alone]

    def lossy(self, outages: Iterable[Outage], filtered: Iterable[Loss]) -> tuple[Loss, ...]:
        """Loss outside of all that is dark: the line, a family, ICMP."""
        edges_us = self.rules.loss_window_s * _US_PER_S
        families = [stretch_of(down) for one in outages if one.family is not None for down in one.down]
        dark = [*map(_span, self.line_course.episodes), *families, *(stretch_of(one.period) for one in filtered)]
        cuts = joined((start_us - edges_us, end_us + edges_us) for start_us, end_us in dark)
        return losses(self.line, self.minutes, line_aim(), cuts, self.rules)

    def _heard_us(self, aim: Aim, first_good_us: int | None) -> int | None:
        """When the first answer after an outage was there."""
        return None if first_good_us is None else heard_us(self.minutes, aim, first_good_us)

    def _filtered(self, episode: Episode) -> Loss:
        start_us, end_us = episode.first_bad_us, episode.last_bad_us
        count = self.looks.counts(icmp_aim().takes, start_us, end_us, lambda _: "").get("", Count())
        return Loss(
            line=self.line,
            period=period_of((start_us, end_us)),
            asked_count=count.asked,
            answered_count=count.answered,
            icmp_alone=True,
        )

    def _outage(self, aim: Aim, episode: Episode, own: Course) -> Outage:
        ladder = rungs(self.looks, episode, aim.family, self.rules)
        lower_us = total_us(episode.downs)
        bare = Outage(
            line=self.line,
            concern=aim.concern,
            concerns_name=aim.name,
            start=_edge(episode.last_good_us, episode.first_bad_us),
            end=_edge(episode.last_bad_us, self._heard_us(aim, episode.first_good_us)),
            down=tuple(period_of(down) for down in episode.downs),
            down_s_lower=lower_us / _US_PER_S,
            down_s_upper=(lower_us + _unwatched_us(episode, own)) / _US_PER_S,
            severity=_severity(lower_us / _US_PER_S, self.rules),
            flags=tuple(_flags(episode, own, ladder)),
            rungs=ladder.rungs,
            verdict=attribute(aim.concern, aim.name, ladder, self.circumstances, self.rules),
        )
        return as_announced(as_seen_outside(bare, self.circumstances.outside), self.circumstances)


def _part_aims(minutes: Iterable[Watched]) -> list[Aim]:
    """What can fail on its own: each family where there are two, each network where there are two, each resolver."""
    targets = _targets(minutes)
    beyond = [one for one in targets if line_aim().takes(one)]
    families, networks = {family_of(one) for one in beyond}, {network_of(one) for one in beyond}
    resolvers = {one.target for one in targets if one.role is Role.RESOLVER and not one.loopback}
    return [
        *(family_aim(family) for family in sorted(families) if len(families) > 1),
        *(network_aim(name) for name in sorted(networks) if len(networks) > 1),
        *(resolver_aim(name) for name in sorted(resolvers)),
    ]


def _targets(minutes: Iterable[Watched]) -> list[TargetMinute]:
    """Every target at least once."""
    shapes = {minute.shape: minute.targets for own in minutes for minute in own}
    return [one for own in shapes.values() for one in own]


def _beside(episode: Episode, line: Course) -> Episode | None:
    """The part of an interruption in which the line itself went on; None where there is none, or it never worked."""
    if episode.last_good_us is None:
        return None
    around = joined(_span(one) for one in line.episodes)
    downs = without(episode.downs, around)
    return replace(episode, downs=tuple(downs)) if shared_us(downs, line.up) * 2 > total_us(downs) else None


def _without_those_explained(outages: Sequence[Outage], filtered: Sequence[Stretch]) -> list[Outage]:
    """A family silent because ICMP was, or a network because its family or ICMP was, is no outage of its own."""
    left = [one for one in outages if one.family is None or not _mostly(one, filtered)]
    families = [stretch_of(down) for one in left if one.family is not None for down in one.down]
    wider = joined([*families, *filtered])
    return [one for one in left if one.concern is not Concern.NETWORK or not _mostly(one, wider)]


def _mostly(outage: Outage, stretches: Sequence[Stretch]) -> bool:
    down = [stretch_of(period) for period in outage.down]
    return shared_us(down, stretches) * 2 > total_us(down)


def _unwatched_us(episode: Episode, own: Course) -> int:
    """What lies between two stretches of it and was neither down nor up."""
    between = [(earlier[1], later[0]) for earlier, later in pairwise(episode.downs)]
    return total_us(without(between, own.up))


def _severity(down_s: float, rules: LedgerRules) -> Severity:
    if down_s < rules.confirm_s:
        return Severity.MICRO
    if down_s < rules.outage_s:
        return Severity.SHORT
    return Severity.OUTAGE if down_s < rules.long_s else Severity.LONG


def _flags(episode: Episode, own: Course, ladder: Ladder) -> Iterator[Flag]:
    if episode.first_good_us is None:
        yield Flag.OPEN
    elif not episode.ended:
        yield Flag.END_UNOBSERVED
    if not episode.started:
        yield Flag.START_UNOBSERVED
    if _unwatched_us(episode, own):
        yield Flag.UNOBSERVED_INSIDE
    if episode.interrupted:
        yield Flag.INTERRUPTED
    if ladder.restarted_later:
        yield Flag.ROUTER_RESTARTED_LATER


def _edge(earlier_us: int | None, later_us: int | None) -> Edge:
    return Edge(*(None if us is None else at_epoch_us(us) for us in (earlier_us, later_us)))


def _touches(start_at: datetime, end_at: datetime, period: Period) -> bool:
    return start_at < period.end_at and end_at > period.start_at


def _span(episode: Episode) -> Stretch:
    return episode.last_good_us or episode.first_bad_us, episode.first_good_us or episode.last_bad_us
