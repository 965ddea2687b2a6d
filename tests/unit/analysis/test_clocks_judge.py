"""One fault under every reading: all, some or none; and what proves nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.clocks import package_data
from analysis.clocks.judge import Agreement, Judged, judge
from analysis.clocks.reading import Pause, PauseReason
from analysis.clocks.working_calendar import Unknown
from analysis.contract import Line
from analysis.finding import Verdict
from analysis.period import Period

LISBON = ZoneInfo("Europe/Lisbon")
REPAIR = next(clock for clock in package_data.rules().clocks if clock.id == "repair")
CALENDAR = package_data.calendar(Line(id="casa", zone=LISBON, municipality="Lisboa"))
KNOWN = datetime(2026, 12, 4, 17, tzinfo=LISBON)
ONE_S = timedelta(seconds=1)


def judged(down: datetime, restored: datetime | None = None, *pauses: Pause) -> Judged:
    return judge(REPAIR, KNOWN, CALENDAR, still_down_at=down, restored_at=restored, pauses=pauses)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LISBON)


def verdicts(case: Judged) -> dict[str, Verdict]:
    return {row.reading.id: row.verdict for row in case.rows}


def test_a_quick_repair_is_met_under_every_reading() -> None:
    case = judged(at(5, 12), at(5, 12, 1))
    assert set(verdicts(case).values()) == {Verdict.MET}
    assert case.agreement is Agreement.NONE
    assert case.agreement_in_variants is Agreement.NONE


def test_a_repair_after_the_longest_reading_is_a_breach_under_all() -> None:
    case = judged(at(16, 12), at(16, 12, 1))
    assert set(verdicts(case).values()) == {Verdict.BREACHED}
    assert case.agreement is Agreement.ALL
    assert case.agreement_in_variants is Agreement.ALL


def test_between_the_readings_some_are_breached_and_the_primary_decides() -> None:
    case = judged(at(10, 12), at(10, 12, 1))
    assert verdicts(case) == {
        "w0": Verdict.BREACHED,
        "w1": Verdict.BREACHED,
        "w2": Verdict.BREACHED,
        "w3-09-22": Verdict.MET,
        "w3-08-20": Verdict.MET,
        "w3-09-18": Verdict.MET,
    }
    assert case.agreement is Agreement.SOME
    assert case.primary.reading.id == "w1"
    assert case.primary.verdict is Verdict.BREACHED


def test_a_breach_under_all_readings_may_not_survive_every_variant() -> None:
    case = judged(at(15, 11, 30), at(15, 11, 31))  # half an hour late; with the hour of the event dropped, in time
    assert case.agreement is Agreement.ALL
    assert case.agreement_in_variants is Agreement.SOME
    last = case.rows[-1]
    assert last.in_variants is Agreement.SOME
    assert last.latest_at == at(15, 12)
    assert last.flipped["whole_hours"] == at(15, 12)


def test_the_last_allowed_instant_is_in_time_and_the_next_is_not() -> None:
    due_at = at(9, 17)
    assert judged(due_at - ONE_S, due_at).primary.verdict is Verdict.MET
    assert judged(due_at, due_at + ONE_S).primary.verdict is Verdict.INSUFFICIENT
    assert judged(due_at + ONE_S, due_at + 2 * ONE_S).primary.verdict is Verdict.BREACHED


def test_a_running_term_proves_nothing_yet() -> None:
    case = judged(at(5, 12))
    assert set(verdicts(case).values()) == {Verdict.INSUFFICIENT}
    assert case.agreement is Agreement.NONE


def test_a_fault_that_still_stands_is_a_breach_once_the_term_is_over() -> None:
    assert judged(at(9, 18)).primary.verdict is Verdict.BREACHED


def test_a_gap_in_what_was_seen_over_the_deadline_proves_nothing() -> None:
    assert judged(at(9, 16), at(9, 18)).primary.verdict is Verdict.INSUFFICIENT


def test_the_customers_own_time_is_shown_with_and_without() -> None:
    away = Pause(Period(at(7, 9).astimezone(UTC), at(7, 14).astimezone(UTC)), PauseReason.NO_ACCESS)
    case = judged(at(9, 20), None, away)
    primary = case.primary
    assert primary.deadline_without_pauses_at == at(9, 17)
    assert primary.deadline_at == at(9, 22)
    assert primary.verdict is Verdict.INSUFFICIENT
    assert primary.in_variants is Agreement.SOME
    assert primary.age.counted_without_pauses - primary.age.counted == timedelta(hours=5)


def test_a_case_has_a_wall_clock_age_and_a_working_age() -> None:
    age = judged(at(9, 12)).primary.age
    assert age.wall == timedelta(days=4, hours=19)
    assert age.counted == timedelta(hours=7 + 24 + 12)
    early = judge(REPAIR, KNOWN, CALENDAR, still_down_at=at(4, 12), restored_at=None).primary.age
    assert early.wall == early.counted == timedelta()


def test_only_switches_that_matter_are_flipped() -> None:
    by_id = {row.reading.id: row.flipped for row in judged(at(5, 12)).rows}
    assert by_id["w0"] == {"whole_hours": at(6, 18)}
    assert by_id["w1"] == {"saturday": at(7, 17), "whole_hours": at(9, 18)}
    assert set(by_id["w2"]) == {"saturday"}


def test_a_result_names_its_calendar_and_what_that_lacks() -> None:
    case = judged(at(5, 12))
    assert case.calendar_version == CALENDAR.version
    assert case.unknown == ()
    elsewhere = package_data.calendar(Line(id="casa", zone=LISBON, municipality="Loures"))
    assert judge(REPAIR, KNOWN, elsewhere, still_down_at=at(5, 12), restored_at=None).unknown == (
        Unknown.MUNICIPAL_HOLIDAY_NOT_KNOWN,
    )


def test_a_repair_before_the_last_sign_of_the_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="and yet still down"):
        judged(at(6, 12), at(5, 12))


def test_a_holiday_that_is_not_known_may_fall_on_any_day() -> None:
    """In Loures the latest deadline leaves room for one more closed day; where the holiday is known it does not."""
    loures = package_data.calendar(Line(id="casa", zone=LISBON, municipality="Loures"))
    case = judge(REPAIR, KNOWN, loures, still_down_at=at(16, 11), restored_at=None)
    assert judged(at(16, 11)).agreement_in_variants is Agreement.ALL
    assert case.agreement is Agreement.ALL
    assert case.agreement_in_variants is Agreement.SOME
    latest = {row.reading.id: row.latest_at for row in case.rows}
    assert latest["w0"] == at(6, 18)
    assert latest["w1"] == at(10, 18)
    assert latest["w2"] == at(11, 0)
    assert latest["w3-09-18"] == at(16, 12)


def test_the_wall_clock_age_is_elapsed_time_over_a_clock_change() -> None:
    known_at, down_at = datetime(2026, 3, 27, 20, tzinfo=LISBON), datetime(2026, 3, 30, 20, tzinfo=LISBON)
    age = judge(REPAIR, known_at, CALENDAR, still_down_at=down_at, restored_at=None).primary.age
    assert age.wall == timedelta(hours=71)
    assert age.counted == timedelta(hours=24)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a clock needs a time zone"):
        judged(datetime(2026, 12, 5, 12))  # noqa: DTZ001  the fault is the point
