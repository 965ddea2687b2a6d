"""Shell. Reads the store and asks the pure rules. The analysis's only way to records.

Holds no judgement and no clock: the time is handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from analysis.assess import AROUND, BEFORE, assess, judged, no_speed_time, whole_days
from analysis.case.case import NO_CASE, Case
from analysis.claims import judge as judge_claims
from analysis.claims import needed
from analysis.contract import Contract
from analysis.country import comparator
from analysis.country.judge import Held, judge
from analysis.explain.around import Around
from analysis.explain.asked import comparators_of
from analysis.explain.explain import explain, rule_of
from analysis.explain.explanation import Explanation
from analysis.finding import Finding
from analysis.ledger import build
from analysis.names.account import NamesAccount
from analysis.names.judge import account as names_account
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.outage.judge import Account, account_of
from analysis.outage.outside import both, outside_view
from analysis.period import Period
from analysis.profile import load, parameters
from analysis.report import JudgedTest, Ledger, Report
from analysis.treatment.account import Treatment
from analysis.treatment.compare import treatment
from collector.envelope import StoredRecord, Witnessed
from probe.body.reachability import Reachability, Role

_DEFAULT_PROFILE = "pt-nos"  # whose measuring limits judge a test where there is no contract
_WIDELY_AROUND = timedelta(days=1)


class Records(Protocol):
    """Where records come from: a store, or what was read of one already."""

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """Those that started in [period_start_at, period_end_at), as `collector.store` gives them."""

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """What other tools' files told, likewise."""

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Sequence[Witnessed]:
        """What the outside witness saw, likewise."""


def check(store: Records, contract: Contract, period: Period, now: datetime, case: Case | None = None) -> Report:
    """Every civil day that `period` touches, held against `contract`; with a `case`, an empty one perhaps, time away,
    money, repairs and complaints too, which reads whole billing periods. Raises ProfileError and the store's errors.
    """
    whole = whole_days(period, contract)
    read = _around(Period(whole.start_at - BEFORE, whole.end_at))
    if case is not None:
        wide = needed(contract, case, period)
        read = _covering(read, widely(wide))
        case = replace(case, circumstances=seen_outside(store, contract.line.id, wide, case.circumstances))
    return assess(_told(store, contract.line.id, read), contract, period, now, case)


def names(store: Records, line: str, period: Period) -> NamesAccount:
    """Whether names resolved on `line`, and who checks them. Raises the store's errors."""
    told = store.records([line], period.start_at, period.end_at)
    return names_account(line, told, period, parameters("names"))


def explained(
    store: Records, contract: Contract, period: Period, finding_id: str, now: datetime, *, case: Case | None = None
) -> Explanation | None:
    """The finding of that id in `period`, laid open, another country's too; None where there is none.

    Raises as `check` does.
    """
    names = comparators_of(finding_id)
    findings = (*check(store, contract, period, now, case).findings, *compared(store, contract, period, names, now))
    found = next((one for one in findings if one.id == finding_id), None)
    if found is None:
        return None
    if found.direction is None:
        around = _around_claim(store, contract, case or NO_CASE, period, now)
        return explain(found, around, rule_of(found, load(found.profile)))
    own = found.profile == contract.profile
    around = _around_speed(store, contract, found.period if own else period, now)
    return explain(
        found, around, rule_of(found, load(found.profile) if own else comparator.load(found.profile).profile)
    )


def claims(store: Records, contract: Contract, period: Period, now: datetime, case: Case) -> tuple[Finding, ...]:
    """Time away, money, repairs and complaints of the billing periods that `period` touches; no speeds.

    Raises as `check` does.
    """
    around = _around_claim(store, contract, case, period, now)
    assert around.account is not None
    return judge_claims(contract, load(contract.profile), around.account, around.case, period, now)


