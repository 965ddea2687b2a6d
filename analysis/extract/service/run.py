"""Shell. Reads a bucket's lines one after another and gives each line's service; those that nothing tells of unread.

Holds no judgement and no clock. Memory is one line's records.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from analysis.case.case import NO_CASE, Case
from analysis.contract import Contract
from analysis.extract.service.line_service import LineService
from analysis.extract.service.of_line import Told, asked_of, of_line, to_judge, unwatched
from analysis.extract.standing import Standing
from analysis.run import Records, seen_outside, widely
from collector.envelope import Silence


class Heard(Records, Protocol):
    """Where records come from, and when a probe was not heard: a store."""

    def silences(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> Sequence[Silence]:
        """Those that touch the period, as `collector.store` gives them."""


def services(
    store: Heard,
    standings: Sequence[Standing],
    contracts: Mapping[str, Contract],
    cases: Mapping[str, Case],
    *,
    watched: Collection[str],
    late: timedelta,
) -> Iterator[LineService]:
    """One for each standing. `watched`: the lines with any small probe in the period. Raises the store's errors."""
    for one in standings:
        contract, days = contracts[one.line], (one.first, one.last)
        if one.line in watched or one.line in cases:
            told = _told(store, contract, cases.get(one.line, NO_CASE), days=days)
            yield of_line(told, contract, days, late)
        else:
            yield unwatched(contract, *days)


def _told(store: Heard, contract: Contract, case: Case, *, days: tuple[date, date]) -> Told:
    line, asked = contract.line.id, asked_of(contract, *days)
    wide = to_judge(contract, case, asked)
    read = widely(wide)
    return Told(
        records=tuple(store.records([line], read.start_at, read.end_at)),
        silences=store.silences([line], asked.start_at, asked.end_at),
        case=replace(case, circumstances=seen_outside(store, line, wide, case.circumstances)),
    )
