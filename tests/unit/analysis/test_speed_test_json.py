"""`prova.tests/1` says all that a record has, and docs/tests-json.md says what each key is."""

import dataclasses
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.report import JudgedTest
from analysis.speed_test_json import entry
from probe.body.conditions import Conditions, Source
from probe.body.course import Burst, EndedBy, Prescribed
from probe.body.draw import Draw, Origin
from probe.body.speed_test import Failure, Progress, RoundTrips, ServerSaid, SpeedTest
from tests.build import AT, a_record, a_speed_test, good_conditions, stored

DOCUMENT = (Path(__file__).parents[3] / "docs" / "tests-json.md").read_text()
SERIES = {"series", "stream_series"}  # told where somebody asks for them
FULL = a_speed_test(
    conditions=dataclasses.replace(
        good_conditions(), sources=(Source(of="path", origin="rtnetlink", at=(AT, AT + timedelta(seconds=3))),)
    ),
    server_said=ServerSaid(name="lisboa-1", tests_count=1),
    idle_round_trips=RoundTrips(method="latency1", sent_count=40, lost_count=0, median_ms=8.0),
    loaded_round_trips=RoundTrips(method="latency1", sent_count=100, lost_count=1, p99_ms=20.0),
    burst=Burst(bps=9, bytes=8, duration_s=0.5),
    prescribed=Prescribed(profile="x", edition="1", lead_in_s=2.0, measured_s=10.0),
    draw=Draw(origin=Origin.SLOT, due_at=AT),
    ended_by=EndedBy.CERTAIN,
    series=(Progress(0.0, 0), Progress(100.5, 1_250_000)),
    stream_series=((Progress(0.0, 0), Progress(100.5, 650_000)), (Progress(0.0, 0), Progress(100.5, 600_000))),
)


def told(test: SpeedTest, *, series: bool = False) -> dict[str, Any]:
    return entry(JudgedTest(stored=stored(a_record(body=test)), valid_for=(), reasons=()), series=series)


def documented(heading: str) -> set[str]:
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Entry", lambda found: found.keys()),
        ("`server_said`", lambda found: found["server_said"].keys()),
        ("`idle_round_trips`, `loaded_round_trips`", lambda found: found["loaded_round_trips"].keys()),
        ("`burst`", lambda found: found["burst"].keys()),
        ("`conditions`", lambda found: found["conditions"].keys()),
        ("`draw`", lambda found: found["draw"].keys()),
        ("`prescribed`", lambda found: found["prescribed"].keys()),
    ],
)
def test_the_document_names_each_key_and_no_other(heading: str, keys: Any) -> None:
    assert documented(heading) == set(keys(told(FULL)))


def test_no_field_of_a_record_is_left_out() -> None:
    found = told(FULL)
    assert {field.name for field in dataclasses.fields(SpeedTest)} - SERIES <= found.keys()
    for name, kind in (
        ("server_said", ServerSaid),
        ("conditions", Conditions),
        ("loaded_round_trips", RoundTrips),
        ("draw", Draw),
    ):
        assert {field.name for field in dataclasses.fields(kind)} == found[name].keys()


def test_an_entry_of_anything_is_json_with_the_same_keys() -> None:
    failed, full = told(a_speed_test(failure=Failure.TIMED_OUT)), told(FULL)
    assert list(failed) == list(full)
    for found in (failed, full):
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert full["conditions"]["sources"] == [
        {"of": "path", "origin": "rtnetlink", "at": ["2026-11-21T09:00:00Z", "2026-11-21T09:00:03Z"]}
    ]
    assert failed["server_said"] is None


def test_the_counts_over_a_test_are_told_where_they_are_asked_for() -> None:
    found = told(FULL, series=True)
    assert documented("`series`") - {"elapsed_ms", "received_bytes"} == found.keys() - told(FULL).keys() == SERIES
    assert found["series"] == [
        {"elapsed_ms": 0.0, "received_bytes": 0},
        {"elapsed_ms": 100.5, "received_bytes": 1_250_000},
    ]
    assert [counts[-1]["received_bytes"] for counts in found["stream_series"]] == [650_000, 600_000]
