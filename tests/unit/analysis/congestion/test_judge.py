from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.congestion.congestion_json import congestion_json
from analysis.congestion.household import Household
from analysis.congestion.judgement import Judgement, Kind
from analysis.congestion.limits import limits
from analysis.congestion.signal import SLOTS, DayClass, RungKind, Signal
from analysis.kernel.column import Real
from analysis.outage.outage import Confidence
from tests.congested_line import EVENING, a_series, days, judged, quiet_ms, weekdays


def every_evening(extra_ms: float = 10.0) -> Real:
    latency = quiet_ms()
    for day in weekdays():
        latency[day, EVENING] += extra_ms
    return latency


def looks(busy_from: int = 0) -> Real:
    """A look each hour: busy in the evening from that day on, else at rest."""
    busy = np.full((28, SLOTS), np.nan)
    busy[:, ::4] = 0.0
    busy[busy_from:, EVENING] = np.where(np.isnan(busy[busy_from:, EVENING]), np.nan, 1.0)
    return busy


def test_the_same_hours_of_most_weekdays_are_recurring() -> None:
    told = judged(a_series(every_evening()))
    (window,) = told.windows
    assert told.kind is Kind.RECURRING
    assert (window.day_class, window.start_min, window.end_min) == (DayClass.WEEKDAY, 20 * 60, 23 * 60)
    assert (len(window.days), window.days_seen) == (20, 20)
    assert window.depths[0].median_inside - window.depths[0].median_beside == pytest.approx(10, abs=0.5)
    assert window.chance <= limits().error_share
    assert window.household is Household.NOT_SEEN
    assert window.confidence is Confidence.MEDIUM


def test_hours_over_midnight_are_one_window() -> None:
    latency = quiet_ms()
    latency[:, 92:] += 10
    latency[:, :8] += 10
    told = judged(a_series(latency))
    assert {(one.start_min, one.end_min) for one in told.windows} == {(23 * 60, 2 * 60)}
    assert {one.day_class for one in told.windows} == set(DayClass)


@pytest.mark.parametrize("first", [date(2026, 3, 16), date(2026, 10, 12)])
def test_local_hours_stay_where_they_are_over_a_clock_change(first: date) -> None:
    latency = every_evening()
    (window,) = judged(a_series(latency, of=days(28, first))).windows
    assert (window.start_min, window.end_min) == (20 * 60, 23 * 60)


def test_a_line_that_is_only_noisy_has_none() -> None:
    told = judged(a_series(quiet_ms()))
    assert told.kind is Kind.NONE
    assert not told.windows
    assert not told.episodes


def test_one_bad_afternoon_is_exceptional_with_its_ends() -> None:
    latency = quiet_ms()
    latency[9, 50:62] += 12
    told = judged(a_series(latency))
    (episode,) = told.episodes
    assert told.kind is Kind.EXCEPTIONAL
    assert episode.period.start_at.isoformat() == "2026-06-10T11:30:00+00:00"  # 12:30 in Lisbon
    assert episode.period.duration.total_seconds() == 3 * 3600


def test_a_level_that_stays_is_a_change_and_no_congestion() -> None:
    latency = quiet_ms()
    latency[15:] += 9
    latency[14, 40:] += 9
    told = judged(a_series(latency))
    (change,) = told.changes
    assert told.kind is Kind.PLAN_CHANGE
    assert not told.episodes
    assert change.at.isoformat() == "2026-06-15T09:00:00+00:00"
    assert change.after - change.before == pytest.approx(9, abs=0.5)


def test_a_level_that_goes_back_is_no_change() -> None:
    latency = quiet_ms()
    latency[10:16] += 9
    assert not judged(a_series(latency)).changes


def test_a_faster_plan_is_a_change_of_rate() -> None:
    rate = np.random.default_rng(1).normal(1, 0.03, (28, SLOTS)) * 100e6
    rate[12:] *= 5
    (change,) = judged(a_series(quiet_ms(), download=rate)).changes
    assert change.signal is Signal.DOWNLOAD
    assert change.after / change.before == pytest.approx(5, rel=0.05)


def test_what_nobody_could_measure_is_no_congestion() -> None:
    latency = quiet_ms()
    for day in weekdays():
        latency[day, EVENING] = np.nan
    assert judged(a_series(latency)).kind is Kind.NONE


def test_evenings_that_are_bad_only_while_the_household_is_busy_are_its_own() -> None:
    latency = quiet_ms()
    latency[10:, EVENING] += 10
    told = judged(a_series(latency, busy=looks(busy_from=10)))
    assert told.kind is Kind.SELF_INFLICTED
    assert {one.household for one in told.windows} == {Household.EXPLAINS}


def test_evenings_that_are_bad_with_the_household_at_rest_too_are_the_networks() -> None:
    told = judged(a_series(every_evening(), busy=looks(busy_from=20)))
    assert told.kind is Kind.RECURRING
    assert told.windows[0].household is Household.APART
    assert told.windows[0].confidence is Confidence.HIGH


def test_evenings_on_which_the_household_never_rests_are_left_open() -> None:
    busy = looks()
    busy[[day for day in range(28) if day not in weekdays()]] = np.nan
    told = judged(a_series(every_evening(), busy=busy))
    assert told.kind is Kind.UNKNOWN
    assert told.missing["quiet_household_days"] == limits().household_days_least


def test_evenings_that_are_good_where_only_the_household_is_busy_are_the_networks() -> None:
    told = judged(a_series(every_evening(), busy=looks()))  # at weekends it is busy, and nothing is worse
    assert told.windows[0].household is Household.APART


def test_too_few_days_are_unknown_and_say_how_many_more() -> None:
    told = judged(a_series(quiet_ms(4)))
    assert told.kind is Kind.UNKNOWN
    assert told.missing == {"days": 3, "weekday_days": 1, "weekend_days": 4}


def test_hours_that_were_never_seen_are_named() -> None:
    latency = quiet_ms()
    latency[:, 8:16] = np.nan
    assert judged(a_series(latency)).missing["hours"] == ("02", "03")


def test_where_it_is_told_by_how_far_answers_came() -> None:
    near, far = quiet_ms(seed=2, level=1), every_evening()
    rungs = {
        (RungKind.GATEWAY, ""): near,
        (RungKind.FIRST_HOP, ""): every_evening() - 5,
        (RungKind.NETWORK, "a"): far,
        (RungKind.NETWORK, "b"): far,
    }
    (window,) = judged(replace(a_series(far), rungs=rungs)).windows
    assert window.located.place.value == "access"
    assert [one.rung for one in window.located.rises] == ["first_hop", "gateway", "network", "network"]


def test_the_same_series_gives_the_same_words_and_values() -> None:
    one, again = (congestion_json([judged(a_series(every_evening()))], limits()) for _ in range(2))
    assert one == again
    assert one["schema"] == "prova.congestion/1"
    assert one["lines"][0]["sentence"]["en"].startswith("Congestion that comes back: weekdays from 20:00 to 23:00")


def of_kind(kind: Kind) -> Judgement:
    told = {
        Kind.NONE: lambda: a_series(quiet_ms()),
        Kind.UNKNOWN: lambda: a_series(quiet_ms(3)),
        Kind.RECURRING: lambda: a_series(every_evening()),
    }
    return judged(told[kind]())


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.UNKNOWN, Kind.RECURRING])
def test_a_kind_is_said_in_both_languages(kind: Kind) -> None:
    from analysis.congestion.rows import rows

    pt, en = (list(rows(of_kind(kind), lang)) for lang in ("pt", "en"))
    assert len(pt) == len(en)
    assert all(one != other for one, other in zip(pt, en, strict=True))
