"""Bins: none tells of few lines, and none is worked out from those beside it."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.extract.indicator.bins import keep

LEAST = 10
COUNTS = st.integers(1, 6).flatmap(
    lambda bins: st.lists(
        st.lists(st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 80)), min_size=bins, max_size=bins),
        min_size=1,
        max_size=6,
    )
)


@given(COUNTS, st.data())
def test_neither_a_told_bin_nor_what_is_left_beside_the_told_ones_is_small(
    counts: list[list[int]], data: st.DataObject
) -> None:
    candidates = data.draw(st.sets(st.integers(0, len(counts) - 1)))
    kept = keep(np.array(counts), candidates, LEAST, 2)
    assert set(kept.rows) <= candidates
    ends = [*kept.starts, len(counts[0])]
    told = [[sum(counts[row][a:b]) for a, b in pairwise(ends)] for row in kept.rows]
    if not kept.rows:
        return
    assert kept.starts[0] == 0
    assert len(kept.starts) >= 2
    rest = [
        sum(sum(row[a:b]) for row in counts) - sum(own[number] for own in told)
        for number, (a, b) in enumerate(pairwise(ends))
    ]
    for row in (*told, rest):
        assert all(count == 0 or count >= LEAST for count in row)


def test_the_smallest_group_gives_way_where_it_would_cost_the_others_their_bins() -> None:
    counts = np.array([[50, 50, 50, 50], [40, 40, 40, 40], [0, 0, 0, 30]])
    assert keep(counts, [0, 1, 2], LEAST, 3).rows == (0, 1, 2), "an empty bin tells of nobody"
    counts[2] = [1, 1, 1, 27]
    assert keep(counts, [0, 1, 2], LEAST, 3).rows == (0,), "alone it would be what is left over"
