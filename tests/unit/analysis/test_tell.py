"""What is told unasked: no single blip, nothing twice, nothing by night, no end without its beginning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from analysis.finding import Finding, Sentence, Verdict
from analysis.period import local_day
from analysis.tell.decide import after_telling, decide, is_quiet
from analysis.tell.find import breaches
from analysis.tell.news import Kind, News, Told, Wishes
from probe.body.speed_test import Direction
from tests.build import LISBON

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST = date(2026, 11, 1)
WISHES = Wishes()
HOUR = timedelta(hours=1)


def days(verdicts: str, rule: str = "speed.normal") -> list[Finding]:
    """One a day: B broken, M kept, ? undecided."""
    meant = {"B": Verdict.BREACHED, "M": Verdict.MET, "?": Verdict.INSUFFICIENT}
    return [
        Finding(
            line="casa",
            rule=rule,
            rule_version="1",
            profile="pt-nos",
            clause="NOS 3.10.1",
            direction=Direction.DOWNLOAD,
            period=local_day(FIRST + timedelta(days=number), LISBON),
            local_day=FIRST + timedelta(days=number),
            verdict=meant[one],
            measured={},
            threshold={},
            n_used=1,
            sentence=Sentence(pt="abaixo", en="below"),
        )
        for number, one in enumerate(verdicts)
    ]


def kinds(verdicts: str, wishes: Wishes = WISHES) -> list[Kind]:
    return [one.kind for one in breaches(days(verdicts), wishes)]


def news(key: str, at: datetime, kind: Kind = Kind.OUTAGE, after: str = "") -> News:
    return News(key=key, kind=kind, at=at, sentence=Sentence(pt="p", en="e"), after=after)


def told_now(found: Sequence[News], told: Told, now: datetime = NOON) -> list[str]:
    return [one.key for one in decide(found, told, WISHES, now, LISBON)]


def test_one_day_is_a_blip_and_two_in_a_row_are_a_breach() -> None:
    assert kinds("MBM") == []
    assert kinds("MBMBM") == []
    assert kinds("MBB") == [Kind.BREACH]
    assert kinds("B?B") == [Kind.BREACH]
    assert kinds("MBBBM") == [Kind.BREACH, Kind.RECOVERY]
    assert kinds("BBB", replace(WISHES, days=4)) == []


def test_a_breach_that_goes_on_is_the_same_news() -> None:
    two, five = (list(breaches(days(one), WISHES)) for one in ("MBB", "MBBBBB"))
    assert two == five


def test_a_rule_that_judges_no_day_is_no_news() -> None:
    assert list(breaches(days("BBB", rule="speed.discrepancy"), WISHES)) == []


def test_nothing_is_told_twice_nor_of_before_the_first_look() -> None:
    told = Told(NOON - 2 * HOUR)
    old, new = news("old", NOON - 3 * HOUR), news("new", NOON - HOUR)
    assert told_now([old, new], told) == ["new"]
    assert told_now([old, new], after_telling(told, new, NOON)) == []


def test_by_night_nothing_is_told_and_in_the_morning_the_outage_that_is_over_is_told_once() -> None:
    told, night = Told(NOON - 24 * HOUR), datetime(2026, 11, 21, 2, tzinfo=UTC)
    down = news("down", night)
    over = news("over", night + HOUR, Kind.OUTAGE_OVER, after="down")
    assert told_now([down], told, night + HOUR / 2) == []
    assert told_now([down, over], told) == ["over"]
    assert told_now([down, over], after_telling(told, over, NOON)) == []


def test_a_recovery_is_told_to_whoever_was_told_of_the_breach() -> None:
    told = Told(NOON - 24 * HOUR)
    good = news("good", NOON - HOUR, Kind.RECOVERY, after="bad")
    assert told_now([good], told) == []
    assert told_now([good], Told(told.since, {"bad": NOON - 5 * HOUR})) == ["good"]


def test_quiet_hours_are_of_the_lines_own_day_and_may_be_none() -> None:
    assert is_quiet(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), WISHES, LISBON)  # 22:30 in Lisbon
    assert not is_quiet(datetime(2026, 12, 1, 21, 30, tzinfo=UTC), WISHES, LISBON)
    always = replace(WISHES, quiet_from=time(0), quiet_to=time(0))
    assert not any(is_quiet(NOON + number * HOUR, always, LISBON) for number in range(24))


def test_what_is_long_past_is_forgotten() -> None:
    told = Told(NOON - timedelta(days=900), {"old": NOON - timedelta(days=500)})
    assert set(after_telling(told, news("new", NOON), NOON).told) == {"new"}
