"""Pure. Single lines' service under pseudonyms: periods, days, repairs.

Knows nothing of cells, and nothing of how a pseudonym is made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.fill import fill
from analysis.extract.line_summary import LineSummary
from analysis.extract.service.line_service import DayTime, LineService, Money, Owner
from analysis.extract.service.tables import owned
from analysis.extract.table import Table, Value

_CENT = Decimal("0.01")
_UnitId = Callable[[str], str]


def line_service(summaries: Sequence[LineSummary], unit_id: _UnitId, period: str) -> Table:
    """A row for each line of the panel; outages only of those that were watched."""
    return fill("line_service", (_line(one, unit_id, period) for one in summaries))


def _line(one: LineSummary, unit_id: _UnitId, period: str) -> dict[str, Value]:
    standing, service = one.standing, one.service
    return {
        "unit_id": unit_id(standing.line),
        "period": period,
        **{name: getattr(standing.group, name) for name in DIMENSIONS},
        "first_day": standing.first,
        "last_day": standing.last,
        "unobserved_s": service.unobserved_s,
        **(_watched(service) if service.is_watched else {}),
        **({} if service.money is None else _money(service.money)),
    }


def _watched(one: LineService) -> dict[str, Value]:
    return {
        "up_s": one.up_s,
        "probe_away_s": one.whole("probe_away_s"),
        "late_s": one.whole("late_s"),
        **_away(one.outage_count, one.long_count, one.down_s),
        "short_interruptions": one.whole("short_count"),
        "away_most_s": one.whole("away_most_s"),
    }


def _away(outages: Mapping[Owner, int], long: Mapping[Owner, int], down_s: Mapping[Owner, int]) -> dict[str, Value]:
    return {
        **owned(outages, "outages"),
        "long_outages": sum(long.values()),
        "operator_long_outages": long[Owner.OPERATOR],
        "down_s": sum(down_s.values()),
        **owned(down_s, "down_s"),
    }


def _money(one: Money) -> dict[str, Value]:
    sums = {name: getattr(one, name) for name in ("due_least_eur", "due_most_eur", "issued_eur")}
    return {name: None if eur is None else eur.quantize(_CENT) for name, eur in sums.items()}


def line_service_days(summaries: Sequence[LineSummary], unit_id: _UnitId) -> Table:
    """A row for each day of a line with anything observed."""
    rows = (
        {"unit_id": unit_id(one.standing.line), "day": day.on, **_day(day)}
        for one in summaries
        for day in one.service.days
    )
    return fill("line_service_days", rows)


def _day(one: DayTime) -> dict[str, Value]:
    return {
        "up_s": one.up_s,
        "unobserved_s": one.unobserved_s,
        "probe_away_s": one.probe_away_s,
        "late_s": one.late_s,
        **_away(one.outage_count, one.long_count, one.down_s),
        "short_interruptions": one.short_count,
        "away_most_s": one.away_most_s,
    }


def repairs(summaries: Sequence[LineSummary], unit_id: _UnitId) -> Table:
    """A row for each fault and reading of the term."""
    return fill("repairs", (row for one in summaries for row in _repairs(one, unit_id)))


def _repairs(one: LineSummary, unit_id: _UnitId) -> Iterator[dict[str, Value]]:
    for number, fault in enumerate(one.service.repairs, 1):
        for reading, spent_s in fault.spent_s.items():
            yield {
                "unit_id": unit_id(one.standing.line),
                "fault": number,
                "clock": fault.clock.value,
                "reading": reading,
                "began_on": fault.began_on,
                "end": "seen" if fault.ended else "open",
                "spent_s": spent_s,
            }
