"""Shell. The case as it stands now: the diary, what follows from it, what falls due, what was made of it.

What follows is kept for a while: it reads whole billing periods, and nothing in it turns on a minute. Judges nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from analysis import run
from analysis.case.case import Case, OfficialResult
from analysis.case.case_file import CaseError, parse
from analysis.case.due import dues
from analysis.case.nearest import WITHIN, Near, nearest
from analysis.contract import Contract
from analysis.finding import Finding
from analysis.period import Period, local_day
from analysis.run import Records
from collector.envelope import StoredRecord, Witnessed
from dashboards.web.case.diary import Diary
from dashboards.web.case.dossiers import Dossiers
from dashboards.web.case.read import CaseReading
from dashboards.web.reading import Reading

_KEPT_FOR = timedelta(minutes=15)
_AHEAD = timedelta(days=1)
_MOST_BACK = timedelta(days=400)  # what is older is no running case


class CaseReader:
    """Readings of one line's case, for any number of threads."""

    def __init__(self, diary: Diary, dossiers: Dossiers) -> None:
        self._diary, self._dossiers = diary, dossiers
        self._lock = Lock()
        self._kept: tuple[object, datetime, tuple[Finding, ...], tuple[Near, ...]] | None = None

    def read(self, bare: Reading, store: Records | None) -> CaseReading:
        """`store` None: there is none yet; what the diary alone tells follows all the same."""
        made, possible = self._dossiers.all(), self._dossiers.possible
        if bare.contract is None:
            return CaseReading(reading=bare, dossiers=made, possible=possible)
        try:
            tables = self._diary.tables()
            case = parse(tables, bare.zone)
        except CaseError as error:
            return CaseReading(reading=bare, problem=str(error), dossiers=made, possible=possible)
        findings, near = self._follows(bare, bare.contract, case, tables, store or _Nothing())
        return CaseReading(
            reading=bare,
            tables=tables,
            findings=findings,
            dues=dues(findings, bare.now, bare.zone),
            near=near,
            dossiers=made,
            possible=possible,
        )

    def _follows(
        self, bare: Reading, contract: Contract, case: Case, tables: Mapping[str, Any], store: Records
    ) -> tuple[tuple[Finding, ...], tuple[Near, ...]]:
        key = (contract, case, bare.day)
        with self._lock:
            if self._kept is None or self._kept[0] != key or not timedelta() <= bare.now - self._kept[1] < _KEPT_FOR:
                found = run.claims(store, contract, _period(bare, tables), bare.now, case)
                near = tuple(one for result in case.official_results for one in _near(result, store, contract))
                self._kept = (key, bare.now, found, near)
            return self._kept[2], self._kept[3]


class _Nothing:
    """A store without a record."""

    def records(self, *_asked: object) -> Iterator[StoredRecord]:
        """None."""
        return iter(())

    imported = records

    def witnessed(self, *_asked: object) -> tuple[Witnessed, ...]:
        """Nothing."""
        return ()


def _near(result: OfficialResult, store: Records, contract: Contract) -> tuple[Near, ...]:
    at = result.measured_at
    tests = run.judged_tests(store, contract.line.id, Period(at - WITHIN, at + WITHIN), contract)
    return tuple(nearest(result, tests))


def _period(bare: Reading, tables: Mapping[str, Any]) -> Period:
    """From the first day that the diary names to tomorrow."""
    today = bare.now.astimezone(bare.zone).date()
    named = [
        date(value.year, value.month, value.day)
        for entries in tables.values()
        if isinstance(entries, list)
        for entry in entries
        for value in entry.values()
        if isinstance(value, date)
    ]
    first = max(min([*named, today]), today - _MOST_BACK)
    return Period(local_day(first, bare.zone).start_at, local_day(today + _AHEAD, bare.zone).end_at)
