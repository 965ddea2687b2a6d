from datetime import timedelta

import pytest

from analysis.period import Period, local_day
from analysis.profile import load
from analysis.speed.evidence import Standing, Witness, gather
from analysis.speed.missing import more_slots
from analysis.speed.slots import cut
from tests.build import AT, DAY, LISBON, MINUTE, a_record, a_speed_test, stored

DAY_PERIOD = local_day(DAY, LISBON)
LENGTHS_S = (3600, 1800, 1200, 900, 720, 600, 360, 300, 240, 180, 120, 60)


def witness(minute: float, standing: Standing = Standing.REACHED) -> Witness:
    return Witness(
        record_id=f"p1/{minute}", at=DAY_PERIOD.start_at + minute * MINUTE, bps=1, standing=standing, server=""
    )


@pytest.mark.parametrize(
    ("minutes", "slot_s"),
    [
        (range(7, 1440, 60), 3600),
        (range(7, 1440, 30), 1800),
        (range(2, 1440, 5), 300),
        (range(1440), 60),
        ([], 3600),
        ([1, 2, 3, 4, 5], 3600),
        ([*range(7, 1440, 60), *range(1200, 1260)], 3600),
        (range(3, 720, 6), 360),
        (range(3, 1440, 8), 600),
        ([n for n in range(7, 1440, 30) if n not in {37, 97}], 1800),
    ],
)
def test_the_slots_are_as_fine_as_the_tests_are_even(minutes: list[int] | range, slot_s: int) -> None:
    slots = cut(DAY_PERIOD, [witness(minute) for minute in minutes], LENGTHS_S, 0.95)
    assert slots[0].period.duration == timedelta(seconds=slot_s)
    assert len({slot.period.duration for slot in slots}) == 1
    assert (slots[0].period.start_at, slots[-1].period.end_at) == (DAY_PERIOD.start_at, DAY_PERIOD.end_at)


def test_a_slot_is_what_all_its_tests_are() -> None:
    below, reached, unsure = Standing.BELOW, Standing.REACHED, Standing.UNSURE
    slots = cut(
        Period(AT, AT + timedelta(hours=5)),
        [
            Witness(record_id=str(number), at=AT + timedelta(hours=hour), bps=1, standing=standing, server="")
            for number, (hour, standing) in enumerate(
                [(0, below), (0.1, below), (1, below), (1.1, reached), (2, reached), (3, unsure), (3.1, below)]
            )
        ],
        [3600],
        0.95,
    )
    assert [slot.standing for slot in slots] == [below, unsure, reached, unsure, None]


def test_a_length_that_does_not_divide_the_day_is_passed_over() -> None:
    period = Period(AT, AT + timedelta(hours=23))
    assert cut(period, [], [7200, 3600], 0.95)[0].period.duration == timedelta(hours=1)


def test_witnesses_are_sorted_by_time() -> None:
    records = [stored(a_record(at=AT + n * MINUTE, sequence=9 - n)) for n in (3, 1, 2)]
    evidence = gather(records, 1_000_000_000, load("pt-nos"), [])
    assert [one.record_id for one in evidence.witnesses] == ["p1/8", "p1/7", "p1/6"]


def test_a_test_that_reached_it_in_an_outage_still_reached_it() -> None:
    down = [Period(AT - MINUTE, AT + MINUTE)]
    evidence = gather([stored(a_record(body=a_speed_test(ip_mbps=1010)))], 1_000_000_000, load("pt-nos"), down)
    assert [one.standing for one in evidence.witnesses] == [Standing.REACHED]


def test_a_rate_of_zero_is_below() -> None:
    evidence = gather([stored(a_record(body=a_speed_test(ip_mbps=0)))], 1_000_000_000, load("pt-nos"), [])
    assert [(one.standing, one.bps) for one in evidence.witnesses] == [(Standing.BELOW, 0)]


def test_where_no_number_of_tests_decides_none_is_named() -> None:
    assert more_slots(lambda _: False, 0) is None


@pytest.mark.parametrize(("payload_bps", "told_bps"), [(1_000_000_000, 1_000_000_000), (300_000_000, 318_000_000)])
def test_payload_alone_is_told_as_the_figure_that_claims_least(payload_bps: int, told_bps: int) -> None:
    test = a_speed_test(rate_bps=payload_bps, ip_rate_bps=None)
    (witness_of,) = gather([stored(a_record(body=test))], 1_000_000_000, load("pt-nos"), []).witnesses
    assert witness_of.bps == told_bps


def test_tests_side_by_side_accuse_nobody_and_may_still_reach() -> None:
    records = [
        stored(
            a_record(body=a_speed_test(ip_mbps=mbps), at=AT + timedelta(seconds=at_s), probe=probe, sequence=at_s + 1)
        )
        for probe, at_s, mbps in (("p1", 0, 300), ("p2", 9, 1010), ("p1", 18, 300), ("p1", 60, 300))
    ]
    evidence = gather(records, 1_000_000_000, load("pt-nos"), [])
    assert [one.record_id for one in evidence.witnesses] == ["p2/10", "p1/61"]
    assert evidence.excluded == {"another_test": 2}
