from dataclasses import replace
from datetime import timedelta

from analysis.assess import assess
from analysis.period import local_day
from analysis.speed.given_way import GivenWay, given_way
from probe.body.draw import Course, Decision, Draw, Origin
from probe.body.notice import Notice, NoticeKind
from probe.record import Body
from tests.build import DAY, LISBON, a_contract, a_day_of_tests, a_record, a_speed_test, stored

DAY_PERIOD = local_day(DAY, LISBON)
NOON = DAY_PERIOD.start_at + timedelta(hours=12)
DRAW = Draw(origin=Origin.SLOT, due_at=NOON)


def test_what_was_put_off_left_out_and_made_all_the_same_is_counted() -> None:
    bodies: tuple[Body, ...] = (
        Decision(course=Course.HOUSEHOLD_BUSY, draw=DRAW),
        Decision(course=Course.ANOTHER_PROBE, draw=DRAW),
        Decision(course=Course.NOT_DRAWN, draw=DRAW),
        Notice(kind=NoticeKind.TEST_SKIPPED, detail="household_busy: put off 30 times"),
        Notice(kind=NoticeKind.TEST_SKIPPED, detail="missed: due at noon"),
        replace(a_speed_test(), draw=replace(DRAW, household_busy=True)),
        replace(a_speed_test(), draw=replace(DRAW, household_busy=False)),
        a_speed_test(),
    )
    records = [stored(a_record(body=body, at=NOON, sequence=number)) for number, body in enumerate(bodies, 1)]
    assert given_way(records) == GivenWay(put_off_count=2, left_out_count=1, busy_count=1)


def test_a_household_that_is_always_busy_shows_in_the_days_findings_and_a_quiet_one_does_not() -> None:
    tests = a_day_of_tests(lambda _: 1010)
    busy = [
        stored(a_record(body=Decision(course=Course.HOUSEHOLD_BUSY, draw=DRAW), at=NOON, sequence=100 + number))
        for number in range(40)
    ]
    for records, told in ((tests, None), ([*tests, *busy], 40)):
        report = assess(records, a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
        normal = next(one for one in report.findings if one.rule == "speed.normal")
        assert normal.measured.get("put_off_count") == told
