"""Shell. Reads store, contract, case file and clock into readings, and keeps those that are still true.

The room's one reader of the store. Judges nothing and writes nothing; knows nothing of pages.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from analysis import run
from analysis.assess import BEFORE
from analysis.case.case import Case
from analysis.case.case_file import CaseError
from analysis.case.case_file import load as load_case
from analysis.contract import Contract
from analysis.contract_file import ContractError, load
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.period import Period, local_day
from collector.envelope import CollectorUptime, ProbeState, StoredRecord
from collector.store import Store, StoreError
from dashboards.web.case.read import CaseReading
from dashboards.web.case.reader import CaseReader
from dashboards.web.held import AROUND, Held
from dashboards.web.past.archive import Archive, Shelf
from dashboards.web.past.calendar import days_of, month_of, whole_month
from dashboards.web.past.told import Month, MonthOfOutages, OneTest, Readiness, Told
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
_STAMP_KEPT_FOR = timedelta(minutes=5)  # for so long late records of days gone by may go unnoticed
_LAST_DAYS = 7  # that readiness looks back over
_NEVER = datetime.max.replace(tzinfo=UTC)
_CLAIMS_KEPT_FOR = timedelta(minutes=15)  # they read whole billing periods, and nothing in them turns on a minute


class Reader:
    """Readings of one line, for any number of threads. One that is still true is not made again."""

    def __init__(
        self,
        home: Path,
        contract_path: Path | None,
        *,
        line: str,
        demonstration: bool,
        clock: Callable[[], datetime],
        cases: CaseReader,
    ) -> None:
        self._cases = cases
        self._store, self._case_path = Store(home / _JOURNAL), home / _CASE
        self._contract_path, self._clock = contract_path, clock
        self._line, self._demonstration = line, demonstration
        self._lock = Lock()
        self._kept: dict[object, Reading] = {}
        self._claimed: dict[object, Claimed] = {}
        self._archive = Archive(self._store)
        self._stamped: tuple[datetime, object] | None = None

    def take_up(self, contract_path: Path | None, *, demonstration: bool) -> None:
        """From now on the line is shown by this contract."""
        self._contract_path, self._demonstration = contract_path, demonstration

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

    def month(self, first_on: date | None) -> Month:
        """The month that begins with `first_on`; the running one where that is None or no month that has begun."""
        bare = self._bare(None)
        first = month_of(bare.day, first_on)
        try:
            days = days_of(first, bare.day)
            as_of, told = self._archive.days(self._shelf(bare), days, bare.now)
        except StoreError as error:
            return Month(about=self._told(bare, error), first_on=first, as_of=bare.now, days=())
        return Month(about=bare, first_on=first, as_of=as_of, days=told)

    def outages(self, first_on: date | None) -> MonthOfOutages:
        """The account of such a month."""
        bare = self._bare(None)
        first = month_of(bare.day, first_on)
        period = whole_month(first, bare.zone)
        try:
            as_of, account = self._archive.account(self._shelf(bare), period, bare.now, self._circumstances(bare))
        except StoreError as error:
            about = self._told(bare, error)
            return MonthOfOutages(about=about, first_on=first, period=period, as_of=bare.now, account=None)
        return MonthOfOutages(about=bare, first_on=first, period=period, as_of=as_of, account=account)

    def readiness(self) -> Readiness:
        """What there is for a claim, now and over the last days."""
        reading = self.read(None)
        days = tuple(reading.day - number * _ONE_DAY for number in reversed(range(_LAST_DAYS)))
        told: tuple[Told, ...] = ()
        stamped: bool | None = None
        uptime: CollectorUptime | None = None
        try:
            _, told = self._archive.days(self._shelf(reading), days, reading.now)
            stamped = self._is_stamped(reading.now)
            uptime = self._store.uptime(reading.now - _LAST_DAYS * _ONE_DAY, reading.now)
        except StoreError as error:
            reading = self._told(reading, error)
        return Readiness(
            now=reading,
            days=told,
            case=self._case(reading),
            software=f"prova {version('prova')}",
            is_stamped=stamped,
            uptime=uptime,
        )

    def _is_stamped(self, at: datetime) -> bool | None:
        """Asked of the first record of each of the last days, the newest first: a batch's proof is its day's."""
        for number in range(1, _LAST_DAYS):
            day = Period(at - (number + 1) * _ONE_DAY, at - number * _ONE_DAY)
            first = next(self._store.records([self._line], day.start_at, day.end_at), None)
            sealed = first and self._store.inclusion(first.batch_sha256)
            if sealed:
                return sealed.time_stamp is not None
        return None

    def _case(self, bare: Reading) -> Case | None:
        try:
            return load_case(self._case_path, bare.zone) if self._case_path.exists() else None
        except CaseError:
            return None

    def _circumstances(self, bare: Reading) -> Circumstances:
        """What the case file tells of outages; nothing where there is none, or it cannot be read: a banner says so."""
        case = self._case(bare)
        return NOTHING_KNOWN if case is None else case.circumstances

    def test(self, on: date, record: str) -> OneTest:
        """The test of that day with that record's id, and what it was a witness of, that day and the next."""
        bare = self._bare(None)
        try:
            tests = run.judged_tests(self._store, self._line, local_day(on, bare.zone), bare.contract)
            days = [day for day in (on, on + _ONE_DAY) if day <= bare.day]
            _, told = self._archive.days(self._shelf(bare), days, bare.now)
        except StoreError as error:
            return OneTest(about=self._told(bare, error), on=on, test=None, findings=())
        found = next((test for test in tests if test.stored.record.id == record), None)
        used = tuple(one for day in told for one in day.findings if record in one.witnesses)
        return OneTest(about=bare, on=on, test=found, findings=used)

    def _told(self, bare: Reading, error: StoreError) -> Reading:
        """A store that is not there yet is no problem: nothing was measured."""
        return replace(bare, store_problem=str(error)) if self._store.path.exists() else bare

    def _shelf(self, bare: Reading) -> Shelf:
        """Its stamp counts what there is of days gone by: all records but today's, as far as both are known alike."""
        probes = [one for one in self._store.probes() if one.line == self._line]
        heard = {one.probe: one.last_received_at for one in probes}
        today = local_day(bare.day, bare.zone)
        with self._lock:
            if self._stamped is None or not timedelta() <= bare.now - self._stamped[0] < _STAMP_KEPT_FOR:
                todays = self._store.records([self._line], today.start_at, today.end_at)
                known = sum(1 for one in todays if one.received_at <= (heard.get(one.record.probe) or _NEVER))
                late = sum(one.record_count for one in probes) - known
                self._stamped = (bare.now, (bare.day, late, self._store.imports()))
            return Shelf(self._line, bare.zone, bare.contract, self._stamped[1])

    def case(self) -> CaseReading:
        """The diary as it stands, what follows from it, and the dossiers that were made."""
        bare = self._bare(None)
        try:
            return self._cases.read(bare, self._store if self._store.path.exists() else None)
        except StoreError as error:
            return self._cases.read(replace(bare, store_problem=str(error)), None)

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
