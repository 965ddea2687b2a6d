"""Rare things withheld, held against an attack that is written another way: over the finest cells, in whole numbers."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.extract.disclosure.amount import Amount, EarlierPart, Part, Sum
from analysis.extract.disclosure.cell import ALL, Cell, Key
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Reason
from analysis.extract.disclosure.withhold_part import withhold_part
from tests.property.test_disclosure import known_to_a_reader

PART = Part(
    name="outages",
    least_lines=3,
    least_count=0,
    most_share=0.5,
    sums=(Sum(name="minutes", least_width=30, over_time=True), Sum(name="lines", least_width=3, over_time=False)),
)
FINEST = tuple(product(("norte", "centro", "sul"), ("a", "b", "c")))
Lines = tuple[tuple[Key, int], ...]  # a line's finest cell, and for how many minutes it was away


@st.composite
def away(draw: st.DrawFn) -> Lines:
    """Few of them, and some away for much longer than others."""
    each = st.tuples(st.sampled_from(FINEST), st.one_of(st.integers(1, 20), st.integers(1, 500)))
    return tuple(draw(st.lists(each, max_size=60)))


def amounts_of(lines: Lines) -> list[Amount]:
    """Every cell of the tables, empty ones too."""
    told: dict[Key, list[int]] = {
        ("2026-10", *(ALL if summed else one for one, summed in zip(key, which, strict=True))): []
        for key in FINEST
        for which in product((False, True), repeat=len(key))
    }
    for key, minutes in lines:
        for which in product((False, True), repeat=len(key)):
            told["2026-10", *(ALL if summed else one for one, summed in zip(key, which, strict=True))].append(minutes)
    return [
        Amount(
            key=key,
            line_count=len(own),
            largest_share=max(own) / sum(own) if own else 0.0,
            sums=(sum(own), len(own)),
        )
        for key, own in sorted(told.items())
    ]


def reads(amounts: Sequence[Amount], withheld: Sequence[Key], of: Key, place: int) -> tuple[int, int]:
    """The least and the most that a reader can find of one sum."""
    cells = [
        Cell(key=one.key, line_count=one.sums[place], line_days=10_000, test_count=0, largest_share=0)
        for one in amounts
    ]
    return known_to_a_reader(cells, withheld, of)


def nothing_rare_can_be_worked_out(lines: Lines) -> None:
    amounts = amounts_of(lines)
    found = dict(withhold_part(PART, amounts, {}, relations(one.key for one in amounts), EarlierPart()))
    for one in amounts:
        few = 0 < one.line_count < PART.least_lines
        assert (found.get(one.key) is Reason.FEW_LINES) == few
        if found.get(one.key) in (Reason.FEW_LINES, Reason.ONE_LINE):
            for place, told in enumerate(PART.sums):
                least, most = reads(amounts, list(found), one.key, place)
                assert least <= one.sums[place] <= most
                assert most - least >= told.least_width


@settings(max_examples=12)
@given(away())
def test_nothing_rare_can_be_worked_out(lines: Lines) -> None:
    nothing_rare_can_be_worked_out(lines)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=300)
@given(away())
def test_nothing_rare_can_be_worked_out_of_many_tables(lines: Lines) -> None:
    nothing_rare_can_be_worked_out(lines)
