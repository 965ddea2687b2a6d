"""Pure. The service's share of an extract: which parts of cells are withheld, the tables, and what is kept of it.

Knows nothing of rates, nor of files.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.extract.disclosure.amount import Amount, EarlierPart, ToldPart
from analysis.extract.disclosure.cell import Key, Relation
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Reason, Withheld
from analysis.extract.disclosure.withhold_part import withhold_part
from analysis.extract.line_summary import LineSummary
from analysis.extract.parameters import Parameters
from analysis.extract.release import Release, part_told
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.service.add_up import add_up
from analysis.extract.service.amounts import amounts
from analysis.extract.service.line_tables import line_service, line_service_days, repairs
from analysis.extract.service.tables import credit_sums, repair_times, service_time, withheld_parts
from analysis.extract.table import Table

_COVERAGE = "coverage"  # where this is withheld, the other parts are too


@dataclass(frozen=True, slots=True)
class Service:
    """Its tables, and what it told of each part."""

    tables: tuple[Table, ...]
    told: tuple[ToldPart, ...]


def publish(
    summaries: Sequence[LineSummary],
    period: ReportingPeriod,
    parameters: Parameters,
    *,
    withheld: Iterable[Withheld],
    earlier: Sequence[Release],
    unit_id: Callable[[str], str],
) -> Service:
    """`withheld`: the cells that are withheld whole. Raises TablesError."""
    sums = add_up(summaries, period.name)
    whole = {one.key: one.reason for one in withheld}
    hidden: dict[str, Mapping[Key, Reason]] = {}
    told: list[ToldPart] = []
    for name, part in sorted(parameters.parts.items(), key=lambda one: one[0] != _COVERAGE):
        own = amounts(part, summaries, sums, period.name)
        before = part_told(name, period, earlier)
        found = withhold_part(part, own, {**hidden.get(_COVERAGE, {}), **whole}, _relations(own, before), before)
        hidden[name] = dict(found)
        told.append(ToldPart(part=name, amounts=own, withheld=found))
    tables = (
        service_time(sums, hidden),
        repair_times(sums, hidden),
        credit_sums(sums, hidden),
        withheld_parts(hidden, whole),
        line_service(summaries, unit_id, period.name),
        line_service_days(summaries, unit_id),
        repairs(summaries, unit_id),
    )
    return Service(tables, tuple(told))


def _relations(own: Sequence[Amount], before: EarlierPart) -> tuple[Relation, ...]:
    """How cells add up, also with those of other periods that were told before."""
    keys = {one.key for one in (*own, *(each for told in before.others for each in told.amounts))}
    return relations(keys, {one: ReportingPeriod(one).months for one in {key[0] for key in keys} if "Q" in one})
