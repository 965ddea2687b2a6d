"""Pure. Of every cell what its lines' service comes to, as the numbers that disclosure control holds against a reader.

Lines that nothing tells of are passed over. Knows nothing of what is withheld.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from analysis.extract.aggregate import keys_of
from analysis.extract.disclosure.amount import Amount, Part
from analysis.extract.disclosure.cell import Key
from analysis.extract.line_summary import LineSummary
from analysis.extract.service.line_service import Clock, LineService

_Numbers = Mapping[str, int]  # a line's, by the names of the part's sums; the first is what one line may have most of
_CENTS = 100


def amounts(part: Part, summaries: Sequence[LineSummary], cells: Iterable[Key], period: str) -> tuple[Amount, ...]:
    """One for each of `cells`, sorted by key."""
    of = _OF_LINE[part.name]
    told: defaultdict[Key, list[_Numbers]] = defaultdict(list)
    for one in summaries:
        own = of(one.service)
        if own is not None:
            for key in keys_of(one, period):
                told[key].append(own)
    return tuple(_amount(part, key, told.get(key, ())) for key in sorted(cells))


def _amount(part: Part, key: Key, lines: Sequence[_Numbers]) -> Amount:
    first = part.sums[0].name
    total = sum(one[first] for one in lines)
    return Amount(
        key=key,
        line_count=len(lines),
        largest_share=max(one[first] for one in lines) / total if total else 0.0,
        sums=tuple(sum(one[of.name] for one in lines) for of in part.sums),
    )


def _coverage(one: LineService) -> _Numbers | None:
    if not one.is_watched:
        return None
    return {"watched_lines": 1, "observed_min": (one.length_s - one.unobserved_s) // 60}


def _outages(one: LineService) -> _Numbers | None:
    if not one.is_away:
        return None
    return {
        "away_lines": 1,
        "away_min": -(-one.whole("away_most_s") // 60),
        "down_min": -(-sum(one.down_s.values()) // 60),
        "outages": sum(one.outage_count.values()),
    }


def _repairs(clock: Clock) -> Callable[[LineService], _Numbers | None]:
    def of(one: LineService) -> _Numbers | None:
        cases = sum(each.clock is clock for each in one.repairs)
        return {"cases": cases, "lines": 1} if cases else None

    return of


def _due(one: LineService) -> _Numbers | None:
    if one.money is None or not (one.money.is_due or one.money.due_most_eur):
        return None
    return {
        "lines": 1,
        "most_cents": _cents(one.money.due_most_eur),
        "least_cents": _cents(one.money.due_least_eur),
    }


def _issued(one: LineService) -> _Numbers | None:
    if one.money is None or one.money.issued_eur is None:
        return None
    return {"lines": 1, "cents": _cents(one.money.issued_eur)}


def _cents(eur: Decimal | None) -> int:
    return 0 if eur is None else int(eur * _CENTS)


_OF_LINE: Mapping[str, Callable[[LineService], _Numbers | None]] = {
    "coverage": _coverage,
    "outages": _outages,
    "repairs_observed": _repairs(Clock.OBSERVED),
    "repairs_known": _repairs(Clock.KNOWN),
    "credits_due": _due,
    "credits_issued": _issued,
}
