"""Pure. One line of a series: its windows, its stretches and its changes, put together.

Knows nothing of other lines but the error that is left for this one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from analysis.binomial import lower_limit
from analysis.congestion import account, household, window
from analysis.congestion.depth import depth
from analysis.congestion.episode import stretches
from analysis.congestion.grid import SLOT_US, Grid
from analysis.congestion.judgement import Change, Depth, Episode, Judgement, Located, Window
from analysis.congestion.level import told, worse
from analysis.congestion.limits import Limits
from analysis.congestion.looked import Error, Looked
from analysis.congestion.place import located
from analysis.congestion.signal import SLOTS, DayClass, Series, Signal
from analysis.congestion.window import Found
from analysis.kernel.column import Mark, Real
from analysis.period import Period
from probe.units import at_epoch_us

_MARGIN = 4  # slots beside a window that belong to its coming and going
_SLOT_MIN = 15
_CONFIDENCE = 0.95
_HOURS = 24
# the finest edges first
_TOLD_BY = (
    Signal.LATENCY,
    Signal.LOSS,
    Signal.DOWNLOAD,
    Signal.UPLOAD,
    Signal.LOADED_LATENCY,
    Signal.STRAIN,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what was looked at."""

    looked: tuple[Looked, ...]
    series: Series
    grid: Grid
    number: int
    limits: Limits

    @property
    def busy(self) -> Real:
        """By day and slot."""
        made: Real = self.series.busy[self.number]
        return made

    def none(self) -> Mark:
        """No cell."""
        return np.zeros((len(self.series.days.days), SLOTS), dtype=np.bool_)


def judgement(
    looked: Sequence[Looked], series: Series, grid: Grid, number: int, error: Error, limits: Limits
) -> Judgement:
    """What is said of line `number`."""
    line = Line(tuple(sorted(looked, key=_rank)), series, grid, number, limits)
    windows = tuple(sorted(_windows(line, error), key=lambda one: (one.day_class, one.start_min)))
    episodes = tuple(_episodes(line, windows))
    changes = tuple(_changes(line))
    days = {which: _days_known(line, which) for which in DayClass}
    missing = account.missing_of(days, windows, _dark_hours(line), limits)
    longest = sorted(episodes, key=lambda one: -(one.period.duration.total_seconds()))[: limits.episodes_most]
    return Judgement(
        line=series.lines[number],
        period=Period(at_epoch_us(grid.first_us), at_epoch_us(grid.first_us + len(grid.cells) * SLOT_US)),
        timezone=series.days.zone.key,
        kind=account.kind_of(windows, episodes, changes, missing),
        windows=windows,
        episodes=tuple(sorted(longest, key=lambda one: one.period)),
        episode_count=len(episodes),
        changes=changes,
        missing=missing,
        days=days,
        signals=tuple(_signals(line)),
        tested=error.tested,
        n_used=series.used,
        n_excluded=series.left_out,
    )


def _signals(line: Line) -> Iterator[tuple[Signal, int]]:
    """What was measured, and in how many quarters of an hour."""
    for one in line.looked:
        count = int(one.level.known[line.number].sum())
        if count and one.track.towards is None:
            yield one.track.signal, count


def _rank(one: Looked) -> tuple[int, str]:
    return (_TOLD_BY.index(one.track.signal), one.track.towards or "")


def _windows(line: Line, error: Error) -> Iterator[Window]:
    for which in DayClass:
        days = line.series.days.of(which)
        taken: list[Window] = []
        for one in line.looked:
            if _chance(one, which, line, error) > error.share or _known_days(one, days, line) < line.limits.days_of(
                which
            ):
                continue
            level, number = one.level, line.number
            rise, noise = line.limits.rise(one.track.signal), float(level.noise[number])
            for found in window.windows(level.excess[number], days, rise, noise, line.limits):
                if not any(_shares(found, other) for other in taken):
                    taken.append(_window(found, which, one, line, error))
        yield from taken


def _chance(one: Looked, which: DayClass, line: Line, error: Error) -> float:
    return min(1.0, float(one.chance[which][line.number]) * error.tested)


def _window(found: Found, which: DayClass, first: Looked, line: Line, error: Error) -> Window:
    inside = window.cells(found, found.days, line.none().shape)
    everywhere = window.cells(found, found.seen, line.none().shape)
    depths = [_with_chance(one, which, line) for one in _depths(line, inside, first)]
    explained = household.of_window(
        _half(first, line), first.level.known[line.number], line.busy, everywhere, line.limits
    )
    chance = _chance(first, which, line, error)
    told_days = tuple(line.series.days.days[day] for day in found.days)
    return Window(
        day_class=which,
        start_min=found.start * _SLOT_MIN,
        end_min=found.end * _SLOT_MIN,
        days=told_days,
        days_seen=len(found.seen),
        days_share_least=round(lower_limit(len(found.days), len(found.seen), _CONFIDENCE), 4),
        chance=float(f"{chance:.3g}"),
        depths=tuple(depths),
        household=explained,
        confidence=account.confidence_of_window(chance, explained, depths),
        located=_located(line, inside),
    )


def _half(one: Looked, line: Line) -> Mark:
    """Where a value is above the least rise: what a single value is held against beside its own kind."""
    with np.errstate(invalid="ignore"):
        made: Mark = one.level.excess[line.number] > line.limits.rise(one.track.signal)
    return made


def _with_chance(told_of: tuple[Looked, Depth], which: DayClass, line: Line) -> Depth:
    one, deep = told_of
    chance = float(one.chance[which][line.number])
    return replace(deep, chance=float(f"{chance:.3g}") if chance < 1 else None)


