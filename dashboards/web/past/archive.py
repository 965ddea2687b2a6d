"""Shell. Days and months of one line, read once and kept: a day that is over is read again only if records came late.

Knows nothing of pages. Judges nothing: the analysis does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from analysis import run
from analysis.assess import BEFORE
from analysis.contract import Contract
from analysis.outage.circumstance import Circumstances
from analysis.outage.judge import Account
from analysis.period import Period, local_day
from collector.envelope import StoredRecord
from dashboards.web.held import AROUND, Held
from dashboards.web.past.tell import tried
from dashboards.web.past.told import Told

_ONE_DAY = timedelta(days=1)
_RUNNING_KEPT_FOR = timedelta(minutes=5)  # a day that is not over is read again after it; the page says as of when
_DAYS_KEPT_MOST = 100
_ACCOUNTS_KEPT_MOST = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose days: `stamp` differs when records of days gone by have come, or the day has turned."""

    line: str
    zone: ZoneInfo
    contract: Contract | None
    stamp: object


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    told: Told


class Archive:
    """For any number of threads; one reads, the others wait for what it read."""

    def __init__(self, store: run.Records) -> None:
        self._store = store
        self._lock = Lock()
        self._shelf: Shelf | None = None
        self._days: dict[date, _Kept] = {}
        self._accounts: dict[tuple[Period, Circumstances], tuple[datetime, Account]] = {}

    def days(self, shelf: Shelf, wanted: Sequence[date], now: datetime) -> tuple[datetime, tuple[Told, ...]]:
        """(when the newest was read, the days `wanted`, which follow one another and have begun). Raises StoreError."""
        with self._lock:
            self._put_up(shelf)
            before: tuple[date, list[StoredRecord]] | None = None
            for on in wanted:
                if not self._is_kept(on, shelf.zone, now):
                    before = (on, self._read(on, shelf, now, before))
            found = [self._days[on] for on in wanted]
            return max((one.at for one in found), default=now), tuple(one.told for one in found)

    def account(self, shelf: Shelf, period: Period, now: datetime, known: Circumstances) -> tuple[datetime, Account]:
        """(when it was read, the account of `period`, which ends now where it is not over). Raises StoreError."""
        over = Period(period.start_at, min(period.end_at, now))
        with self._lock:
            self._put_up(shelf)
            kept = self._accounts.get((period, known))
            if kept is None or (period.end_at > kept[0] and not timedelta() <= now - kept[0] < _RUNNING_KEPT_FOR):
                kept = (now, run.account(self._store, shelf.line, over, known))
                self._accounts = {
                    (period, known): kept,
                    **dict(list(self._accounts.items())[: _ACCOUNTS_KEPT_MOST - 1]),
                }
            return kept

    def _put_up(self, shelf: Shelf) -> None:
        """Lets go of everything that another contract, or what came late, may have made untrue."""
        if shelf != self._shelf:
            self._shelf, self._days, self._accounts = shelf, {}, {}

    def _is_kept(self, on: date, zone: ZoneInfo, now: datetime) -> bool:
        kept = self._days.get(on)
        if kept is None:
            return False
        is_over = local_day(on, zone).end_at <= kept.at
        return is_over or timedelta() <= now - kept.at < _RUNNING_KEPT_FOR

    def _read(
        self, on: date, shelf: Shelf, now: datetime, before: tuple[date, list[StoredRecord]] | None
    ) -> list[StoredRecord]:
        """Reads and keeps one day; gives the records that the next may need. `before`: a day just read, and its."""
        day = local_day(on, shelf.zone)
        start_at = day.start_at - (BEFORE if shelf.contract else timedelta()) - AROUND
        end_at = day.end_at + AROUND
        known: list[StoredRecord] = []
        if before is not None and before[0] + _ONE_DAY == on:
            known = [one for one in before[1] if one.record.started.at >= start_at]
        read_from = local_day(on - _ONE_DAY, shelf.zone).end_at + AROUND if known else start_at
        held = [*known, *self._store.records([shelf.line], read_from, end_at)]
        self._keep(self._judged(on, shelf, now, held), now)
        return held

    def _judged(self, on: date, shelf: Shelf, now: datetime, records: list[StoredRecord]) -> Told:
        line, contract, day = shelf.line, shelf.contract, local_day(on, shelf.zone)
        whole = Period(day.start_at - (BEFORE if contract else timedelta()), day.end_at)
        told = self._store.imported([line], whole.start_at - AROUND, whole.end_at + AROUND)
        seen = self._store.witnessed([line], day.start_at - _ONE_DAY, day.end_at + _ONE_DAY)
        held = Held(line, whole, tuple(records), tuple(seen), tuple(told))
        report = run.check(held, contract, day, now) if contract else None
        return Told(
            on=on,
            findings=report.findings if report else (),
            tests=tuple(map(tried, run.judged_tests(held, line, day, contract))),
            ledger=run.ledger(held, line, _begun(day, now)),
        )

    def _keep(self, told: Told, now: datetime) -> None:
        self._days = {**dict(list(self._days.items())[1 - _DAYS_KEPT_MOST :]), told.on: _Kept(now, told)}


def _begun(day: Period, now: datetime) -> Period:
    """The part of a day that is over; its first minute where it has only just begun."""
    return Period(day.start_at, min(day.end_at, max(now, day.start_at + timedelta(minutes=1))))
