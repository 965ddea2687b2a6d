"""Pure. A line's time by local days: up, down by owner, unobserved, and outages where they began.

Stretches are brought to whole seconds at their ends, so that what adds up in time adds up in the tables. Knows nothing
of other lines.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from analysis.availability.downtime import Standing
from analysis.clause import LedgerRules
from analysis.extract.service.line_service import DayTime, Owner
from analysis.extract.service.owner import OWNER, owners
from analysis.extract.service.sight import Sight
from analysis.outage.outage import Cause, Outage
from analysis.outage.stretch import Stretch, joined, stretch_of, without
from analysis.period import local_day
from analysis.report import State
from probe.units import epoch_us

_US_PER_S = 1_000_000
_Of = Callable[[Iterable[Stretch]], list[int]]


def by_day(sight: Sight, days: Sequence[date], zone: ZoneInfo, rules: LedgerRules) -> tuple[DayTime, ...]:
    """Of `days`, which follow one another, those with anything observed."""
    edges = _edges(days, zone)
    of = _spender(edges)
    up, unobserved = _in_state(sight, State.UP), _in_state(sight, State.UNOBSERVED)
    down_s = {owner: [0] * len(days) for owner in Owner}
    for standing in Standing:
        own = down_s[OWNER[standing]]
        own[:] = [before + more for before, more in zip(own, of(sight.away.down(standing)), strict=True)]
    up_s, spent = of(up), [sum(own[n] for own in down_s.values()) for n in range(len(days))]
    late_s, gone_s = of(_both(up, sight.late)), of(_both(unobserved, joined([*_gone(sight), *sight.silent])))
    most_s = of(_widest(sight))
    counts = _counts(sight, edges, rules)
    return tuple(
        DayTime(
            on=on,
            up_s=up_s[n],
            down_s={owner: own[n] for owner, own in down_s.items()},
            unobserved_s=edges[n + 1] - edges[n] - up_s[n] - spent[n],
            probe_away_s=gone_s[n],
            late_s=late_s[n],
            away_most_s=most_s[n],
            outage_count=counts["outage"][n],
            short_count=sum(counts["short"][n].values()),
            long_count=counts["long"][n],
        )
        for n, on in enumerate(days)
        if up_s[n] + spent[n]
    )


def _edges(days: Sequence[date], zone: ZoneInfo) -> list[int]:
    """In whole seconds since 1970: the days' beginnings, and the last one's end."""
    periods = [local_day(on, zone) for on in days]
    return [epoch_us(at) // _US_PER_S for at in (*(one.start_at for one in periods), periods[-1].end_at)]


def _spender(edges: Sequence[int]) -> _Of:
    def spent(stretches: Iterable[Stretch]) -> list[int]:
        found = [0] * (len(edges) - 1)
        for start_us, end_us in stretches:
            start, end = max(_whole(start_us), edges[0]), min(_whole(end_us), edges[-1])
            while start < end:
                number = bisect_right(edges, start) - 1
                found[number] += min(end, edges[number + 1]) - start
                start = edges[number + 1]
        return found

    return spent


def _whole(at_us: int) -> int:
    return (at_us + _US_PER_S // 2) // _US_PER_S


def _in_state(sight: Sight, state: State) -> list[Stretch]:
    return [stretch_of(span.period) for span in sight.ledger.spans if span.state is state]


def _gone(sight: Sight) -> Iterable[Stretch]:
    """Unobserved because the probe itself was away, by its own records."""
    return (stretch_of(span.period) for span in sight.ledger.spans if span.cause is Cause.PROBE)


def _both(own: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    return without(own, without(own, joined(others)))


def _widest(sight: Sight) -> list[Stretch]:
    """Each outage out to both edges; where nobody saw one, to the end of what is told."""
    first_us = epoch_us(sight.ledger.period.start_at)
    return joined(
        (
            first_us if one.start.earlier_at is None else epoch_us(one.start.earlier_at),
            min(sight.end_us, sight.end_us if one.end.later_at is None else epoch_us(one.end.later_at)),
        )
        for one in sight.outages
    )


def _counts(sight: Sight, edges: Sequence[int], rules: LedgerRules) -> dict[str, list[Mapping[Owner, int]]]:
    """By kind and day, how many of each owner."""
    found = {kind: [Counter[Owner]() for _ in edges[1:]] for kind in ("outage", "short", "long")}
    whose = owners(sight.outages, sight.away)

    def put(kind: str, at_us: int | None, owner: Owner) -> None:
        at = None if at_us is None else at_us // _US_PER_S
        if at is not None and edges[0] <= at < edges[-1]:
            found[kind][bisect_right(edges, at) - 1][owner] += 1

    for one in sight.outages:
        kind = "short" if one.down_s_lower < rules.outage_s else "outage"
        put(kind, epoch_us(one.down[0].start_at), whose[one.id])
        put("long", _became_long_us(one, rules.long_s), whose[one.id])
    return {kind: [{owner: own[owner] for owner in Owner} for own in each] for kind, each in found.items()}


def _became_long_us(outage: Outage, limit_s: int) -> int | None:
    """When it had surely been down for so long; None: never."""
    left_us = limit_s * _US_PER_S
    for start_us, end_us in map(stretch_of, outage.down):
        if end_us - start_us >= left_us:
            return start_us + left_us
        left_us -= end_us - start_us
    return None
