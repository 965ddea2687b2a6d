"""Pure. An extract from what every line's period came to: weights, groups, what is withheld, tables, packages.

Same lines, same bytes. Knows nothing of the store, nor of where packages go.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analysis.extract import aggregate, tables
from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.cell import Cell, Relation
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Told, Withheld, withhold
from analysis.extract.indicator.earlier import Earlier
from analysis.extract.indicator.publish import chart_tables
from analysis.extract.indicator.subset import Measured
from analysis.extract.line_summary import LineSummary
from analysis.extract.package.compose import compose
from analysis.extract.package.origin import Origin
from analysis.extract.panel import cleansing
from analysis.extract.panel.address_log import AddressOwner
from analysis.extract.parameters import Parameters
from analysis.extract.raking import rake
from analysis.extract.release import Release, release, told
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.service.publish import publish
from analysis.extract.table import Audience, Table
from collector.envelope import CollectorUptime


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Every line's period, sorted by line, and what there was beside them. `previous`: an extract to compare with.

    `owners`: of their addresses, by line.
    """

    summaries: tuple[LineSummary, ...]
    without_contract: int
    not_in_force: int
    uptime: CollectorUptime
    previous: Earlier | None = None
    owners: Mapping[str, Sequence[AddressOwner]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Files by path for each audience, and what is kept of it for the next extracts."""

    public: Mapping[str, bytes]
    restricted: Mapping[str, bytes]
    release: Release
    withheld: tuple[Withheld, ...]
    cell_count: int


def extract(
    panel: Panel,
    origin: Origin,
    parameters: Parameters,
    *,
    unit_id: Callable[[str], str],
    totals: Mapping[str, Mapping[str, float]],
    earlier: Sequence[Release],
) -> Extract:
    """`totals`: of some dimensions how many lines there are in truth; may be empty. Raises MarginError, TablesError,
    ComparisonError.
    """
    period = origin.period
    measured = [one for one in panel.summaries if one.test_count]
    weights = rake({name: [getattr(one.standing.group, name) for one in measured] for name in DIMENSIONS}, totals)
    cells = aggregate.cells(measured, period.name)
    known = told(period, earlier)
    withheld = withhold(cells, _relations(cells, known), parameters.limits, told=known)
    groups = aggregate.groups(measured, weights, period.name)
    service = publish(panel.summaries, period, parameters, withheld=withheld, earlier=earlier, unit_id=unit_id)
    made: list[Table] = [
        tables.aggregates(groups, withheld, parameters.least_effective_lines),
        tables.withheld_table(withheld),
        *chart_tables(_within(measured, weights, period, withheld, parameters), parameters, panel.previous, unit_id),
        tables.exclusions(groups, period.name),
        *_cleansed(panel, unit_id, period),
        tables.audit(withheld),
        tables.measuring_system(panel.uptime, period.name),
        *service.tables,
    ]
    restricted = chain(_of(Audience.RESTRICTED, made), _of_each_line(measured, weights.tolist(), unit_id, period.name))
    return Extract(
        public=compose(_of(Audience.PUBLIC, made), Audience.PUBLIC, origin, parameters),
        restricted=compose(restricted, Audience.RESTRICTED, origin, parameters),
        release=replace(release(period, parameters.version, cells, withheld), parts=service.told),
        withheld=withheld,
        cell_count=len(cells),
    )


def _of_each_line(
    measured: Sequence[LineSummary], weights: list[float], unit_id: Callable[[str], str], period: str
) -> Iterator[Table]:
    """The largest: each is made when its turn comes to be written."""
    yield tables.line_periods(measured, weights, unit_id, period)
    yield tables.line_days(measured, unit_id)


def _of(audience: Audience, made: Iterable[Table]) -> Iterator[Table]:
    return (one for one in made if one.kind.audience is audience)


def _cleansed(panel: Panel, unit_id: Callable[[str], str], period: ReportingPeriod) -> tuple[Table, ...]:
    return (
        cleansing.cleansing(panel.summaries, panel.without_contract, panel.not_in_force, period.name),
        cleansing.line_changes(panel.summaries, unit_id),
        cleansing.address_log(panel.summaries, panel.owners, unit_id),
    )


def _within(
    measured: Sequence[LineSummary],
    weights: NDArray[np.float64],
    period: ReportingPeriod,
    withheld: tuple[Withheld, ...],
    parameters: Parameters,
) -> Measured:
    return Measured(
        summaries=tuple(measured),
        weights=weights,
        period=period.name,
        withheld=withheld,
        limits=parameters.limits,
        least_effective_lines=parameters.least_effective_lines,
    )


def _relations(cells: Sequence[Cell], known: Told) -> list[Relation]:
    """How this extract's cells add up, and how periods do where their sums hold: lines that moved break them."""
    past = (*known.published, *(cell for cell, _ in known.hidden))
    every = {cell.key: cell for cell in (*past, *cells)}
    periods = {one: ReportingPeriod(one).months for one in {key[0] for key in every} if "Q" in one}
    return [
        one
        for one in relations(every, periods)
        if not one.in_time or every[one.total].line_days == sum(every[part].line_days for part in one.parts)
    ]
