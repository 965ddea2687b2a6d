"""What was judged, as points: as declared, the same each time, and withdrawn once it is no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from analysis.case.case import NO_CASE
from analysis.period import Period, local_day
from collector.projection.point import lines_of
from dashboards.grafana.judged.congestion import congestion_points
from dashboards.grafana.judged.judgement import JudgedLine
from dashboards.grafana.judged.line import place_of, points_of
from dashboards.grafana.judged.point import Key
from dashboards.grafana.judged.withdrawn import gone, remembered, withdrawal
from dashboards.grafana.measurement import MEASUREMENTS
from prova.many.judged_view import judged_line
from tests.build import LISBON, a_contract
from tests.integration import grafana_month as month

CUT = Period(local_day(month.CUT_DAY, LISBON).start_at, local_day(month.LONG_DAY, LISBON).start_at)
LATE = datetime(2026, 10, 22, tzinfo=UTC)
HELD = [one for one in month.records() if one.record.line == "casa" and one.record.started.at >= LATE]


@cache
def _judged() -> JudgedLine:
    return judged_line(month.Kept(HELD), a_contract(), CUT, month.NOW, case=month.case(), group="")


def test_points_hold_the_tags_and_fields_that_are_declared_and_all_of_them() -> None:
    judged = _judged()
    seen = {}
    for one in points_of(judged):
        own = MEASUREMENTS[one.measurement]
        assert (set(one.tags), set(one.fields)) == (set(own.tags), set(own.fields)), one.measurement
        seen[one.measurement] = own
    for one in congestion_points(month.congested(CUT), place_of(a_contract(), "")):
        own = MEASUREMENTS[one.measurement]
        assert (set(one.tags), set(one.fields)) == (set(own.tags), set(own.fields)), one.measurement
        seen[one.measurement] = own
    assert set(seen) == {own.name for own in MEASUREMENTS.values() if own.judged}


def test_no_tag_is_an_id_or_an_address() -> None:
    judged = replace(_judged(), group="g")
    words = {value for one in points_of(judged) for value in one.tags.values()}
    assert not {word for word in words if word.count(":") > 1 or word in {"cut", "p1"} or "203.0.113" in word}
    assert "g" in words


def test_what_records_give_is_declared() -> None:
    for stored in HELD[:50] + HELD[-50:]:
        for line in lines_of(stored.record):
            named, rest = line.split(" ", 1)
            measurement, *tags = named.split(",")
            own = MEASUREMENTS[measurement]
            assert {tag.split("=")[0] for tag in tags} <= set(own.tags)
            assert {part.split("=")[0] for part in rest.rsplit(" ", 1)[0].split(",") if "=" in part} <= set(own.fields)


def test_points_that_differ_have_keys_that_differ_and_the_same_judgement_gives_the_same() -> None:
    judged = _judged()
    points = points_of(judged)
    assert len({one.key for one in points}) == len(points)
    assert points_of(judged) == points


def test_a_day_stays_as_it_is_whatever_is_judged_beside_it() -> None:
    wide = Period(CUT.start_at - timedelta(days=1), CUT.end_at)
    one, other = (
        {
            point.key: point.fields
            for point in points_of(
                judged_line(month.Kept(HELD), a_contract(), period, month.NOW, case=NO_CASE, group="")
            )
            if point.measurement in {"day", "hour", "state", "outage", "promise", "judged_test"}
            and point.at_ns >= CUT.start_at.timestamp() * 10**9
        }
        for period in (CUT, wide)
    )
    assert one == other


def test_a_window_over_midnight_goes_on_in_the_next_days_first_hours() -> None:
    judged = month.congested(CUT)
    late = replace(judged.windows[0], start_min=23 * 60 + 30, end_min=75, days=(month.CUT_DAY,))
    points = congestion_points(replace(judged, windows=(late,)), place_of(a_contract(), ""))
    hours = {(one.at_ns // 10**9, one.tags["hour"]): one.fields["minutes"] for one in points if "hour" in one.tags}
    first, second = (int(local_day(day, LISBON).start_at.timestamp()) for day in (month.CUT_DAY, month.LONG_DAY))
    assert hours == {(first, "23"): 30, (second, "00"): 60, (second, "01"): 15}


def _key(measurement: str, at_ns: int) -> Key:
    return Key(measurement, (("line", "casa"),), at_ns)


def test_what_was_not_made_again_is_withdrawn_within_reach_alone() -> None:
    before = [_key("outage", 5), _key("outage", 15), _key("outage", 25), _key("deadline", 99), _key("day", 12)]
    lost = gone(before, [_key("day", 12)], 10, 20)
    assert lost == (_key("outage", 15), _key("deadline", 99))
    assert remembered(before, [_key("day", 12)], lost, 10) == (_key("day", 12), _key("outage", 5), _key("outage", 25))
    assert withdrawal(lost[0]).key == lost[0]


def test_what_lies_far_back_is_forgotten() -> None:
    day_ns = 86_400 * 10**9
    kept = remembered([_key("day", 0), _key("day", 99 * day_ns)], [], (), 100 * day_ns)
    assert kept == (_key("day", 99 * day_ns),)
