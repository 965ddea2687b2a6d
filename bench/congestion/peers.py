"""Published ideas on the same lines, in renditions of our own: no code of theirs, and settings as stated here.

None of them tells a household's traffic or a new plan apart, nor claims to.
"""

from itertools import pairwise

import numpy as np

from analysis.congestion.grid import grid
from analysis.congestion.signal import SLOTS, DayClass
from analysis.congestion.window import Found
from analysis.kernel.column import Mark, Real
from bench.congestion.line import Made

_MINUTES = 15
_RISE_MS, _JUMP_MS, _JITTER = 7.0, 0.5, 0.25
_SEVERE_MS = 3.0


def least(made: Made) -> Real:
    """By day and quarter of an hour the least round trip; NaN where there is none."""
    cells = grid(made.days)
    place, values = cells.cell(made.at_us), made.latency_ms
    known = ~np.isnan(values) & (place >= 0)
    lowest = np.full(cells.count, np.inf)
    np.minimum.at(lowest, place[known], values[known])
    return np.where(np.isinf(lowest), np.nan, lowest).reshape(-1, SLOTS)


def level_shift(made: Made) -> Mark:
    """Time-sequence latency probing's idea (Luckie et al., IMC 2014; Dhamdhere et al., SIGCOMM 2018): the least round
    trip of a quarter of an hour well above the lowest of the whole time.
    """
    values = least(made)
    with np.errstate(invalid="ignore"):
        return np.asarray(values > np.nanmin(values) + _RISE_MS)


def change_points(made: Made) -> Mark:
    """Jitterbug's idea (Carisimo et al., PAM 2022): a period between change points is congested where latency rises and
    the spread of jitter rises too, until it falls. Change points by least squares, from the bottom up.
    """
    flat = least(made).reshape(-1)
    known = np.flatnonzero(~np.isnan(flat))
    values = flat[known]
    edges = [0, *_cuts(values), len(values)]
    jitter = np.abs(np.diff(values, prepend=values[:1]))
    marked, on = np.zeros(len(flat), dtype=np.bool_), False
    before = edges[:2]
    for start, end in pairwise(edges):
        if start:
            rise = values[start:end].mean() - values[before[0] : before[1]].mean()
            spread = jitter[start:end].mean() - jitter[before[0] : before[1]].mean()
            on = rise > -_JUMP_MS if on else rise > _JUMP_MS and spread > _JITTER
        marked[known[start:end]] = on
        before = [start, end]
    return marked.reshape(-1, SLOTS)


def daily_amplitude(made: Made) -> bool:
    """The last-mile survey's idea (Fontugne et al., IMC 2020): the spectrum's peak is the day's, and high enough."""
    from scipy.signal import detrend, welch

    hourly = np.array([np.nanmedian(one) if np.isfinite(one).any() else np.nan for one in least(made).reshape(-1, 4)])
    known = np.flatnonzero(~np.isnan(hourly))
    filled = np.interp(np.arange(len(hourly)), known, hourly[known])
    if len(filled) < 72:
        return False
    frequency, power = welch(np.asarray(detrend(filled)), nperseg=72, scaling="spectrum", average="median")
    peak = int(np.argmax(power))
    return bool(1 / 25 <= frequency[peak] <= 1 / 23 and 2 * np.sqrt(2 * power[peak]) > _SEVERE_MS)


def windows(made: Made, marked: Mark) -> list[tuple[DayClass, Found]]:
    """Hours that are marked on half of the days of a class, half an hour at least: the same last step for all."""
    found = []
    for which in DayClass:
        days = made.days.of(which)
        often = marked[list(days)].mean(axis=0) >= 0.5 if len(days) >= 4 else np.zeros(SLOTS, dtype=np.bool_)
        edges = np.flatnonzero(often & ~np.roll(often, 1)).tolist()
        for start in edges:
            length = next(step for step in range(1, SLOTS + 1) if not often[(start + step) % SLOTS])
            if length > 1:
                found.append((which, Found(start=start, end=(start + length - 1) % SLOTS + 1, days=(), seen=())))
    return found


def _cuts(values: Real) -> list[int]:
    """Change points from the bottom up: neighbouring half hours are merged while that costs less than the penalty."""
    edges = [*range(0, len(values) - 1, 2), len(values)]
    total, squares = np.r_[0.0, np.cumsum(values)], np.r_[0.0, np.cumsum(values * values)]
    noise = 1.4826 * np.median(np.abs(np.diff(values))) / 2**0.5
    penalty = 6 * np.log(len(values)) * max(noise, 0.1) ** 2

    def cost(start: int, end: int) -> float:
        return float(squares[end] - squares[start] - (total[end] - total[start]) ** 2 / (end - start))

    def price(place: int) -> float:
        start, cut, end = edges[place - 1], edges[place], edges[place + 1]
        return cost(start, end) - cost(start, cut) - cost(cut, end)

    prices = [np.inf, *(price(place) for place in range(1, len(edges) - 1)), np.inf]
    while len(edges) > 2:
        place = int(np.argmin(prices))
        if prices[place] > penalty:
            break
        del edges[place], prices[place]
        for beside in (place - 1, place):
            if 0 < beside < len(edges) - 1:
                prices[beside] = price(beside)
    return edges[1:-1]