def _around_speed(store: Records, contract: Contract, period: Period, now: datetime) -> Around:
    line, profile = contract.line.id, load(contract.profile)
    whole = Period(period.start_at - BEFORE, period.end_at)
    read = _around(whole)
    seen = [one for one in store.records([line], read.start_at, read.end_at) if one.record.started.at <= now]
    return Around(
        contract=contract,
        now=now,
        tests=judged_tests(store, line, whole_days(period, contract), contract),
        down=no_speed_time(seen, whole, profile),
    )


def _around_claim(store: Records, contract: Contract, case: Case, period: Period, now: datetime) -> Around:
    line, wide = contract.line.id, needed(contract, case, period)
    read = widely(wide)
    seen = [one for one in store.records([line], read.start_at, read.end_at) if one.record.started.at <= now]
    known = replace(case, circumstances=seen_outside(store, line, wide, case.circumstances))
    return Around(
        contract=contract,
        now=now,
        account=account_of(line, seen, wide, known.circumstances),
        minutes=tuple(one for one in seen if isinstance(one.record.body, Reachability)),
        case=known,
    )


def compared(
    store: Records, contract: Contract, period: Period, names: Sequence[str], now: datetime
) -> tuple[Finding, ...]:
    """The same tests under other countries' rules, in the order of `names`. Raises ProfileError for an unknown name."""
    known = [comparator.load(name) for name in names]
    if not known:
        return ()
    tests = list(_told(store, contract.line.id, period))
    held = Held(contract=contract, period=period, limits=load(contract.profile), now=now)
    return tuple(finding for one in known for finding in judge(one, tests, held))


def judged_tests(store: Records, line: str, period: Period, contract: Contract | None) -> tuple[JudgedTest, ...]:
    """The speed tests that started in `period`, sorted by time, each with what it may be used for."""
    profile = load(_DEFAULT_PROFILE if contract is None else contract.profile)
    return judged(_told(store, line, period), line, contract, profile)


def treated(store: Records, line: str, period: Period) -> Treatment:
    """Whether tests of `line` to some server, or by some method, went faster than others. Raises the store's errors."""
    return treatment(line, judged_tests(store, line, period, None), period, parameters("treatment"))


def ledger(
    store: Records,
    line: str,
    period: Period,
    of: Role = Role.INTERNET,
    *,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Ledger:
    """The ledger of `period`: INTERNET is the line, with causes; GATEWAY the way to the router."""
    around = _around(period)
    records = store.records([line], around.start_at, around.end_at)
    if of is not Role.INTERNET:
        return build(records, period, of)
    return account_of(line, records, period, seen_outside(store, line, period, circumstances)).ledger


def account(store: Records, line: str, period: Period, circumstances: Circumstances = NOTHING_KNOWN) -> Account:
    """Ledger, outages and losses of `period`; a day on either side is read as well, for edges, witnesses and habits."""
    wide = widely(period)
    records = store.records([line], wide.start_at, wide.end_at)
    return account_of(line, records, period, seen_outside(store, line, period, circumstances))


def _told(store: Records, line: str, period: Period) -> Iterator[StoredRecord]:
    """What probes signed and what was imported: for what is said of speeds, never of time."""
    yield from store.records([line], period.start_at, period.end_at)
    yield from store.imported([line], period.start_at, period.end_at)


def seen_outside(store: Records, line: str, period: Period, told: Circumstances) -> Circumstances:
    """What was told, and what the outside witness saw; by a day on either side it is known whether it is answered."""
    wide = widely(period)
    seen = outside_view(store.witnessed([line], wide.start_at, wide.end_at))
    return replace(told, outside=both(told.outside, seen))


def widely(period: Period) -> Period:
    """A day more on either side."""
    return Period(period.start_at - _WIDELY_AROUND, period.end_at + _WIDELY_AROUND)


def _covering(one: Period, other: Period) -> Period:
    return Period(min(one.start_at, other.start_at), max(one.end_at, other.end_at))


def _around(period: Period) -> Period:
    return Period(period.start_at - AROUND, period.end_at + AROUND)
