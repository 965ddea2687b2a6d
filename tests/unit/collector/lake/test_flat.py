"""A record as one row of the lake's columns; docs/store.md names them all."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.lake.column import COLUMNS, CONDITIONS, LAYOUT, TEST
from collector.lake.flat import Arrived, row
from collector.lake.segment import SCHEMA, encoded, in_order, table_of
from probe.body.conditions import Conditions
from probe.body.draw import Draw, Origin
from probe.body.reachability import Answers, Condensed, NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.speed_test import ServerSaid, SpeedTest
from probe.record import Body
from tests.build import AT, a_record, a_speed_test

DOCUMENT = (Path(__file__).parents[4] / "docs" / "store.md").read_text()


NESTED = {"server", "conditions", "series", "stream_series", "server_said", "idle_round_trips", "loaded_round_trips"}
NESTED |= {"draw", "burst", "prescribed"}


def _flat(body: Body) -> dict[str, Any]:
    record = a_record(body=body)
    arrived = Arrived(record=record, raw=b"{}", batch=7, batch_sha256="d", received_us=1)
    (one,) = table_of([row(arrived)]).to_pylist()
    return dict(one)


def test_the_document_has_a_row_for_every_column_and_no_other() -> None:
    told = re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCUMENT, re.MULTILINE)
    assert sorted(told) == sorted((column.name, str(column.type)) for column in COLUMNS)


def test_every_plain_value_of_a_speed_test_has_a_column_of_its_name() -> None:
    """A new field of the wire becomes a new column here and in docs/store.md; what is nested stands in `raw`."""
    assert {one.name for one in fields(SpeedTest)} - NESTED == {column.name for column in TEST}
    assert {one.name for one in fields(Conditions)} - {"sources"} == {column.name for column in CONDITIONS}


def test_what_the_server_said_and_how_the_test_was_drawn_lie_open() -> None:
    said = ServerSaid(tests_count=2, cpu_share=0.5, cpu_pressure_share=0.1, other_bytes=7, link_bps=10**9)
    draw = Draw(origin=Origin.EXTRA, due_at=AT, tests_per_hour=2.5, household_busy=False)
    told = _flat(a_speed_test(server_said=said, draw=draw))
    assert [told[f"server_{name}"] for name in ("tests_count", "cpu_share", "other_bytes", "link_bps")] == [
        2,
        0.5,
        7,
        10**9,
    ]
    assert told["server_cpu_pressure_share"] == 0.1
    assert (told["draw_origin"], told["draw_household_busy"], told["draw_tests_per_hour"]) == ("extra", False, 2.5)
    assert (told["ended_synchronised"], told["layout"]) == (True, LAYOUT)
    silent = _flat(a_speed_test())
    assert (silent["server_tests_count"], silent["draw_origin"], silent["layout"]) == (None, None, LAYOUT)


def test_answers_are_counted_in_plain_and_in_condensed_minutes() -> None:
    samples = (Sample(0, 1.5), Sample(5000, None, NoAnswer.TIMED_OUT), Sample(10_000, 2.5))
    target = TargetMinute(
        target="192.0.2.1", role=Role.INTERNET, method=ProbeMethod.ICMP, loopback=False, samples=samples
    )
    plain = _flat(Reachability(interval_s=5.0, targets=(target, target)))
    names = ("interval_s", "minutes", "target_count", "asked_count", "answered_count", "rate_bps")
    assert [plain[name] for name in names] == [5.0, 1, 2, 6, 4, None]
    answers = Answers(count=36, least_ms=1, median_ms=2, p95_ms=3, p99_ms=4, most_ms=5)
    condensed = Condensed(minutes=3, sequences=((1, 3),), interval_s=5.0, answers=(answers, answers))
    several = _flat(Reachability(interval_s=60.0, targets=(target, target), condensed=condensed))
    assert [several[name] for name in names] == [5.0, 3, 2, 72, 72, None]


def test_the_same_rows_give_the_same_bytes() -> None:
    arrived = Arrived(record=a_record(), raw=b"{}", batch=7, batch_sha256="d", received_us=1)
    one, other = (encoded(in_order([table_of([row(arrived)])])) for _ in range(2))
    assert one == other


def test_times_are_whole_microseconds_in_utc() -> None:
    assert SCHEMA.field("started_at").type == pa.timestamp("us", tz="UTC")
    assert _flat(a_record().body)["started_at"].utcoffset().total_seconds() == 0
