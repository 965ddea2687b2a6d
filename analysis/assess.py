"""Pure. The judgement: records, contract, period and time in, findings out. Same input, same findings, byte for byte.

The order in which records are handed in, and doubles among them, make no difference. Knows nothing of where records
come from or where findings go.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis import claims
from analysis.case.case import Case
from analysis.clause import Profile
from analysis.contract import Contract
from analysis.finding import Finding
from analysis.ledger import build, down_periods, drawn, line_course
from analysis.outage.judge import account_of
from analysis.period import Period, local_day, local_days
from analysis.profile import load
from analysis.report import JudgedTest, Ledger, Report
from analysis.speed import day
from analysis.speed import judge as speeds
from analysis.speed.given_way import given_way
from analysis.speed.told_by_others import marked
from analysis.validity import judge_test
from collector.envelope import IMPORTED, StoredRecord
from probe.body.speed_test import SpeedTest

AROUND = timedelta(minutes=10)  # records just outside say what the first and last seconds were part of
BEFORE = timedelta(hours=25)  # the day before the first one, where other 24 hours begin


def assess(
    records: Iterable[StoredRecord], contract: Contract, period: Period, now: datetime, case: Case | None = None
) -> Report:
    """Every civil day that `period` touches, judged whole; the ledger of `period` itself.

    With a `case`, an empty one perhaps, time away, money, repairs and complaints are judged as well; `records` must
    then reach over `claims.needed`, and a day on either side, else over those days (`whole_days`) and `BEFORE`. Records
    of other lines, and of a time after `now`, are passed over; imported ones are heard of speeds alone. A day that is
    not over by `now` is decided only where its rest could not change the verdict. Raises ProfileError.
    """
    profile = load(contract.profile)
    ours = _ours(records, contract.line.id, now)
    seen = [one for one in ours if one.record.probe != IMPORTED]
    whole = whole_days(period, contract)
    looked_at = Period(whole.start_at - BEFORE, whole.end_at)
    known = line_course(_near(seen, looked_at))
    spoilt = _widened(drawn(known, looked_at), profile)
    touched, by_day = local_days(period, contract.line.zone), _by_day(ours, contract.line.zone)

    def day_of(on: date) -> day.Day:
        todays = by_day.get(on, [])
        return day.Day(
            on=on,
            contract=contract,
            profile=profile,
            tests=[one for one in todays if isinstance(one.record.body, SpeedTest)],
            down=spoilt,
            now=now,
            given_way=given_way(todays),
        )

    findings = [*map(marked, speeds.judge([day_of(on) for on in touched], day_of(touched[0] - timedelta(days=1))))]
    if case is not None:
        findings.extend(_claims(seen, contract, period, now, case))
    return Report(
        contract=contract,
        period=period,
        findings=tuple(findings),
        ledger=drawn(known, period),
    )


def _near(records: Iterable[StoredRecord], period: Period) -> list[StoredRecord]:
    """Those of `period` and just outside: what a case makes be read besides changes no ledger of these days."""
    start_at, end_at = period.start_at - AROUND, period.end_at + AROUND
    return [one for one in records if start_at <= one.record.started.at < end_at]


def _by_day(records: Iterable[StoredRecord], zone: ZoneInfo) -> dict[date, list[StoredRecord]]:
    found: dict[date, list[StoredRecord]] = {}
    for one in records:
        found.setdefault(one.record.started.at.astimezone(zone).date(), []).append(one)
    return found


def no_speed_time(records: Iterable[StoredRecord], period: Period, profile: Profile) -> tuple[Period, ...]:
    """When the line was cut in `period`, with the margin within which no test is speed data."""
    return _widened(build(records, period), profile)


def _widened(ledger: Ledger, profile: Profile) -> tuple[Period, ...]:
    margin = timedelta(seconds=profile.number("outage_margin_s"))
    return tuple(Period(cut.start_at - margin, cut.end_at + margin) for cut in down_periods(ledger))


def _claims(
    ours: list[StoredRecord], contract: Contract, period: Period, now: datetime, case: Case
) -> tuple[Finding, ...]:
    wide = claims.needed(contract, case, period)
    account = account_of(contract.line.id, ours, wide, case.circumstances)
    return claims.judge(contract, load(contract.profile), account, case, period, now)


def judged(
    records: Iterable[StoredRecord], line: str, contract: Contract | None, profile: Profile
) -> tuple[JudgedTest, ...]:
    """The speed tests among `records` of `line`, each held against the contract's maximum speed of its day.

    Sorted by time. With no contract, or none in force that day, the link's rate is left unjudged.
    """
    tests = (one for one in _unique(records, line) if isinstance(one.record.body, SpeedTest))
    return tuple(_judged(one, contract, profile) for one in tests)


def whole_days(period: Period, contract: Contract) -> Period:
    """`period`, stretched to whole civil days of the line."""
    zone = contract.line.zone
    touched = local_days(period, zone)
    return Period(local_day(touched[0], zone).start_at, local_day(touched[-1], zone).end_at)


def _judged(stored: StoredRecord, contract: Contract | None, profile: Profile) -> JudgedTest:
    test, terms = stored.record.body, None
    assert isinstance(test, SpeedTest)
    if contract is not None:
        terms = contract.on(stored.record.started.at.astimezone(contract.line.zone).date())
    needed_bps = None if terms is None else terms.speeds(test.direction).maximum_bps
    valid_for, reasons = judge_test(stored.record, needed_bps, profile)
    return JudgedTest(stored=stored, valid_for=valid_for, reasons=reasons)


def _ours(records: Iterable[StoredRecord], line: str, now: datetime) -> list[StoredRecord]:
    return [one for one in _unique(records, line) if one.record.started.at <= now]


def _unique(records: Iterable[StoredRecord], line: str) -> list[StoredRecord]:
    """Each record once, sorted by start, probe and sequence."""
    ours = {one.record.id: one for one in records if one.record.line == line}
    return sorted(ours.values(), key=lambda one: (one.record.started.at, one.record.probe, one.record.sequence))
