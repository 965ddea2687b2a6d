"""What the arrays hold and what they hand on: reasons as of each test alone, and lines that must be judged alone."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest

from analysis.finding import Verdict
from analysis.kernel import reasons
from analysis.kernel.column import NEEDED
from analysis.kernel.frame import Frame
from analysis.kernel.judge import gather, judge
from analysis.kernel.outcome import Outcome
from analysis.kernel.plan import plans
from analysis.kernel.verdict import VERDICTS, Decisions
from analysis.profile import load
from analysis.validity import judge_test
from collector.lake.flat import Arrived, row
from collector.lake.segment import in_order, table_of
from probe.body.draw import Draw, Origin
from probe.body.speed_test import SpeedTest
from probe.record import Record
from tests.build import AT, DAY, MINUTE, a_contract, a_day_of_tests, a_reachability_minute, a_record, a_speed_test
from tests.many_lines import a_body

NOW = datetime(2027, 6, 1, tzinfo=UTC)
PROFILE = load("pt-nos")


def a_table(records: Sequence[Record]) -> pa.Table:
    rows = [row(Arrived(record=one, raw=b"{}", batch=1, batch_sha256="d", received_us=1)) for one in records]
    return in_order([table_of(rows)]).select(list(NEEDED))


def judged(*tables: pa.Table) -> Outcome:
    (plan,), _ = plans([a_contract()], DAY, DAY, NOW)
    (evidence,) = gather(tables, [plan])
    return judge(evidence, plan, Decisions(plan.rules))


def a_day(mbps: float = 1010, *, low: Sequence[int] = (), count: int = 48) -> list[Record]:
    return [one.record for one in a_day_of_tests(lambda part: 300 if part in low else mbps, count=count)]


@pytest.mark.parametrize("needed_bps", [300_000_000, 950_000_000, 1_000_000_000, 2_400_000_000])
def test_the_reasons_of_many_tests_are_those_of_each(needed_bps: int) -> None:
    chance = random.Random(needed_bps)
    records = [
        a_record(
            body=a_body(chance, AT, bad=0.5, odd=0.8, up=0.3),
            at=AT + number * MINUTE,
            sequence=number + 1,
            synchronised=chance.choice([True, True, True, None, False]),
        )
        for number in range(400)
    ]
    frame = Frame(a_table(records))
    rate = reasons.rates(frame, PROFILE)
    bits = reasons.of_speed(frame, rate, np.full(len(records), needed_bps), PROFILE)
    bits[frame.known("failure")] = 0
    bits |= reasons.of_any_speed(frame, PROFILE)
    for number, record in enumerate(records):
        _, expected = judge_test(record, needed_bps, PROFILE)
        told = tuple(reason for place, reason in enumerate(reasons.ORDER) if bits[number] & (1 << place))
        assert told == expected, record


def test_a_day_without_a_doubt_is_decided_here() -> None:
    outcome = judged(a_table(a_day(low=range(10))))
    assert not outcome.alone[0]
    assert VERDICTS[outcome.verdict["speed.normal"][0, 0, 0]] is Verdict.BREACHED


def test_tests_side_by_side_are_left_to_the_lines_own_path_where_one_is_below() -> None:
    first = a_record(body=a_speed_test(ip_mbps=300), at=AT, sequence=900, lasts=2 * MINUTE)
    beside = a_record(at=AT + MINUTE, sequence=901, probe="p2")
    assert judged(a_table([first, beside])).alone[0]
    good = replace(first, body=a_speed_test(ip_mbps=1010))
    assert not judged(a_table([good, beside])).alone[0]


def test_a_record_that_comes_twice_is_left_to_the_lines_own_path() -> None:
    records = a_day()
    assert judged(a_table(records), a_table(records[:1])).alone[0]


@pytest.mark.parametrize(
    ("answers", "low", "alone"), [("....######..", 24, True), ("############", 24, False), ("....", 40, False)]
)
def test_a_test_below_near_a_question_without_an_answer_is_left_to_the_lines_own_path(
    answers: str, low: int, *, alone: bool
) -> None:
    records = a_day(low=[low])
    minute = a_record(body=a_reachability_minute(answers=answers), at=records[24].started.at - 2 * MINUTE, sequence=999)
    assert judged(a_table([*records, minute])).alone[0] == alone


def test_a_minute_of_an_unsure_clock_may_have_been_at_any_time() -> None:
    minute = a_record(body=a_reachability_minute(answers="...."), at=AT, sequence=999, synchronised=None)
    assert judged(a_table([*a_day(low=[40]), minute])).alone[0]


def test_a_row_made_before_the_columns_were_is_left_to_the_lines_own_path() -> None:
    table = a_table(a_day())
    old = pa.nulls(table.num_rows, pa.int64())
    assert judged(table.set_column(table.column_names.index("layout"), "layout", old)).alone[0]


def test_extra_tests_that_could_decide_are_left_to_the_lines_own_path() -> None:
    draw = Draw(origin=Origin.EXTRA, due_at=AT, slot_at=AT, slot_s=1800.0)
    records = a_day(low=[1, 12, 23, 34])
    body = records[1].body
    assert isinstance(body, SpeedTest)
    extra = a_record(body=replace(body, draw=draw), at=records[1].started.at + MINUTE, sequence=999)
    assert not judged(a_table(records)).alone[0]
    assert judged(a_table([*records, extra])).alone[0]


def test_a_zone_off_the_grid_of_hours_has_no_plan() -> None:
    from zoneinfo import ZoneInfo

    lord_howe = a_contract(zone=ZoneInfo("Australia/Lord_Howe"))  # half an hour of summer time
    day = datetime(2026, 10, 4, tzinfo=UTC).date()
    made, left = plans([lord_howe, a_contract()], day - timedelta(days=1), day, NOW)
    assert left == [lord_howe]
    assert len(made) == 1
