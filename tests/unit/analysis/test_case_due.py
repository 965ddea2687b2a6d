"""What falls due in a case: each reading's deadline, soonest first, and as a calendar that others can read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from analysis.case.calendar_file import calendar_file
from analysis.case.case_file import parse
from analysis.case.due import dues, near
from analysis.contract_file import load
from analysis.period import Period, local_day
from analysis.run import claims
from tests.build import LISBON
from tests.golden.case import HERE

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Nothing:
    """A store without a record."""

    def records(self, *_: Any) -> Any:
        return iter(())

    imported = records

    def witnessed(self, *_: Any) -> Any:
        return ()


def found(case: dict[str, Any], now: datetime = NOW) -> Any:
    contract = load(HERE / "plain_breach" / "contract.toml")
    today = now.astimezone(LISBON).date()
    period = Period(local_day(today - timedelta(days=30), LISBON).start_at, local_day(today, LISBON).end_at)
    told = claims(Nothing(), contract, period, now, parse(case, LISBON))
    return dues(told, now, LISBON)


def test_a_fault_has_a_deadline_under_each_reading_and_they_come_by_time() -> None:
    due = found({"fault": [{"id": "a", "reported_at": datetime(2026, 11, 21, 10, 30, tzinfo=UTC)}]})
    repair = {(one.finding.rule, one.reading) for one in due if one.finding.rule.startswith("repair.")}
    assert {rule for rule, _ in repair} == {"repair.w0", "repair.w1", "repair.w2", "repair.w3"}
    assert len(repair) > 4  # several windows of office hours
    assert [one.at for one in due] == sorted(one.at for one in due)
    first = next(one for one in due if one.finding.rule == "repair.w0")
    assert first.at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert not first.overdue
    assert not first.customer
    assert near(due, NOW, timedelta(days=2)) == tuple(one for one in due if one.at <= NOW + timedelta(days=2))


def test_ones_own_deadline_is_told_apart_and_an_answer_ends_it() -> None:
    to_do = {"complaint": [{"id": "c", "to": "operator", "facts_known_on": datetime(2026, 11, 10, tzinfo=UTC).date()}]}
    (one,) = found(to_do)
    assert (one.finding.rule, one.customer, one.overdue) == ("complaint.deadline", True, False)
    to_do["complaint"][0]["sent_on"] = datetime(2026, 11, 12, tzinfo=UTC).date()
    (one,) = found(to_do)
    assert (one.finding.rule, one.customer) == ("complaint.decision", False)
    late = found(to_do, NOW + timedelta(days=60))
    assert [due.overdue for due in late] == [True]
    to_do["reply"] = [{"id": "r", "received_on": datetime(2026, 11, 20, tzinfo=UTC).date(), "complaint": "c"}]
    assert found(to_do) == ()


def test_the_calendar_is_as_rfc_5545_wants_it() -> None:
    due = found({"fault": [{"id": "a", "reported_at": datetime(2026, 11, 21, 10, 30, tzinfo=UTC)}]})
    text = calendar_file(due, made_at=NOW, lang="pt")
    lines = text.split(b"\r\n")
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
    assert all(len(line) <= 75 for line in lines)
    whole = text.replace(b"\r\n ", b"")
    assert whole.count(b"BEGIN:VEVENT") == whole.count(b"TRIGGER:-P1D") == len(due)
    assert len({line for line in whole.split(b"\r\n") if line.startswith(b"UID:")}) == len(due)
    whole.decode()
    assert calendar_file(due, made_at=NOW, lang="pt") == text
