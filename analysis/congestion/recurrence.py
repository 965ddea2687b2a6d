"""Pure. Whether a line is worse at the same hours of many days than chance explains.

Each day is turned by some hours of its own, many times over: what is left of a pattern is what chance makes of days
like these, however their bad hours bunch within a day. The highest window of any place and of three lengths is compared
with the highest of each turned set, so that having looked everywhere is in the error already (P. Westfall and S. Young,
Resampling-Based Multiple Testing, 1993). Days are alike under the turning if nothing ties them to the clock on the
wall, which is just what is to be refuted. Knows nothing of which hours they are, nor of why.
"""

from dataclasses import dataclass

import numpy as np

from analysis.congestion.level import Level
from analysis.congestion.signal import SLOTS
from analysis.kernel.column import Index, Real

HOURS = 24
_WIDTHS_H = (1, 2, 4)
_LOWEST, _HIGHEST = -1.0, 2.0  # in thresholds: one terrible hour is not worth three bad ones
_ROUNDING = 1e-4  # of single precision; what is so near counts as reached, on the safe side
_AT_ONCE = 2_000_000  # numbers in memory
_LEAST_SHARE = 1 / 4  # of the days, that an hour must be known on to count


@dataclass(frozen=True, slots=True)
class Hourly:
    """By line, day and hour: the mean excess in thresholds, 0 where unknown; and 1 where known."""

    total: Real
    known: Real


def hourly(level: Level, days: tuple[int, ...]) -> Hourly:
    """Of some days."""
    picked = np.asarray(days, dtype=np.intp)
    with np.errstate(invalid="ignore"):
        scaled = np.clip(level.excess[:, picked] / level.threshold[:, None, None], _LOWEST, _HIGHEST)
    shape = (len(scaled), len(days), HOURS, SLOTS // HOURS)
    known = level.known[:, picked].reshape(shape).sum(axis=-1)
    total = np.where(level.known[:, picked], scaled, 0.0).reshape(shape).sum(axis=-1)
    return Hourly(np.divide(total, known, out=np.zeros_like(total), where=known > 0), (known > 0).astype(np.float64))


def chances(of: Hourly, turns: Index) -> Real:
    """By line: in which share of the turned sets something stands out as much. `turns`: by set and day, 0 to 23."""
    seen = _highest(of.total.sum(axis=1)[:, None], of.known.sum(axis=1)[:, None], of)[:, 0]
    lines, days = of.total.shape[:2]
    both = (of.total + 1j * of.known).astype(np.complex64).reshape(lines, -1)  # one walk through memory, not two
    place = np.arange(days)[:, None] * HOURS
    reached = np.ones(lines)
    step = max(1, _AT_ONCE // max(1, lines * days * HOURS))
    for first in range(0, len(turns), step):
        some = turns[first : first + step, :days]
        index = (place + (np.arange(HOURS) - some[:, :, None]) % HOURS).reshape(len(some), -1)
        summed = both[:, index].reshape(lines, len(some), days, HOURS).sum(axis=2)
        reached += (_highest(summed.real, summed.imag, of) >= seen[:, None] - _ROUNDING).sum(axis=1)
    return np.where(np.isfinite(seen), reached / (len(turns) + 1), 1.0)


def strongest(of: Hourly) -> Real:
    """By line the highest mean excess of any hour of the day, in thresholds; -inf where no hour is known enough."""
    total, known = of.total.sum(axis=1), of.known.sum(axis=1)
    enough = known >= max(1.0, _LEAST_SHARE * of.known.shape[1])
    highest: Real = np.where(enough, total / np.maximum(known, 1), -np.inf).max(axis=-1)
    return highest


def _highest(total: Real, known: Real, of: Hourly) -> Real:
    """By line and set: the most that any window stands out, in standard errors of an hour; -inf where none is known."""
    all_known = known.sum(axis=-1, keepdims=True)
    mean = total.sum(axis=-1, keepdims=True) / np.maximum(all_known, 1)
    best = np.full(total.shape[:-1], -np.inf)
    least = _LEAST_SHARE * of.known.shape[1]
    for width in _WIDTHS_H:
        in_window, count = _windows(total, width), _windows(known, width)
        enough = count >= max(1.0, width * least)
        above = (in_window - mean * count) / np.sqrt(np.maximum(count, 1))
        best = np.maximum(best, np.where(enough, above, -np.inf).max(axis=-1))
    return best


def _windows(of: Real, width: int) -> Real:
    """The sum of each hour and those after it, around midnight too."""
    made: Real = sum((np.roll(of, -shift, axis=-1) for shift in range(1, width)), start=of)
    return made
