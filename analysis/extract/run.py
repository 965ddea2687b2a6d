"""Shell. Reads a bucket's lines from the store and gives each line's period in numbers, with verdicts and service.

Holds no clock: the time is handed in. Knows nothing of groups, of files, or of how many buckets there are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types

from analysis.case.case import Case
from analysis.contract import Contract
from analysis.extract.clockwork import clockwork
from analysis.extract.hear import NEEDED, hear, together
from analysis.extract.line_summary import LineSummary
from analysis.extract.service.run import Heard, services
from analysis.extract.standing import Standing, standing
from analysis.extract.summarise import summaries
from analysis.fleet.placement import Placed
from analysis.kernel.line import LineVerdicts
from analysis.kernel.run import Judge, Parts, Span
from analysis.period import local_day
from analysis.profile import load

_ASKED = "asked_count"  # of small probes: known where the line was watched


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketResult:
    """Of one bucket's lines, in order of their names. `not_in_force`: lines whose contract held on no day."""

    summaries: tuple[LineSummary, ...]
    not_in_force: int


class Source(Parts, Heard, Protocol):
    """Where records come from: a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known beside contracts and records: by line where it hangs in the network, and its case, if it has one.

    `late`: from when on a record came late.
    """

    placed: Mapping[str, Sequence[Placed]]
    cases: Mapping[str, Case]
    peak_hours: tuple[int, ...]
    late: timedelta


def bucket(store: Source, contracts: Sequence[Contract], beside: Beside, span: Span) -> BucketResult:
    """Raises ProfileError and the store's errors."""
    by_line = {one.line.id: one for one in contracts}
    found = {line: standing(one, beside.placed.get(line, ()), span.days) for line, one in by_line.items()}
    standings = [one for _, one in sorted(found.items()) if one is not None]
    ours = [by_line[one.line] for one in standings]
    verdicts = {one.line: one for one in Judge(store, span).lines(ours)}
    alike: defaultdict[tuple[ZoneInfo, str], list[Standing]] = defaultdict(list)
    for one in standings:
        alike[by_line[one.line].line.zone, by_line[one.line].profile].append(one)
    made = [
        summary
        for (zone, profile), group in alike.items()
        for summary in _summaries(store, group, span, beside, (zone, profile, verdicts, by_line))
    ]
    return BucketResult(
        summaries=tuple(sorted(made, key=lambda one: one.standing.line)),
        not_in_force=len(contracts) - len(standings),
    )


def _summaries(
    store: Source,
    group: Sequence[Standing],
    span: Span,
    beside: Beside,
    found: tuple[ZoneInfo, str, Mapping[str, LineVerdicts], Mapping[str, Contract]],
) -> tuple[LineSummary, ...]:
    """Of lines of one zone and profile."""
    zone, profile, verdicts, by_line = found
    start_at, end_at = local_day(span.first, zone).start_at, local_day(span.last, zone).end_at
    clock, days = clockwork(span.days, zone, beside.peak_hours), span.days
    watched: set[str] = set()
    parts = []
    for table in store.parts([one.line for one in group], start_at, end_at, columns=(*NEEDED, _ASKED)):
        parts.append(hear(table, group, clock, days, load(profile)))
        watched |= set(pc.unique(table.filter(pc.is_valid(table[_ASKED]))["line"]).to_pylist())
    service = list(services(store, group, by_line, beside.cases, watched=watched, late=beside.late))
    return summaries(together(parts), group, verdicts, by_line, service)
