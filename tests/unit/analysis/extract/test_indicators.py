"""The tables that charts are drawn from, done again from the lines."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.extract import aggregate
from analysis.extract.disclosure.attack import bounds
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import withhold
from analysis.extract.indicator.changes import changes, presence
from analysis.extract.indicator.distribution import distribution
from analysis.extract.indicator.earlier import EarlierError, earlier
from analysis.extract.indicator.indicators import Rows, indicators
from analysis.extract.indicator.matched import Presence, matched
from analysis.extract.indicator.pairs import pairs
from analysis.extract.indicator.publish import ComparisonError, chart_tables
from analysis.extract.indicator.subset import Measured
from analysis.extract.line_summary import LineSummary
from analysis.extract.package.data_file import as_csv
from analysis.extract.parameters import parameters
from analysis.extract.tables import line_periods
from tests.unit.analysis.extract.panel import a_line, better, some_lines

LIMITS = parameters().limits
HEADER = b"unit_id,period,region,operator,technology,tier,direction,median_bps,promised_bps\n"
DIMENSIONS = ("region", "operator", "technology", "tier", "nuts3", "access")


def a_panel(summaries: Sequence[LineSummary], period: str = "2026-10") -> Measured:
    cells = aggregate.cells(summaries, period)
    return Measured(
        summaries=tuple(summaries),
        weights=np.ones(len(summaries)),
        period=period,
        withheld=withhold(cells, relations(one.key for one in cells), LIMITS),
        limits=LIMITS,
        least_effective_lines=10,
    )


@pytest.fixture(scope="module")
def panel() -> Measured:
    return a_panel(list(some_lines(160, seed=3, operators=3, regions=3)))


def loose(rows: Rows) -> list[dict[str, Any]]:
    """For comparisons that only some values know."""
    return [dict(row) for row in rows]


def inside(one: LineSummary, row: Mapping[str, Any]) -> bool:
    return all(row[name] in ("all", getattr(one.standing.group, name)) for name in DIMENSIONS)


def test_every_indicator_shown_is_that_of_its_lines(panel: Measured) -> None:
    rows = [row for row in loose(indicators(panel, 0.8)) if row["state"] == "shown" and row["direction"] == "download"]
    assert {row["indicator"] for row in rows} >= {"maximum_share", "peak_to_off_peak_share", "consistent_share"}
    for row in rows:
        own = [one.ways[0] for one in panel.summaries if inside(one, row)]
        if row["indicator"] == "maximum_share":
            values = [way.rate_bps.median / way.maximum_bps for way in own]  # type: ignore[operator]  # all have both
            assert row["value"] == round(statistics.median_low(values), 4)
            assert row["line_count"] == len(own)
        if row["indicator"] == "consistent_bps":
            steady = [way.hours.consistent_bps for way in own if way.hours.consistent_bps is not None]
            reached = [sum(one >= value for one in steady) / len(steady) for value in steady]
            best = max(value for value, share in zip(steady, reached, strict=True) if share >= 0.8 - 1e-9)
            assert (row["value"], row["line_count"]) == (round(best), len(steady))
        assert row["design_effect"] == 1
        if row["low"] is not None and row["high"] is not None:
            assert row["low"] <= row["value"] <= row["high"]


def test_how_many_lines_have_a_value_cannot_be_worked_out_where_it_is_withheld(panel: Measured) -> None:
    """A tenth of the lines has no test in the busy hours: held against the attack on its own."""
    rows = [row for row in indicators(panel, 0.8) if (row["direction"], row["indicator"]) == ("download", "peak_bps")]
    counts = {}
    for row in rows:
        own = [one for one in panel.summaries if inside(one, row) and one.ways[0].peak_median_bps is not None]
        counts[("2026-10", *(str(row[name]) for name in DIMENSIONS))] = len(own)
        assert row["state"] == "withheld" or len(own) == 0 or len(own) >= LIMITS.least_lines
    counts = {key: count for key, count in counts.items() if count}
    withheld = {("2026-10", *(str(row[name]) for name in DIMENSIONS)) for row in rows if row["state"] == "withheld"}
    small = {key for key, count in counts.items() if count < LIMITS.least_lines}
    assert small
    for known in bounds(counts, withheld & counts.keys(), relations(counts), small).values():
        assert known.width >= LIMITS.least_width


def test_a_curve_begins_with_all_lines_and_falls(panel: Measured) -> None:
    curves: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in loose(distribution(panel, parameters().bin_edges)):
        if row["state"] == "shown":
            curves[tuple(row[name] for name in (*DIMENSIONS, "direction", "indicator"))].append(row)
    assert len(curves) > 4
    for bins in curves.values():
        assert [one["bin"] for one in bins] == list(range(len(bins)))
        assert (bins[0]["reached_share"], bins[0]["from_share"], bins[-1]["to_share"]) == (1, 0, None)
        reached = [one["reached_share"] for one in bins]
        assert reached == sorted(reached, reverse=True)
        assert sum(one["lines_share"] for one in bins) == pytest.approx(1, abs=0.001)
        assert all(one["line_count"] == 0 or one["line_count"] >= LIMITS.least_lines for one in bins)
        assert all(one["reached_share_low"] <= one["reached_share"] <= one["reached_share_high"] for one in bins)


def test_operators_are_compared_two_by_two_from_what_is_published_of_them(panel: Measured) -> None:
    rows = indicators(panel, 0.8)
    told = loose(pairs(rows, 0.05))
    value = {
        row["operator"]: row["value"]
        for row in rows
        if row["indicator"] == "maximum_share"
        and row["direction"] == "download"
        and (row["region"], row["technology"], row["tier"]) == ("all",) * 3
    }
    for one in told:
        if (one["indicator"], one["direction"]) == ("maximum_share", "download"):
            first, second = value[one["first_operator"]], value[one["second_operator"]]
            assert isinstance(first, float)
            assert isinstance(second, float)
            assert one["difference"] == round(first - second, 4)
            away = one["difference_low"] > 0 or one["difference_high"] < 0
            assert one["finding"] == "not_told_apart" or away
    assert {one["finding"] for one in told} == {"different", "not_told_apart"}


def the_month_before(summaries: Sequence[LineSummary]) -> bytes:
    return as_csv(line_periods(summaries, [1.0] * len(summaries), str, "2026-09"))


def test_a_change_is_told_from_the_lines_that_are_in_both_periods(panel: Measured) -> None:
    then = list(panel.summaries)
    new = [a_line(f"new-{n}", then[0].standing.group, 0.2) for n in range(15)]
    now = a_panel([*(better(one, 1.02 + 0.01 * (n % 3)) for n, one in enumerate(then[:-12])), *new])
    found = matched(now.summaries, earlier(the_month_before(then)), str)
    assert found.counts == {"matched": 148, "moved": 0, "joined": 15, "left": 12}
    rows = loose(changes(now, found, "2026-09", 0.05))
    whole = next(
        row
        for row in rows
        if (row["direction"], row["indicator"]) == ("download", "rate_share")
        and all(row[name] == "all" for name in DIMENSIONS)
    )
    assert (whole["change"], whole["finding"]) == (0.03, "higher"), "the new lines, five times slower, are not in it"
    mean = statistics.mean([0.02, 0.03, 0.04] * 49 + [0.02])
    assert whole["mean_change"] == pytest.approx(mean, abs=1e-4)
    assert whole["mean_change_low"] < mean < whole["mean_change_high"]
    assert {row["presence"]: row["line_count"] for row in presence(now, found, "2026-09")} == {
        "joined": 15, "left": 12, "matched": 148, "moved": 0,
    }  # fmt: skip


def test_neither_a_few_who_came_nor_a_few_who_are_in_both_can_be_known(panel: Measured) -> None:
    then = list(panel.summaries)
    now = a_panel([*then, *(a_line(f"new-{n}", then[0].standing.group, 0.9) for n in range(3))])
    found = matched(now.summaries, earlier(the_month_before(then)), str)
    assert all(row["line_count"] is None for row in presence(now, found, "2026-09") if row["presence"] == "joined")
    assert all(row["line_count"] is None for row in presence(now, found, "2026-09") if row["presence"] == "matched")
    for row in changes(now, found, "2026-09", 0.05):
        own = [one for one in now.summaries if inside(one, row)]
        both = [one for one in own if not one.standing.line.startswith("new")]
        if row["state"] == "shown":
            least = row["lines_at_least"]
            assert isinstance(least, int)
            assert len(both) >= LIMITS.least_lines
            assert least <= len(both)
            assert least == LIMITS.least_lines or (len(own) - least) % (LIMITS.least_width + 1) == LIMITS.least_width
        elif len(both) < LIMITS.least_lines:
            assert row["change"] is None


def test_a_line_of_another_operator_than_before_is_not_compared(panel: Measured) -> None:
    then = list(panel.summaries)
    group = replace(then[0].standing.group, operator="another")
    moved = replace(then[0], standing=replace(then[0].standing, group=group))
    found = matched([moved, *then[1:]], earlier(the_month_before(then)), str)
    assert (found.counts[Presence.MOVED], 0 in found.lines) == (1, False)


def test_an_earlier_extract_that_cannot_be_compared_with_is_told(panel: Measured) -> None:
    table = the_month_before(panel.summaries)
    with pytest.raises(ComparisonError, match="make both with one pseudonym key"):
        list(chart_tables(panel, parameters(), earlier(table), lambda line: f"other-{line}"))
    with pytest.raises(ComparisonError, match="not before 2026-10; name an earlier one"):
        list(chart_tables(panel, parameters(), earlier(table.replace(b"2026-09", b"2026-10")), str))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no column unit_id"),
        (b"\xff\xfe", "no such table"),
        (b"unit_id,period\n", "no column region"),
        (HEADER, "of 0 periods"),
        (HEADER + b"a,2026-09\n", "cells"),
        (HEADER + b"a,2026-09,r,o,t,1/1,download,nan,1\n", "the number nan"),
        (HEADER + b"a,September,r,o,t,1/1,download,2,1\n", "neither a month"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(EarlierError, match=why):
        earlier(raw)
