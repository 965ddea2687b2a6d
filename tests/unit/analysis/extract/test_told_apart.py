"""Several differences at once: Holm's steps."""

import random

import pytest

from analysis.extract.indicator.told_apart import Difference, told_apart


def test_one_difference_is_held_against_the_plain_interval() -> None:
    told = told_apart([Difference(1.97, 1.0)], 0.05)[0]
    assert (round(told.low, 3), told.apart) == (0.01, True)
    assert not told_apart([Difference(1.95, 1.0)], 0.05)[0].apart


def test_the_steps_are_those_of_the_procedure() -> None:
    """Chances 0.01, 0.02, 0.03, 0.04 at 5 %: only the first is below its step's 0.0125."""
    told = told_apart([Difference(z, 1.0) for z in (2.0537, 2.1701, 2.3263, 2.5758)], 0.05)
    assert [one.apart for one in told] == [False, False, False, True]
    assert [round(one.level, 4) for one in told] == [0.95, 0.975, 0.9833, 0.9875]


def test_what_is_told_apart_has_an_interval_without_zero() -> None:
    chance = random.Random(7)
    for _ in range(200):
        differences = [Difference(chance.gauss(0, 2), 1.0) for _ in range(6)]
        for one in told_apart(differences, 0.05):
            assert not one.apart or one.low > 0 or one.high < 0


def test_where_nothing_differs_something_is_told_no_more_often_than_allowed() -> None:
    chance = random.Random(11)
    wrong = sum(
        any(one.apart for one in told_apart([Difference(chance.gauss(0, 1), 1.0) for _ in range(10)], 0.05))
        for _ in range(2000)
    )
    assert wrong / 2000 < 0.065


def test_no_difference_is_never_told_apart() -> None:
    assert not told_apart([Difference(0.0, 0.0)], 0.05)[0].apart
    assert told_apart([], 0.05) == ()
    assert Difference(0.1, 0.0).chance == pytest.approx(0.0)
