from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest

from analysis.congestion.grid import grid
from analysis.congestion.group import together
from analysis.congestion.group.columns import NEEDED, series_of
from analysis.congestion.group.group_json import group_json
from analysis.congestion.group.run import Asked, Report, of_groups, orders
from analysis.congestion.group.told import GroupSays, GroupTold
from analysis.congestion.judgement import Kind
from analysis.congestion.limits import limits
from analysis.congestion.signal import DayClass, Signal
from analysis.kernel.column import Real
from tests.congested_line import LISBON, days

COUNT, SEGMENT = 28, 4
_TYPES = {
    "line": pa.string(), "direction": pa.string(), "server_address": pa.string(), "path": pa.string(),
    "link_type": pa.string(), "draw_origin": pa.string(), "started_at": pa.timestamp("us", tz="UTC"),
    "idle_rtt_ms": pa.float64(), "server_demonstration": pa.bool_(), "draw_household_busy": pa.bool_(),
}  # fmt: skip


def rows(line: str, latency: Real, **fields: object) -> list[dict[str, object]]:
    """A download in the middle of every second quarter of an hour; `latency` by day and slot."""
    starts = [datetime.combine(day, datetime.min.time(), LISBON) for day in days(len(latency)).days]
    usual = {"line": line, "direction": "download", "rate_bps": 500_000_000, "server_address": "203.0.113.7"}
    return [
        {
            **usual,
            "started_at": start + timedelta(minutes=15 * slot + 7),
            "idle_rtt_ms": float(values[slot]),
            **fields,
        }
        for start, values in zip(starts, latency, strict=True)
        for slot in range(0, 96, 2)
    ]


def a_table(told: Sequence[dict[str, object]]) -> pa.Table:
    return pa.table({name: pa.array([one.get(name) for one in told], _TYPES.get(name, pa.int64())) for name in NEEDED})


