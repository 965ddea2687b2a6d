"""Shell. Reads a bucket's lines from the store and has them judged: as arrays, and alone where the arrays do not do.

Holds no judgement and no clock: the time is handed in. Knows nothing of processes or of how many buckets there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from analysis.assess import BEFORE
from analysis.contract import Contract
from analysis.kernel.column import NEEDED
from analysis.kernel.judge import gather, judge
from analysis.kernel.line import LineVerdicts
from analysis.kernel.plan import plans
from analysis.kernel.told import of_findings, of_outcome
from analysis.kernel.verdict import Decisions
from analysis.period import Period, local_day
from analysis.run import Records, check

_AROUND = timedelta(minutes=10)  # as a line alone is read


class Parts(Records, Protocol):
    """Where many lines' records come from: a store."""

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        """Those that started in [period_start_at, period_end_at), as `collector.store` gives them."""

    def imports(self) -> tuple[tuple[str, Any, int], ...]:
        """Every imported file, its line first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The civil days from `first` to `last`, each line's own, looked at at `now`."""

    first: date
    last: date
    now: datetime

    @property
    def days(self) -> tuple[date, ...]:
        """All of them."""
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Judge:
    """Of lines of `store`. What was decided once for some counts is kept for the next bucket."""

    store: Parts
    span: Span
    known: dict[str, Decisions] = field(default_factory=dict)

    def lines(self, contracts: Sequence[Contract]) -> Iterator[LineVerdicts]:
        """One for each contract, of which each has another line, all of one bucket. Those judged alone come last.

        Raises ProfileError and the store's errors.
        """
        return self.of_tables(contracts, self.tables(contracts, NEEDED))

    def of_tables(self, contracts: Sequence[Contract], tables: Iterable[pa.Table]) -> Iterator[LineVerdicts]:
        """The same of tables that were read already: one by one, each but once, and all of them."""
        imported = {line for line, _, _ in self.store.imports()}
        plain = [one for one in contracts if one.line.id not in imported]
        alone = {one.line.id: one for one in contracts if one.line.id in imported}
        of_line = {one.line.id: one for one in plain}
        made, left = plans(plain, self.span.first, self.span.last, self.span.now)
        alone |= {one.line.id: one for one in left}
        for plan, evidence in zip(made, gather(tables, made), strict=True):
            decisions = self.known.setdefault(plan.profile.id, Decisions(plan.rules))
            outcome = judge(evidence, plan, decisions)
            yield from of_outcome(outcome, plan)
            alone |= {line: of_line[line] for line, one in zip(plan.lines, outcome.alone, strict=True) if one}
        for line in sorted(alone):
            yield self._alone(alone[line])

    def tables(self, contracts: Sequence[Contract], columns: Sequence[str]) -> Iterator[pa.Table]:
        """All that the rules look at of these lines, and a little more time; may be none."""
        if not contracts:
            return iter(())
        periods = [self._period(one) for one in contracts]
        start_at = min(one.start_at for one in periods) - BEFORE - _AROUND
        end_at = max(one.end_at for one in periods) + _AROUND
        return self.store.parts([one.line.id for one in contracts], start_at, end_at, columns=columns)

    def _alone(self, contract: Contract) -> LineVerdicts:
        report = check(self.store, contract, self._period(contract), self.span.now)
        return of_findings(report.findings, contract, self.span.days)

    def _period(self, contract: Contract) -> Period:
        zone = contract.line.zone
        return Period(local_day(self.span.first, zone).start_at, local_day(self.span.last, zone).end_at)
