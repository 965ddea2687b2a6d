"""Pure. Which hours they are that come back: windows of the local day, with their edges, days and depth.

A window is found by the days' middle, not by their mean, so that no single day makes one; its edges lie where the days
that have it are half way up. Of one line and one class of days. Knows nothing of chance (`recurrence`), nor of why.
"""

from dataclasses import dataclass

import numpy as np

from analysis.congestion.limits import Limits
from analysis.congestion.signal import SLOTS
from analysis.kernel.column import Index, Mark, Real

SLOT_S = 900
_MEDIAN_ERROR = 1.2533  # standard error of a median over that of a mean, of a normal distribution
_WELL_KNOWN = 0.5  # of the cells: below it, neighbouring quarters of an hour are pooled
_FARTHEST = 8  # slots that an edge may move


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """[start, end) in slots of the local day; where `end` is not above `start`, over midnight.

    `days`: places of the days that have it; `seen`: of those on which anything was known of it.
    """

    start: int
    end: int
    days: tuple[int, ...]
    seen: tuple[int, ...]

    @property
    def slots(self) -> tuple[int, ...]:
        """All of them."""
        return tuple((self.start + step) % SLOTS for step in range(self.length))

    @property
    def length(self) -> int:
        """1 to 96."""
        return (self.end - self.start - 1) % SLOTS + 1


def windows(excess: Real, days: tuple[int, ...], rise: float, noise: float, limits: Limits) -> tuple[Found, ...]:
    """Of one line's excess by day and slot, on the days of one class; in order of their start."""
    of = excess[list(days)]
    pooled = _pooled(of)
    profile, count = _profile(pooled, 1 - limits.recurring_share)
    with np.errstate(invalid="ignore"):
        least = np.maximum(rise, limits.noise_factor * _MEDIAN_ERROR * noise / np.sqrt(np.maximum(count, 1)))
        inside = profile - _floor(profile, limits) > least
    found = []
    for start, length in _runs(inside, limits.window_gap_s // SLOT_S):
        one = _refined(of, days, (start, length), rise, limits)
        if one is not None and one.length * SLOT_S >= limits.window_least_s:
            found.append(one)
    return tuple(sorted(_apart(found), key=lambda one: one.start))


def cells(found: Found, days: tuple[int, ...], shape: tuple[int, ...]) -> Mark:
    """Where the window is, on those days."""
    marked = np.zeros(shape, dtype=np.bool_)
    marked[np.ix_(np.asarray(days, dtype=np.intp), np.asarray(found.slots))] = True
    return marked


def _pooled(of: Real) -> Real:
    """By slot, the values of all days; with the neighbours' where little is known."""
    if np.mean(~np.isnan(of)) >= _WELL_KNOWN:
        return of
    return np.concatenate([np.roll(of, shift, axis=1) for shift in (-1, 0, 1)])


def _profile(of: Real, share: float) -> tuple[Real, Real]:
    """By slot the quantile of the days, and of how many; NaN where none is known."""
    count = np.sum(~np.isnan(of), axis=0)
    ordered = np.sort(of, axis=0)
    low = np.maximum(np.ceil(share * count).astype(np.intp) - 1, 0)
    high = np.minimum(np.floor(share * count).astype(np.intp), np.maximum(count - 1, 0))
    picked: Real = (_at(ordered, low) + _at(ordered, high)) / 2
    return picked, count.astype(np.float64)


def _at(ordered: Real, place: Index) -> Real:
    picked: Real = np.take_along_axis(ordered, place[None, :], axis=0)[0]
    return picked


def _floor(profile: Real, limits: Limits) -> float:
    known = np.sort(profile[~np.isnan(profile)])
    return float(known[int(limits.quiet_share * (len(known) - 1))]) if len(known) else 0.0


def _runs(inside: Mark, gap: int) -> list[tuple[int, int]]:
    """(start, length) of runs around the day, across gaps of at most so many slots."""
    if inside.all():
        return [(0, SLOTS)]
    marked = np.flatnonzero(inside)
    runs: list[tuple[int, int]] = []
    for slot in marked.tolist():
        if runs and slot - sum(runs[-1]) <= gap:
            runs[-1] = (runs[-1][0], slot - runs[-1][0] + 1)
        else:
            runs.append((slot, 1))
    if len(runs) > 1 and runs[0][0] + SLOTS - sum(runs[-1]) <= gap:
        first, last = runs[0], runs.pop()
        runs[0] = (last[0], first[0] + first[1] + SLOTS - last[0])
    return runs


def _refined(of: Real, days: tuple[int, ...], run: tuple[int, int], rise: float, limits: Limits) -> Found | None:
    """The window of a run, where enough days have it."""
    start, length = run
    mean, count = _mean(of[:, (start + np.arange(length)) % SLOTS])
    seen = count > 0
    has = seen & (np.nan_to_num(mean) > rise)
    if has.sum() < max(limits.recurring_share * seen.sum(), limits.window_days_least):
        return None
    profile, _ = _profile(_pooled(of[has]), 0.5)
    profile = profile - _floor(profile, limits)
    inner = profile[(start + np.arange(length)) % SLOTS]
    known = inner[~np.isnan(inner)]
    half = max(float(np.median(known)) / 2, rise / 2) if len(known) else rise
    first, last = _grown(profile > half, start, length)
    return Found(
        start=first % SLOTS,
        end=(last - 1) % SLOTS + 1,
        days=tuple(day for day, one in zip(days, has.tolist(), strict=True) if one),
        seen=tuple(day for day, one in zip(days, seen.tolist(), strict=True) if one),
    )


def _mean(of: Real) -> tuple[Real, Real]:
    """By day, of what is known, and of how many."""
    count = np.sum(~np.isnan(of), axis=1)
    total = np.nansum(of, axis=1)
    return np.divide(total, count, out=np.full(len(of), np.nan), where=count > 0), count


def _grown(above: Mark, start: int, length: int) -> tuple[int, int]:
    """The run's edges moved to where the profile is half way up, outwards or inwards."""
    first, last = start, start + length
    while last - first < SLOTS and start - first < _FARTHEST and above[(first - 1) % SLOTS]:
        first -= 1
    while last - first < SLOTS and last - (start + length) < _FARTHEST and above[last % SLOTS]:
        last += 1
    while last - first > 1 and not above[first % SLOTS]:
        first += 1
    while last - first > 1 and not above[(last - 1) % SLOTS]:
        last -= 1
    return first, last


def _apart(found: list[Found]) -> list[Found]:
    """Of windows that came to overlap, the longest."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: -one.length):
        if not any(set(one.slots) & set(other.slots) for other in kept):
            kept.append(one)
    return kept
