"""Shell. Reads a bucket's lines from the store and gives each line's period in numbers, with its verdicts.

Holds no clock: the time is handed in. Knows nothing of groups, of files, or of how many buckets there are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from analysis.contract import Contract
from analysis.extract.clockwork import clockwork
from analysis.extract.hear import NEEDED, hear, together
from analysis.extract.line_summary import LineSummary
from analysis.extract.standing import Standing, standing
from analysis.extract.summarise import summaries
from analysis.fleet.placement import Placed
from analysis.kernel.line import LineVerdicts
from analysis.kernel.run import Judge, Parts, Span
from analysis.period import local_day
from analysis.profile import load


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketResult:
    """Of one bucket's lines, in order of their names. `not_in_force`: lines whose contract held on no day."""

    summaries: tuple[LineSummary, ...]
    not_in_force: int


def bucket(
    store: Parts,
    contracts: Sequence[Contract],
    placed: Mapping[str, Sequence[Placed]],
    span: Span,
    peak_hours: Sequence[int],
) -> BucketResult:
    """Raises ProfileError and the store's errors."""
    by_line = {one.line.id: one for one in contracts}
    found = {line: standing(one, placed.get(line, ()), span.days) for line, one in by_line.items()}
    standings = [one for _, one in sorted(found.items()) if one is not None]
    ours = [by_line[one.line] for one in standings]
    verdicts = {one.line: one for one in Judge(store, span).lines(ours)}
    alike: defaultdict[tuple[ZoneInfo, str], list[Standing]] = defaultdict(list)
    for one in standings:
        alike[by_line[one.line].line.zone, by_line[one.line].profile].append(one)
    made = [
        summary
        for (zone, profile), group in alike.items()
        for summary in _summaries(store, group, span, (zone, profile, tuple(peak_hours)), (verdicts, by_line))
    ]
    return BucketResult(
        summaries=tuple(sorted(made, key=lambda one: one.standing.line)),
        not_in_force=len(contracts) - len(standings),
    )


def _summaries(
    store: Parts,
    group: Sequence[Standing],
    span: Span,
    how: tuple[ZoneInfo, str, tuple[int, ...]],
    found: tuple[Mapping[str, LineVerdicts], Mapping[str, Contract]],
) -> tuple[LineSummary, ...]:
    """Of lines of one zone and profile."""
    zone, profile, peak_hours = how
    start_at, end_at = local_day(span.first, zone).start_at, local_day(span.last, zone).end_at
    clock, days = clockwork(span.days, zone, peak_hours), span.days
    tables = store.parts([one.line for one in group], start_at, end_at, columns=NEEDED)
    tests = together([hear(one, group, clock, days, load(profile)) for one in tables])
    return summaries(tests, group, *found)