@dataclass
class Shelf:
    """What a store gives, from memory, in two buckets."""

    told: dict[str, list[dict[str, object]]]

    def buckets(self, lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(lines[::2]), tuple(lines[1::2])

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        yield a_table([row for line in lines for row in self.told[line]])


def quiet(number: int) -> Real:
    return 10 + number % 5 + np.abs(np.random.default_rng(number).normal(0, 0.4, (COUNT, 96)))


def report(latency: dict[str, Real], segments: int) -> Report:
    names = sorted(latency)
    groups = {f"s{part}": tuple(names[part * SEGMENT : (part + 1) * SEGMENT]) for part in range(segments)}
    shelf = Shelf({line: rows(line, values) for line, values in latency.items()})
    asked = Asked("segment", groups, tuple(groups), tuple(names), days(COUNT).days, LISBON)
    return of_groups(shelf, asked, lambda _, __: None)


def fleet(segments: int) -> dict[str, Real]:
    return {f"l{number:02d}": quiet(number) for number in range(SEGMENT * segments)}


def of(told: Report, name: str) -> GroupTold:
    (one,) = (one for one in told.groups if one.name == name)
    return one


@pytest.fixture(scope="module")
def told() -> Report:
    """Segment 0 has its evenings together, on days of its own; in segment 1 three lines have hours of their own."""
    latency = fleet(3)
    on = [day for day in range(COUNT) if day % 7 < 5 and day % 4]
    for number in range(SEGMENT):
        for day in on:
            latency[f"l{number:02d}"][day, 80:92] += 12
    for number, slot in ((4, 8), (5, 32), (6, 56)):
        latency[f"l{number:02d}"][:, slot : slot + 12] += 12
    return report(latency, 3)


def test_lines_of_a_segment_that_are_worse_together_share_what_is_congested(told: Report) -> None:
    one = of(told, "s0")
    assert one.says is GroupSays.SHARED
    (window,) = one.windows
    assert (window.day_class, window.start_min) == (DayClass.WEEKDAY, 1200)
    assert window.end_min in {1365, 1380}  # what was measured last, or the slot after it
    assert len(one.sharing) == SEGMENT
    assert all(each.overlap_share >= 0.5 for each in one.sharing)
    assert one.hours_chance is not None
    assert one.hours_chance < 0.001
    assert one.others_strained == 0


def test_lines_that_are_worse_at_hours_of_their_own_are_told_one_by_one(told: Report) -> None:
    one = of(told, "s1")
    assert one.says is GroupSays.SINGLE
    assert one.strained == ("l04", "l05", "l06")


def test_a_segment_without_congestion_says_so(told: Report) -> None:
    assert of(told, "s2").says is GroupSays.NONE
    assert group_json(of(told, "s2"))["sentence"]["en"] == "segment:s2: no congestion on 4 lines."


def test_each_line_is_judged_as_if_alone(told: Report) -> None:
    kinds = {one.line: one.kind for one in told.lines}
    assert [line for line, kind in kinds.items() if kind is Kind.RECURRING] == [f"l{n:02d}" for n in range(7)]
    assert {kind for line, kind in kinds.items() if line > "l06"} == {Kind.NONE}


def test_hours_that_everybody_has_are_no_segments_own() -> None:
    latency = fleet(3)
    for values in latency.values():
        values[:, 80:92] += 12
    assert {one.says for one in report(latency, 3).groups} == {GroupSays.WIDER}


def test_one_afternoon_of_all_lines_is_told_of_the_group() -> None:
    latency = fleet(2)
    for number in range(SEGMENT):
        latency[f"l{number:02d}"][9, 48:64] += 12
    one = of(report(latency, 2), "s0")
    assert one.says in {GroupSays.SHARED, GroupSays.AT_ONCE}
    (episode,) = one.at_once
    assert episode.many_lines == SEGMENT
    assert episode.period.start_at.isoformat() == "2026-06-10T11:00:00+00:00"


def test_a_group_of_two_is_unknown() -> None:
    latency = fleet(1)
    shelf = Shelf({line: rows(line, values) for line, values in latency.items()})
    asked = Asked("node", {"n": ("l00", "l01")}, ("n",), tuple(latency), days(COUNT).days, LISBON)
    assert of_groups(shelf, asked, lambda _, __: None).groups[0].says is GroupSays.UNKNOWN


def test_two_servers_with_different_ways_are_no_noise() -> None:
    cells = grid(days(COUNT))
    near = rows("a", quiet(0))
    for number, row in enumerate(near):
        if number % 2:
            row["server_address"] = "203.0.113.8"
            row["idle_rtt_ms"] = float(str(row["idle_rtt_ms"])) + 40
    (latency, *_) = series_of([a_table(near)], ["a"], cells).tracks
    assert latency.signal is Signal.LATENCY
    assert np.nanmax(latency.values) - np.nanmin(latency.values) < 5


@pytest.mark.parametrize(
    "fields",
    [
        {"link_type": "wifi"}, {"path": "on_link"}, {"draw_origin": "repeat"}, {"server_demonstration": True},
        {"rate_bps": None},
    ],
)  # fmt: skip
def test_tests_that_one_line_would_leave_out_are_left_out(fields: dict[str, object]) -> None:
    series = series_of([a_table(rows("a", quiet(0)[:2], **fields))], ["a"], grid(days(COUNT)))
    assert (series.used, dict(series.left_out)) == (0, {"left_out": 96})


def test_without_agreement_beyond_habit_the_chance_is_uniform() -> None:
    """Every line has its evenings, each on days of its own."""
    chance, drawn = np.random.default_rng(3), orders(days(COUNT), limits())[:99]
    told = []
    for _ in range(200):
        mine = chance.normal(0, 0.3, (4, COUNT, 24))
        mine[:, :, 20:23] += 1.5 * (chance.random((4, COUNT, 1)) < 0.6)
        told.append(together.chance_of_group(mine - mine.mean(axis=1, keepdims=True), drawn))
    for share in (0.05, 0.2, 0.5):
        assert abs(np.mean(np.array(told) <= share) - share) <= 3.5 * (share * (1 - share) / 200) ** 0.5
