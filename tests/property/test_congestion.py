"""What is claimed of the test for hours that come back, on lines that have none; and of what must not change it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.congestion.recurrence import HOURS, Hourly, chances
from analysis.kernel.column import Real
from tests.congested_line import EVENING, a_series, judged, quiet_ms, weekdays

LINES, DAYS, TURNS = 600, 20, 199


def independent(random: np.random.Generator) -> Real:
    return random.normal(size=(LINES, DAYS, HOURS))


def bunched(random: np.random.Generator) -> Real:
    """Bad hours come four together, at any hour of their day."""
    white = random.normal(size=(LINES, DAYS, HOURS))
    return sum((np.roll(white, shift, axis=2) for shift in range(1, 4)), start=white)


def rare(random: np.random.Generator) -> Real:
    """Mostly nothing, now and then a terrible hour."""
    return np.where(random.random((LINES, DAYS, HOURS)) < 0.03, 2.0, 0.0)


def by_day(random: np.random.Generator) -> Real:
    """Days differ, hours do not."""
    return np.broadcast_to(random.normal(size=(LINES, DAYS, 1)) * 2, (LINES, DAYS, HOURS)) + independent(random)


@pytest.mark.parametrize("noise", [independent, bunched, rare, by_day])
@pytest.mark.parametrize("known_share", [1.0, 0.6])
def test_on_lines_without_a_pattern_the_chance_is_uniform(
    noise: Callable[[np.random.Generator], Real], known_share: float
) -> None:
    random = np.random.default_rng([7, len(noise.__name__)])
    known = (random.random((LINES, DAYS, HOURS)) < known_share).astype(np.float64)
    told = chances(Hourly(noise(random) * known, known), random.integers(0, HOURS, (TURNS, DAYS)))
    for share in (0.05, 0.1, 0.25, 0.5):
        error = 3.5 * (share * (1 - share) / LINES) ** 0.5
        assert np.mean(told <= share) <= share + error
        if noise is not rare:  # which ties often, and then errs on the safe side
            assert np.mean(told <= share) >= share - error


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), gone=st.floats(0, 0.4))
def test_what_is_not_known_invents_nothing(seed: int, gone: float) -> None:
    latency = quiet_ms(seed=seed)
    latency[np.random.default_rng(seed).random(latency.shape) < gone] = np.nan
    assert not judged(a_series(latency)).windows


@settings(max_examples=15, deadline=None)
@given(level=st.floats(1, 300), seed=st.integers(0, 1000))
def test_the_level_of_a_line_changes_nothing(level: float, seed: int) -> None:
    latency = quiet_ms(seed=seed, level=0)
    for day in weekdays():
        latency[day, EVENING] += 8
    told = judged(a_series(latency + level))
    assert [(one.start_min, one.end_min, len(one.days)) for one in told.windows] == [(1200, 1380, 20)]