def _depths(line: Line, inside: Mark, first: Looked) -> list[tuple[Looked, Depth]]:
    """Of the track that found it, and of every other that was worse at the same time too."""
    days = np.broadcast_to(inside.any(axis=1, keepdims=True), inside.shape)
    made = []
    for one in (first, *(other for other in line.looked if other is not first)):
        track = one.track
        deep = depth(track.values[line.number], track.signal, inside, days, line.limits, towards=track.towards)
        if deep is not None and (one is first or _is_worse(one, inside, line)):
            made.append((one, deep))
    return made


def _is_worse(one: Looked, inside: Mark, line: Line) -> bool:
    within = one.level.excess[line.number][inside]
    within = within[~np.isnan(within)]
    return bool(len(within)) and float(np.median(within)) > line.limits.rise(one.track.signal)


def _shares(found: Found, other: Window) -> bool:
    mine = set(found.slots)
    theirs = set(Found(start=other.start_min // _SLOT_MIN, end=other.end_min // _SLOT_MIN, days=(), seen=()).slots)
    return bool(mine & theirs)


def _located(line: Line, inside: Mark) -> Located:
    days = np.broadcast_to(inside.any(axis=1, keepdims=True), inside.shape)
    return located(line.series.rungs, inside, days, line.limits)


def _episodes(line: Line, windows: Sequence[Window]) -> Iterator[Episode]:
    """Stretches of every track, those that touch in time told as one: the first track's edges, all depths."""
    beside = _told_already(line, windows)
    taken: list[Episode] = []
    for one in line.looked:
        for start, end in _stretches(one, line, beside):
            period = Period(_at(line, start), _at(line, end))
            if not any(period.clip(other.period) for other in taken):
                made = _episode(one, (start, end), period, line)
                if made is not None:
                    taken.append(made)
    yield from sorted(taken, key=lambda one: one.period)


def _stretches(one: Looked, line: Line, beside: Mark) -> Iterator[tuple[int, int]]:
    """In quarters of an hour of UTC, so that a clock change neither cuts nor joins anything."""
    level, number, cells = one.level, line.number, line.grid.cells
    if level.high[number].sum() < line.limits.episode_cells_least:
        return
    high, known, told_already = (of.reshape(-1)[cells] for of in (level.high[number], level.known[number], beside))
    excess = level.excess[number].reshape(-1)[cells]
    for found in stretches(high, known, excess, told_already, line.limits):
        yield found.start, found.end


def _episode(one: Looked, ends: tuple[int, int], period: Period, line: Line) -> Episode | None:
    inside = line.none()
    inside.reshape(-1)[line.grid.cells[ends[0] : ends[1]]] = True
    explained = household.of_stretch(_half(one, line), one.level.known[line.number], line.busy, inside, line.limits)
    depths = tuple(deep for _, deep in _depths(line, inside, one))
    if not depths or not _is_deep(depths[0], line.limits):
        return None
    return Episode(
        period=period,
        depths=depths,
        household=explained,
        confidence=account.confidence_of_episode(explained, depths, 0, line.limits),
        located=_located(line, inside),
    )


def _is_deep(deep: Depth, limits: Limits) -> bool:
    """Whether it also stands out of the other hours of its own days, noisy ones among them."""
    inside, beside = (worse(deep.signal, np.array(one)) for one in (deep.median_inside, deep.median_beside))
    return float(inside - beside) > limits.rise(deep.signal)


def _told_already(line: Line, windows: Sequence[Window]) -> Mark:
    """The cells of windows, with what belongs to their coming and going, on every day of their class."""
    made = line.none()
    for one in windows:
        length = round(one.hours * 60 / _SLOT_MIN)
        slots = (one.start_min // _SLOT_MIN - _MARGIN + np.arange(min(length + 2 * _MARGIN, SLOTS))) % SLOTS
        made[np.ix_(np.asarray(line.series.days.of(one.day_class), dtype=np.intp), slots)] = True
    return made


def _changes(line: Line) -> Iterator[Change]:
    for one in line.looked:
        if one.track.towards is not None:
            continue
        for shift in one.level.shifts[line.number]:
            signal = one.track.signal
            places = np.flatnonzero(line.grid.cells >= shift.at)
            yield Change(
                signal=signal,
                at=_at(line, int(places[0]) if len(places) else len(line.grid.cells)),
                before=float(f"{told(signal, shift.before):.6g}"),
                after=float(f"{told(signal, shift.after):.6g}"),
            )


def _at(line: Line, quarter: int) -> datetime:
    return at_epoch_us(line.grid.first_us + quarter * SLOT_US)


def _days_known(line: Line, which: DayClass) -> int:
    """By the track of which most days are known."""
    return max((_known_days(one, line.series.days.of(which), line) for one in line.looked), default=0)


def _known_days(one: Looked, days: tuple[int, ...], line: Line) -> int:
    return int((one.level.known[line.number][list(days)].sum(axis=1) >= line.limits.day_cells_least).sum())


def _dark_hours(line: Line) -> tuple[str, ...]:
    """Hours of the day of which no track knows anything on `window_days_least` days."""
    known = np.zeros(_HOURS, dtype=np.intp)
    for one in line.looked:
        by_hour = one.level.known[line.number].reshape(-1, _HOURS, SLOTS // _HOURS).any(axis=2)
        known = np.maximum(known, by_hour.sum(axis=0))
    return tuple(f"{hour:02d}" for hour in np.flatnonzero(known < line.limits.window_days_least).tolist())
