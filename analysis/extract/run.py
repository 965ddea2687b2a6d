"""Shell. Reads a bucket's lines from the store and gives each line's period in numbers, with verdicts and service.

Holds no clock: the time is handed in. Knows nothing of groups, of files, or of how many buckets there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types

from analysis.clause import Profile
from analysis.contract import Contract
from analysis.extract.bucket_result import BucketResult
from analysis.extract.clockwork import Clockwork, clockwork
from analysis.extract.hear import NEEDED, Tests, hear, together
from analysis.extract.panel.beside import Beside
from analysis.extract.service.run import Heard, services
from analysis.extract.standing import Standing, standing
from analysis.extract.summarise import summaries
from analysis.kernel import column
from analysis.kernel.run import Judge, Parts, Span
from analysis.profile import load

_ASKED = "asked_count"  # of small probes: known where the line was watched
_COLUMNS = tuple(dict.fromkeys((*column.NEEDED, *NEEDED, _ASKED)))


class Source(Parts, Heard, Protocol):
    """Where records come from: a store."""


def bucket(store: Source, judge: Judge, contracts: Sequence[Contract], beside: Beside) -> BucketResult:
    """Of lines of one bucket, each record read once but for lines with a service to judge. `judge` reads `store`.

    Raises ProfileError and the store's errors.
    """
    by_line = {one.line.id: one for one in contracts}
    found = {line: standing(one, beside.known(one), judge.span.days) for line, one in by_line.items()}
    standings = [one for _, one in sorted(found.items()) if one is not None]
    ours = [by_line[one.line] for one in standings]
    hearings = [*_hearings(standings, by_line, judge.span, beside.peak_hours)]
    verdicts = {one.line: one for one in judge.of_tables(ours, _heard(judge.tables(ours, _COLUMNS), hearings))}
    made = [
        summary
        for one in hearings
        for service in [list(services(store, one.group, by_line, beside.cases, watched=one.watched, late=beside.late))]
        for summary in summaries(together(one.heard), one.group, verdicts, by_line, service)
    ]
    return BucketResult(
        summaries=tuple(sorted(made, key=lambda one: one.standing.line)),
        not_in_force=len(contracts) - len(standings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hearing:
    """Lines of one zone and profile, what was `heard` of them so far, a part for each table, and which were watched."""

    group: Sequence[Standing]
    clock: Clockwork
    days: Sequence[date]
    profile: Profile
    heard: list[Tests] = field(default_factory=list)
    watched: set[str] = field(default_factory=set)

    def hear(self, table: pa.Table) -> None:
        self.heard.append(hear(table, self.group, self.clock, self.days, self.profile))
        asked = table.column(_ASKED)
        if asked.null_count < len(asked):
            rows = pc.and_(pc.is_valid(asked), self._within(table.column("started_at")))
            self.watched.update(pc.unique(table.filter(rows).column("line")).to_pylist())

    def _within(self, started: pa.ChunkedArray) -> pa.ChunkedArray:
        """Which instants lie in the days."""
        first_us, after_us = (
            pa.scalar(int(edge), pa.int64()).cast(started.type) for edge in self.clock.edges_us[[0, -1]]
        )
        return pc.and_(pc.greater_equal(started, first_us), pc.less(started, after_us))


def _hearings(
    standings: Sequence[Standing], contracts: Mapping[str, Contract], span: Span, peak_hours: Sequence[int]
) -> Iterator[_Hearing]:
    alike: defaultdict[tuple[ZoneInfo, str], list[Standing]] = defaultdict(list)
    for one in standings:
        alike[contracts[one.line].line.zone, contracts[one.line].profile].append(one)
    for (zone, profile), group in alike.items():
        clock = clockwork(span.days, zone, peak_hours)
        yield _Hearing(group=group, clock=clock, days=span.days, profile=load(profile))


def _heard(tables: Iterable[pa.Table], hearings: Sequence[_Hearing]) -> Iterator[pa.Table]:
    """The tables again, each heard on its way."""
    for table in tables:
        for one in hearings:
            one.hear(table)
        yield table
