"""A line's quantiles are numpy's, and groups of lines add up whatever was not measured."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.extract.hear import REASONS
from analysis.extract.indicator.line_hours import LineHours
from analysis.extract.line_summary import LineWay, Spread
from analysis.extract.summarise import _spread
from analysis.extract.way_columns import columns
from analysis.finding import Verdict
from probe.body.speed_test import Direction


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=300))
def test_quantiles_are_those_of_numpy(values: list[int]) -> None:
    array = np.array(values, dtype=np.float64)
    found = _spread(array)
    expected = np.quantile(array, (0.05, 0.5, 0.95), method="inverted_cdf")
    assert (found.p5, found.median, found.p95) == tuple(expected.tolist())


def a_way(letters: dict[str, str], excluded: dict[str, int], median: float | None) -> LineWay:
    return LineWay(
        direction=Direction.UPLOAD,
        test_count=20,
        valid_count=20 - sum(excluded.values()),
        excluded=excluded,
        rate_bps=Spread(p5=median, median=median, p95=median),
        peak_median_bps=None,
        hours=LineHours(off_peak_median_bps=None, consistent_bps=None, reached_share=None),
        idle_rtt_ms=median,
        loaded_rtt_ms=None,
        promised_bps=None,
        maximum_bps=None,
        verdicts=letters,
    )


def test_lines_are_added_up_by_rule_verdict_and_reason() -> None:
    every = columns(
        [
            a_way({"speed.normal": "mmbi"}, {"wireless": 3, "failed": 1}, 5.0),
            a_way({"speed.maximum": "m---"}, {"failed": 2}, None),
            a_way({}, {}, 7.0),
        ]
    )
    assert every.days() == {
        "speed.maximum": {Verdict.MET: 1, Verdict.BREACHED: 0, Verdict.INSUFFICIENT: 0, Verdict.NOT_APPLICABLE: 3},
        "speed.normal": {Verdict.MET: 2, Verdict.BREACHED: 1, Verdict.INSUFFICIENT: 1, Verdict.NOT_APPLICABLE: 0},
    }
    assert list(every.excluded().items()) == [("failed", 3), ("wireless", 3)]
    assert set(every.excluded()) <= set(REASONS)
    assert np.isnan(every.median_bps).tolist() == [False, True, False]
    alone = every.only(np.array([0]))
    assert [*alone.days()] == ["speed.normal"]
    assert every.only(np.array([2])).days() == {}
