"""Pure. How far a line is above its own quiet hours, and when its level changed for good.

All values run upwards: more is worse (`worse`). The quiet level is each day's own low quantile, so that slow drift and
a new plan are no congestion; within the day of a change it is taken on either side. Knows nothing of hours of the day.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.congestion.limits import Limits
from analysis.congestion.signal import SLOTS, Signal
from analysis.kernel.column import Mark, Real

_NORMAL_PER_DEVIATION = 1.4826  # standard deviation of a normal distribution over its median absolute deviation
_DEEPEST = 4  # changes of one period that are looked for, by halves: up to fifteen


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """By line, day and quarter of an hour: `excess` above the quiet level, and where it is `high`; `known` where either
    is. `threshold`, `noise` by line, in the excess's unit. `shifts`: of each line, in order.
    """

    excess: Real
    known: Mark
    high: Mark
    threshold: Real
    noise: Real
    shifts: tuple[tuple["Shift", ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """From cell `at` (day times 96 plus slot) on the quiet level was `after`, before it `before`: upwards is worse."""

    at: int
    before: float
    after: float


def worse(signal: Signal, values: Real) -> Real:
    """The values so that more is worse: a rate by its logarithm, so that a difference is a ratio."""
    if not signal.is_rate:
        return values
    with np.errstate(divide="ignore"):
        return -np.log(np.where(values > 0, values, np.nan))


def told(signal: Signal, level: float) -> float:
    """Back from `worse` to the signal's own unit."""
    return float(np.exp(-level)) if signal.is_rate else level


def level_of(values: Real, rise: float, limits: Limits) -> Level:
    """Of values that run upwards, by line, day and quarter of an hour; `rise` is the least that counts."""
    quiet = _quiet_by_day(values, limits)
    moved = _moved(quiet, rise, limits)
    shifts = tuple(
        tuple(_shifts(values[line], quiet[line], rise, limits)) if moved[line] else () for line in range(len(values))
    )
    base = np.repeat(_held(quiet)[:, :, None], SLOTS, axis=2)
    for line, found in enumerate(shifts):
        for one in found:
            _mend(base[line], one)
    excess = values - base
    noise = _noise(excess)
    threshold = np.maximum(rise, limits.noise_factor * noise)
    known = ~np.isnan(excess)
    with np.errstate(invalid="ignore"):
        high = excess > threshold[:, None, None]
    return Level(excess=excess, known=known, high=high, threshold=threshold, noise=noise, shifts=shifts)


def quantile(values: Real, share: float) -> Real:
    """Of the known values along the last axis, the one at or below which `share` of them lie; NaN where none is."""
    ordered = np.sort(values, axis=-1)
    known = np.sum(~np.isnan(values), axis=-1)
    place = np.maximum(np.ceil(share * known).astype(np.intp) - 1, 0)
    picked: Real = np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]
    return picked


def _quiet_by_day(values: Real, limits: Limits) -> Real:
    """By line and day; NaN for a day of which too little is known."""
    quiet = quantile(values, limits.quiet_share)
    return np.where(np.sum(~np.isnan(values), axis=-1) >= limits.day_cells_least, quiet, np.nan)


def _moved(quiet: Real, rise: float, limits: Limits) -> Mark:
    """By line, whether the level of any few days on end is that far from any others': else nothing changed for good."""
    least = limits.shift_days_least
    if quiet.shape[1] < 2 * least:
        return np.zeros(len(quiet), dtype=np.bool_)
    levels = quantile(np.lib.stride_tricks.sliding_window_view(_held(quiet), least, axis=1), 0.5)
    moved: Mark = levels.max(axis=1) - levels.min(axis=1) > rise
    return moved


def _held(quiet: Real) -> Real:
    """Days without a level get the median of the line's others."""
    middle = quantile(quiet, 0.5)
    return np.where(np.isnan(quiet), middle[:, None], quiet)


def _noise(excess: Real) -> Real:
    """By line, from the values below the median alone: what congestion adds lies above it."""
    flat = excess.reshape(len(excess), -1)
    below = quantile(flat, 0.5)[:, None] - flat
    spread = quantile(np.where(below >= 0, below, np.nan), 0.5)
    return np.where(np.isnan(spread), 0.0, spread * _NORMAL_PER_DEVIATION)


def _shifts(values: Real, quiet: Real, rise: float, limits: Limits) -> list[Shift]:
    """One line's changes of level that were not taken back, in order."""
    known = np.flatnonzero(~np.isnan(quiet))
    cuts = sorted(_cuts(quiet[known], rise, limits, _DEEPEST))
    edges = [0, *cuts, len(known)]
    levels = [float(np.median(quiet[known][start:end])) for start, end in pairwise(edges)]
    found = []
    for place, cut in enumerate(cuts):
        before, after = levels[place], levels[place + 1]
        if not _returns(levels[place:], limits) and not _is_return(levels[: place + 2], limits):
            found.append(
                Shift(
                    at=_moment(values, (int(known[cut - 1]), int(known[cut])), before, after),
                    before=before,
                    after=after,
                )
            )
    return found


def _cuts(quiet: Real, rise: float, limits: Limits, deeper: int) -> list[int]:
    """Where a level that lasts begins, by halves: the split that leaves the least absolute deviation."""
    least = limits.shift_days_least
    if deeper == 0 or len(quiet) < 2 * least:
        return []
    costs = [_deviation(quiet[:cut]) + _deviation(quiet[cut:]) for cut in range(least, len(quiet) - least + 1)]
    cut = least + int(np.argmin(costs))
    before, after = quiet[:cut], quiet[cut:]
    noise = _NORMAL_PER_DEVIATION * costs[cut - least] / len(quiet)
    if abs(np.median(after) - np.median(before)) <= max(rise, limits.noise_factor * noise):
        return []
    return [
        *_cuts(before, rise, limits, deeper - 1),
        cut,
        *(cut + one for one in _cuts(after, rise, limits, deeper - 1)),
    ]


def _deviation(quiet: Real) -> float:
    return float(np.abs(quiet - np.median(quiet)).sum())


def _returns(levels: list[float], limits: Limits) -> bool:
    """Whether a level after the first change comes back near to the one before it."""
    before, after = levels[0], levels[1]
    return any(abs(later - before) < limits.return_share * abs(after - before) for later in levels[2:])


def _is_return(levels: list[float], limits: Limits) -> bool:
    """Whether the last change is itself such a coming back."""
    now, left = levels[-1], levels[-2]
    return any(abs(now - earlier) < limits.return_share * abs(now - left) for earlier in levels[:-2])


def _moment(values: Real, days: tuple[int, int], before: float, after: float) -> int:
    """The cell at which the change is cleanest, from the last day of the old level to the first of the new."""
    first, last = days
    flat = values[first : last + 1].reshape(-1)
    nearer_after = np.where(np.isnan(flat), 0.0, np.sign(np.abs(flat - before) - np.abs(flat - after)))
    early = np.r_[0.0, np.cumsum(nearer_after)]  # how much speaks for the level after, before each cell
    return first * SLOTS + int(np.argmin(early))


def _mend(base: Real, shift: Shift) -> None:
    """The day of a change has each side's own level."""
    flat = base.reshape(-1)
    day = shift.at // SLOTS
    flat[day * SLOTS : shift.at] = shift.before
    flat[shift.at : (day + 1) * SLOTS] = shift.after
