"""Every fault that a household can have, seen by the real sensors and called by the real judgement what it was."""

from concurrent.futures import ProcessPoolExecutor
from random import Random

import pytest

from bench.confusion.expected import EXPECTED
from bench.confusion.score import Score, score
from bench.confusion.trial import run
from tests.lab.fault import Fault


def called(faults: tuple[Fault, ...]) -> Score:
    return score(run(faults, Random(str(faults))))


@pytest.mark.lab
@pytest.mark.slow
@pytest.mark.component("testbed", "namespaces")
@pytest.mark.timeout(900)
def test_each_fault_is_called_what_it_was_and_nothing_is_invented() -> None:
    """`python -m bench.confusion` does it a hundred times, at random."""
    every = tuple(EXPECTED)
    with ProcessPoolExecutor(5) as pool:
        scores = list(pool.map(called, (every[number::5] for number in range(5))))
    marks = [mark for one in scores for mark in one.marks]
    assert {mark.fault for mark in marks} == set(every)
    assert not [mark for mark in marks if mark.wronged]
    assert not [line for one in scores for line in one.invented]
    assert not [(mark.fault, mark.detail) for mark in marks if not mark.right]
