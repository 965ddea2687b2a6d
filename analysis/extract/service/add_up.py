"""Pure. Lines' service added up over every cell.

A line that nothing tells of adds its length to what was not observed, and itself to the panel. Knows nothing of what
may be published.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from analysis.extract.aggregate import keys_of
from analysis.extract.disclosure.cell import Key
from analysis.extract.line_summary import LineSummary
from analysis.extract.service.line_service import Clock, LineService, Money, Owner
from analysis.extract.service.sums import ServiceSums

_NOTHING = Decimal(0)


def add_up(summaries: Sequence[LineSummary], period: str) -> dict[Key, ServiceSums]:
    """Of every cell with a line of the panel, sorted by key."""
    panel: Counter[Key] = Counter()
    silent_s: Counter[Key] = Counter()
    told: defaultdict[Key, list[LineService]] = defaultdict(list)
    for one in summaries:
        service = one.service
        for key in keys_of(one, period):
            panel[key] += 1
            if service.is_watched or service.money is not None:
                told[key].append(service)
            else:
                silent_s[key] += service.length_s
    return {key: _sums(told.get(key, []), panel[key], silent_s[key]) for key in sorted(panel)}


def _sums(lines: Sequence[LineService], panel_lines: int, silent_s: int) -> ServiceSums:
    unobserved_s = sum(one.unobserved_s for one in lines)
    known = [one.money for one in lines if one.money is not None]
    owed = [one for one in known if one.is_due or one.due_most_eur]
    return ServiceSums(
        panel_lines=panel_lines,
        watched_lines=sum(one.is_watched for one in lines),
        observed_s=sum(one.length_s for one in lines) - unobserved_s,
        unobserved_s=unobserved_s + silent_s,
        probe_away_s=sum(one.whole("probe_away_s") for one in lines),
        late_s=sum(one.whole("late_s") for one in lines),
        away_lines=sum(one.is_away for one in lines),
        outage_count=_by_owner(one.outage_count for one in lines),
        short_count=sum(one.whole("short_count") for one in lines),
        long_count=_by_owner(one.long_count for one in lines),
        down_s=_by_owner(one.down_s for one in lines),
        away_most_s=sum(one.whole("away_most_s") for one in lines),
        repairs={clock: tuple(r for one in lines for r in one.repairs if r.clock is clock) for clock in Clock},
        case_lines=len(known),
        due_lines=sum(one.is_due for one in owed),
        unpriced_lines=sum(one.is_due and one.due_least_eur is None for one in known),
        due_least_eur=_eur(owed, lambda one: one.due_least_eur),
        due_most_eur=_eur(owed, lambda one: one.due_most_eur),
        issued_lines=sum(one.issued_eur is not None for one in known),
        issued_eur=_eur(known, lambda one: one.issued_eur),
    )


def _by_owner(each: Iterable[dict[Owner, int]]) -> dict[Owner, int]:
    own = list(each)
    return {owner: sum(one[owner] for one in own) for owner in Owner}


def _eur(each: Iterable[Money], of: Callable[[Money], Decimal | None]) -> Decimal:
    return sum((eur for one in each if (eur := of(one)) is not None), _NOTHING)
