"""Pure. The tables that an extract's charts are drawn from.

Knows nothing of files.
"""

from collections.abc import Callable, Iterator

from analysis.extract.dictionary import kinds
from analysis.extract.indicator.changes import changes, presence
from analysis.extract.indicator.distribution import distribution
from analysis.extract.indicator.earlier import Earlier
from analysis.extract.indicator.indicators import Rows, indicators
from analysis.extract.indicator.matched import Presence, matched
from analysis.extract.indicator.pairs import pairs
from analysis.extract.indicator.subset import Measured
from analysis.extract.parameters import Parameters
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.table import Table


class ComparisonError(Exception):
    """An earlier extract cannot be compared with. The text is one sentence with the mend."""


def chart_tables(
    panel: Measured, parameters: Parameters, previous: Earlier | None, unit_id: Callable[[str], str]
) -> Iterator[Table]:
    """All of them; the comparison only with a `previous`. Raises TablesError, ComparisonError."""
    told = indicators(panel, parameters.lines_share)
    yield _table("indicators", told)
    yield _table("distribution", distribution(panel, parameters.bin_edges))
    yield _table("operator_pairs", pairs(told, parameters.family_error))
    if previous is None:
        return
    if previous.period.last >= ReportingPeriod(panel.period).first:
        then = previous.period.name
        raise ComparisonError(
            f"The extract to compare with is of {then}, not before {panel.period}; name an earlier one."
        )
    found = matched(panel.summaries, previous, unit_id)
    if not found.counts[Presence.MATCHED] + found.counts[Presence.MOVED]:
        raise ComparisonError(
            f"No line of the extract of {previous.period.name} is in {panel.period}; make both with one pseudonym key."
        )
    yield _table("changes", changes(panel, found, previous.period.name, parameters.family_error))
    yield _table("panel_changes", presence(panel, found, previous.period.name))


def _table(name: str, rows: Rows) -> Table:
    return Table(kinds()[name], rows)
