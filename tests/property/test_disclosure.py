"""Withheld cells held against an attack that is written another way: over the finest cells, in whole numbers."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from analysis.extract.disclosure.attack import bounds
from analysis.extract.disclosure.cell import ALL, Cell, Key
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Limits, Reason, Told, withhold

LIMITS = Limits(least_lines=5, least_tests=1, most_share=1.0, least_width=5)
CATEGORIES = (("norte", "centro", "sul"), ("a", "b", "c"), ("fibre", "cable"))


@st.composite
def lines(draw: st.DrawFn) -> tuple[Key, ...]:
    """Some lines, each with its category in every dimension; categories are far from equally filled."""
    dimensions = draw(st.integers(2, 3))
    every = list(product(*CATEGORIES[:dimensions]))
    counts = draw(st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=len(every), max_size=len(every)))
    return tuple(key for key, count in zip(every, counts, strict=True) for _ in range(count))


def cells_of(keys: Sequence[Key], period: str = "2026-10", days: int = 1) -> list[Cell]:
    """Every cell of a period, totals too, that is not empty."""
    counts: Counter[Key] = Counter()
    for key in keys:
        for which in product((False, True), repeat=len(key)):
            counts[(period, *(ALL if summed else one for one, summed in zip(key, which, strict=True)))] += 1
    return [
        Cell(key=key, line_count=n, line_days=n * days, test_count=n * 10, largest_share=1 / n)
        for key, n in sorted(counts.items())
    ]


def is_in(finest: Key, key: Key) -> bool:
    return all(category in (ALL, own) for category, own in zip(key, finest, strict=True))


def known_to_a_reader(cells: Sequence[Cell], withheld: Sequence[Key], of: Key) -> tuple[int, int]:
    """The least and the most lines that cell can have, by the published ones alone."""
    finest = [cell.key for cell in cells if ALL not in cell.key]
    published = [cell for cell in cells if cell.key not in withheld]
    sums = np.array([[is_in(one, cell.key) for one in finest] for cell in published], dtype=np.float64)
    counts = np.array([cell.line_count for cell in published], dtype=np.float64)
    goal = np.array([is_in(one, of) for one in finest], dtype=np.float64)
    ends = []
    for sign in (1.0, -1.0):
        solved = optimize.milp(
            goal * sign,
            constraints=[optimize.LinearConstraint(sums, counts, counts)] if published else [],
            integrality=np.ones(len(finest), dtype=np.int64),
            bounds=optimize.Bounds(0, 10_000),
        )
        assert solved.status == 0, solved.message
        ends.append(round(sign * float(solved.fun)))
    return ends[0], ends[1]


def no_small_cell_can_be_worked_out(keys: tuple[Key, ...]) -> None:
    cells = cells_of(keys)
    found = withhold(cells, relations(cell.key for cell in cells), LIMITS)
    hidden = [one.key for one in found]
    small = {cell.key for cell in cells if 0 < cell.line_count < LIMITS.least_lines}
    assert small == {one.key for one in found if one.reason is Reason.FEW_LINES}
    counts = {cell.key: cell.line_count for cell in cells}
    for one in found:
        least, most = known_to_a_reader(cells, hidden, one.key)
        assert least <= counts[one.key] <= most
        assert one.lines.least <= least, "what is told of it is no more than a reader finds"
        assert one.lines.most is None or one.lines.most >= most
        if one.reason is Reason.FEW_LINES:
            assert most - least >= LIMITS.least_width


@settings(max_examples=8)
@given(lines())
def test_no_small_cell_can_be_worked_out(keys: tuple[Key, ...]) -> None:
    no_small_cell_can_be_worked_out(keys)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=400)
@given(lines())
def test_no_small_cell_can_be_worked_out_of_many_tables(keys: tuple[Key, ...]) -> None:
    no_small_cell_can_be_worked_out(keys)


@settings(max_examples=30)
@given(lines())
def test_nothing_is_withheld_where_every_cell_is_large(keys: tuple[Key, ...]) -> None:
    every = tuple(key for key in keys for _ in range(LIMITS.least_lines))
    cells = cells_of(every)
    assert withhold(cells, relations(cell.key for cell in cells), LIMITS) == ()


def test_a_quarter_does_not_tell_what_a_month_withheld() -> None:
    counts = {"2026-07": 20, "2026-08": 3, "2026-09": 20}
    months: list[Cell] = []
    hidden: dict[Key, Reason] = {}
    for period, count in counts.items():
        cells = cells_of([("norte",)] * count + [("sul",)] * 40 + [("centro",)] * 50, period, days=30)
        months += cells
        hidden |= {one.key: one.reason for one in withhold(cells, relations(cell.key for cell in cells), LIMITS)}
    assert hidden.keys() == {("2026-08", "norte"), ("2026-08", "sul")}
    quarter = [
        Cell(key=("2026-Q3", name), line_count=lines, line_days=days, test_count=days, largest_share=0.05)
        for name, lines, days in (
            ("norte", 20, 43 * 30),
            ("sul", 40, 120 * 30),
            ("centro", 50, 150 * 30),
            (ALL, 110, 313 * 30),
        )
    ]
    known = relations((cell.key for cell in (*months, *quarter)), {"2026-Q3": tuple(counts)})
    days = {cell.key: cell.line_days for cell in (*months, *quarter)}
    (least,) = {one.least for one in bounds(days, hidden, known, [("2026-08", "norte")]).values()}
    assert least == 3 * 30, "beside the months a whole quarter tells what August withheld"
    told = Told(
        published=tuple(cell for cell in months if cell.key not in hidden),
        hidden=tuple((cell, hidden[cell.key]) for cell in months if cell.key in hidden),
    )
    found = withhold(quarter, known, LIMITS, told=told)
    assert {one.key for one in found} == {("2026-Q3", "norte"), ("2026-Q3", "sul")}
    (after,) = bounds(days, {*hidden, *(one.key for one in found)}, known, [("2026-08", "norte")]).values()
    assert after.width >= LIMITS.least_width


def test_what_was_withheld_once_stays_withheld() -> None:
    cells = cells_of([("norte",)] * 30 + [("sul",)] * 40)
    kept = ((("2026-10", "norte"), Reason.FEW_LINES),)
    found = withhold(cells, relations(cell.key for cell in cells), LIMITS, told=Told(own=kept))
    assert {one.key: one.reason for one in found} == {
        ("2026-10", "norte"): Reason.EARLIER,
        ("2026-10", "sul"): Reason.OTHERS,
    }


def test_a_line_that_has_most_tests_of_a_cell_is_not_told_by_it() -> None:
    cells = [
        Cell(key=("2026-10", name), line_count=count, line_days=count, test_count=1000, largest_share=share)
        for name, count, share in (("norte", 30, 0.9), ("sul", 40, 0.05), (ALL, 70, 0.4))
    ]
    limits = Limits(least_lines=5, least_tests=1, most_share=0.5, least_width=5)
    found = {one.key[1]: one.reason for one in withhold(cells, relations(cell.key for cell in cells), limits)}
    assert found == {"norte": Reason.ONE_LINE, "sul": Reason.OTHERS}
