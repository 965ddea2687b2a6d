"""Shell. Reads store, contract, case file and clock into readings, and keeps those that are still true.

The room's one reader of the store. Judges nothing and writes nothing; knows nothing of pages.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from analysis import run
from analysis.assess import BEFORE
from analysis.case.case_file import CaseError
from analysis.case.case_file import load as load_case
from analysis.contract import Contract
from analysis.contract_file import ContractError, load
from analysis.period import Period, local_day
from collector.envelope import ProbeState, StoredRecord
from collector.store import Store, StoreError
from dashboards.web.held import AROUND, Held
from dashboards.web.reading import Claimed, Reading
from probe.body.reachability import Reachability, Role

_JOURNAL = Path("collector") / "journal.sqlite3"
_CASE = Path("case.toml")
_DEFAULT_ZONE = ZoneInfo("Europe/Lisbon")  # until a contract says where the line is
_FIRST_DAY = date(2000, 1, 1)  # no probe measured before
_ONE_DAY = timedelta(days=1)
_LAST_MINUTES = timedelta(minutes=5)  # before a probe's last record, where its newest minute of reachability is found
_KEPT_FOR = timedelta(minutes=1)  # a reading of an unchanged store: only its last, unobserved minute would be other
_KEPT_MOST = 8
_CLAIMS_KEPT_FOR = timedelta(minutes=15)  # they read whole billing periods, and nothing in them turns on a minute


class Reader:
    """Readings of one line, for any number of threads. One that is still true is not made again."""

    def __init__(
        self, home: Path, contract_path: Path | None, *, line: str, demonstration: bool, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._case_path = Store(home / _JOURNAL), home / _CASE
        self._contract_path, self._clock = contract_path, clock
        self._line, self._demonstration = line, demonstration
        self._lock = Lock()
        self._kept: dict[object, Reading] = {}
        self._claimed: dict[object, Claimed] = {}

    def is_readable(self) -> bool:
        """Whether the store is there and can be read."""
        try:
            self._store.probes()
        except StoreError:
            return False
        return True

    def line(self) -> Reading:
        """The line, its contract and the time: nothing is read of what was measured."""
        return self._bare(None)

    def read(self, asked_on: date | None) -> Reading:
        """What is known now; for the day `asked_on`, unless that is None or no day of which anything can be known."""
        bare = self._bare(asked_on)
        if not self._store.path.exists():
            return bare
        try:
            return self._filled(bare, tuple(probe for probe in self._store.probes() if probe.line == self._line))
        except StoreError as error:
            return replace(bare, store_problem=str(error))

    def _bare(self, asked_on: date | None) -> Reading:
        """A reading before the store is looked at."""
        at, (contract, problem) = self._clock(), self._contract()
        zone = contract.line.zone if contract else _DEFAULT_ZONE
        today = at.astimezone(zone).date()
        asked_on = asked_on if asked_on is not None and _FIRST_DAY <= asked_on <= today else None
        return Reading(
            line=self._line,
            now=at,
            zone=zone,
            window=Period(at - _ONE_DAY, at) if asked_on is None else _until(local_day(asked_on, zone), at),
            day=asked_on or today,
            asked_on=asked_on,
            demonstration=self._demonstration,
            contract=contract,
            contract_problem=problem,
        )

    def _contract(self) -> tuple[Contract | None, str | None]:
        if self._contract_path is None:
            return None, None
        try:
            contract = load(self._contract_path)
        except ContractError as error:
            return None, str(error)
        if contract.line.id != self._line:
            return None, (
                f"{self._contract_path} is the contract of line {contract.line.id}, and this page shows line"
                f" {self._line}. Start Prova again with it, or name its line {self._line}."
            )
        return contract, None

    def _filled(self, bare: Reading, probes: tuple[ProbeState, ...]) -> Reading:
        key = (bare.asked_on, bare.day, bare.contract, bare.contract_problem, probes)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not timedelta() <= bare.now - kept.now < _KEPT_FOR:
                kept = self._read(replace(bare, probes=probes))
                self._kept = {key: kept, **dict(list(self._kept.items())[: _KEPT_MOST - 1])}
            claimed, case_problem = self._claims(bare)
        return replace(kept, now=bare.now, claims=claimed, case_problem=case_problem)

    def _claims(self, bare: Reading) -> tuple[Claimed | None, str | None]:
        """Of the billing periods about the day, by the case file as it is now; and what is wrong with it."""
        contract = bare.contract
        if contract is None or not self._case_path.exists():
            return None, None
        try:
            case = load_case(self._case_path, contract.line.zone)
        except CaseError as error:
            return None, str(error)
        key = (contract, case, bare.day)
        claimed = self._claimed.get(key)
        if claimed is None or not timedelta() <= bare.now - claimed.at < _CLAIMS_KEPT_FOR:
            found = run.claims(self._store, contract, local_day(bare.day, bare.zone), bare.now, case)
            claimed = Claimed(bare.now, found)
            self._claimed = {key: claimed, **dict(list(self._claimed.items())[: _KEPT_MOST - 1])}
        return claimed, None

    def _read(self, bare: Reading) -> Reading:
        """Each stretch of time is read from the store once, and asked for all that is shown of it."""
        line, contract, last_day = self._line, bare.contract, Period(bare.now - _ONE_DAY, bare.now)
        day = local_day(bare.day, bare.zone)
        judged_from = day.start_at - BEFORE if contract else day.start_at
        shown = self._hold(Period(min(bare.window.start_at, judged_from), max(bare.window.end_at, day.end_at)))
        recent = shown if bare.window == last_day else self._hold(last_day)
        line_ledger = run.ledger(shown, line, bare.window, Role.INTERNET)
        tests = run.judged_tests(shown, line, bare.window, contract)
        return replace(
            bare,
            report=run.check(shown, contract, day, bare.now) if contract else None,
            tests=tests,
            latest_tests=tests if recent is shown else run.judged_tests(recent, line, last_day, contract),
            line_ledger=line_ledger,
            recent_ledger=line_ledger if recent is shown else run.ledger(recent, line, last_day, Role.INTERNET),
            router_ledger=run.ledger(shown, line, bare.window, Role.GATEWAY),
            minutes=self._newest_minutes(bare.probes),
        )

    def _hold(self, period: Period) -> Held:
        records = self._store.records([self._line], period.start_at - AROUND, period.end_at + AROUND)
        seen = self._store.witnessed([self._line], period.start_at - _ONE_DAY, period.end_at + _ONE_DAY)
        told = self._store.imported([self._line], period.start_at - AROUND, period.end_at + AROUND)
        return Held(self._line, period, tuple(records), seen, tuple(told))

    def _newest_minutes(self, probes: tuple[ProbeState, ...]) -> tuple[StoredRecord, ...]:
        newest: dict[str, StoredRecord] = {}
        for probe in probes:
            if probe.last_record_at is None:
                continue
            last_at = probe.last_record_at
            for stored in self._store.records([self._line], last_at - _LAST_MINUTES, last_at + timedelta(seconds=1)):
                if stored.record.probe == probe.probe and isinstance(stored.record.body, Reachability):
                    newest[probe.probe] = stored
        return tuple(sorted(newest.values(), key=lambda stored: stored.record.ended.at))


def _until(day: Period, at: datetime) -> Period:
    """The part of a day that is over by `at`; its first minute where it has only just begun."""
    return Period(day.start_at, min(day.end_at, max(at, day.start_at + timedelta(minutes=1))))
