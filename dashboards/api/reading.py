"""Vocabulary. What an answer is made from, and what a question's token lets it see.

Holds nothing of HTTP.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from analysis.contract import Contract
from analysis.event.event import Noted
from analysis.fleet.topology import Topology
from collector.envelope import Enrolled, ProbeState, Silence, StoredRecord, Witnessed


class Source(Protocol):
    """The store, as `collector.store` gives it."""

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """Those that started in [period_start_at, period_end_at)."""

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """What other tools' files told."""

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Sequence[Witnessed]:
        """What the outside witness saw."""

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[Any]:
        """Records as Arrow tables, as they lie."""

    def table(
        self,
        lines: Sequence[str],
        period_start_at: datetime,
        period_end_at: datetime,
        *,
        columns: Sequence[str] | None = None,
    ) -> Any:
        """Records as one Arrow table, sorted."""

    def lines(self) -> tuple[str, ...]:
        """Every line, sorted."""

    def probes(self) -> tuple[ProbeState, ...]:
        """Every probe, sorted by line and name."""

    def silences(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> tuple[Silence, ...]:
        """Times without word."""

    def enrolled(self, lines: Sequence[str]) -> tuple[Enrolled, ...]:
        """Probes with their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One question's sight: `lines`, sorted, are those that it asks for and its token opens.

    `whole`: the token opens every line. `personal`: addresses too.
    """

    source: Source
    lines: tuple[str, ...]
    whole: bool
    personal: bool
    topology: Topology
    contracts: Mapping[str, Contract]
    entries: Sequence[Noted]
    now: datetime
