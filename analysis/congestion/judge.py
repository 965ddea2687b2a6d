"""Pure. Lines' series in, judgements out: what comes back, what happened once, what stayed, and what is not known.

The same series and turns give the same judgements. A time in which the line was down holds no values and is never
congestion; a level that changed for good is none either. Knows nothing of records, stores or wording.
"""

from dataclasses import dataclass

import numpy as np

from analysis.congestion import recurrence, single
from analysis.congestion.grid import Grid
from analysis.congestion.judgement import Judgement
from analysis.congestion.level import Level, level_of, worse
from analysis.congestion.limits import Limits
from analysis.congestion.looked import Error, Looked
from analysis.congestion.signal import DayClass, Series, Track
from analysis.kernel.column import Index, Mark, Real

_WORTH_TURNING = 0.25  # of the threshold, in the worst hour of the day: below it nothing could be named anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """All tracks of all lines. `tested`: by line, how many questions the error is shared among. `error`: by line."""

    series: Series
    grid: Grid
    of: tuple[Looked, ...]
    tested: Index
    error: Real


def judge(series: Series, grid: Grid, turns: Index, limits: Limits) -> tuple[Judgement, ...]:
    """One for each line, in their order. `turns`: random hours, by set and day (`Limits.shuffles` sets)."""
    return judged(look(series, grid, turns, limits), limits)


def judged(looks: Looks, limits: Limits) -> tuple[Judgement, ...]:
    """One for each line that was looked at, in their order."""
    return tuple(
        single.judgement(looks.of, looks.series, looks.grid, line, _share(looks, line), limits)
        for line in range(len(looks.series.lines))
    )


def look(series: Series, grid: Grid, turns: Index, limits: Limits) -> Looks:
    """What is judged from: levels, and the chance of every recurrence."""
    of = tuple(_looked(one, series, turns, limits) for one in series.tracks)
    asked = np.zeros(len(series.lines), dtype=np.intp)
    least = np.ones(len(series.lines))
    for one in of:
        for which, chance in one.chance.items():
            enough = _days_known(one.level, series, which, limits) >= limits.days_of(which)
            asked += enough
            least = np.minimum(least, np.where(enough, chance, 1.0))
    tested = np.maximum(asked, 1)
    return Looks(series=series, grid=grid, of=of, tested=tested, error=_errors(least * tested, limits))


def _share(looks: Looks, line: int) -> Error:
    return Error(share=float(looks.error[line]), tested=int(looks.tested[line]))


def _looked(track: Track, series: Series, turns: Index, limits: Limits) -> Looked:
    level = level_of(worse(track.signal, track.values), limits.rise(track.signal), limits)
    chance = {which: _chance(level, series, which, turns, limits) for which in DayClass}
    return Looked(track=track, level=level, chance=chance)


def _chance(level: Level, series: Series, which: DayClass, turns: Index, limits: Limits) -> Real:
    days = series.days.of(which)
    made = np.ones(len(series.lines))
    if len(days) < limits.days_of(which):
        return made
    of = recurrence.hourly(level, days)
    worth: Mark = recurrence.strongest(of) >= _WORTH_TURNING
    if worth.any():
        some = recurrence.Hourly(of.total[worth], of.known[worth])
        made[worth] = recurrence.chances(some, turns)
    return made


def _days_known(level: Level, series: Series, which: DayClass, limits: Limits) -> Index:
    """By line."""
    days = list(series.days.of(which))
    counted: Index = (level.known[:, days].sum(axis=2) >= limits.day_cells_least).sum(axis=1)
    return counted


def _errors(least: Real, limits: Limits) -> Real:
    """By line the error that its own questions share: for one line the stated one; for many, that of Benjamini and
    Hochberg's step-up over the lines (Annals of Statistics 29, 2001, for tests that depend on each other positively).
    """
    count = len(least)
    ordered = np.sort(least)
    within = np.flatnonzero(ordered <= limits.error_share * np.arange(1, count + 1) / count)
    share = (within[-1] + 1) / count if len(within) else 1 / count
    return np.full(count, limits.error_share * share)
