"""Made-up lines of which everything is known: what happened on them, minute by minute, and what would be measured.

A line has a kind, a model of noise, gaps, and a zone whose clock may change within the period. Latency is one value a
minute (the least of its small probes); a download test is made at a random minute of each hour, and says whether the
household was seen using the line just before.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analysis.congestion.grid import grid, medians
from analysis.congestion.judgement import Kind
from analysis.congestion.signal import SLOTS, DayClass, Days, Series, Signal, Track
from analysis.kernel.column import Mark, Real, Whole
from analysis.period import local_day
from probe.units import epoch_us

ZONES = ("Europe/Lisbon", "Atlantic/Azores", "America/New_York")
STARTS = (date(2026, 3, 14), date(2026, 10, 10), date(2026, 6, 1), date(2026, 1, 12))  # two have a clock change inside
NOISES = ("normal", "laplace", "heavy", "wander", "spiky")
DAY_MIN = 1440
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class TrueWindow:
    """[start_min, end_min) of the local day, on days of one class."""

    day_class: DayClass
    start_min: float
    end_min: float


@dataclass(slots=True)
class Made:
    """One line. Arrays by minute of UTC from the first day's beginning."""

    name: str
    kind: Kind
    noise: str
    days: Days
    at_us: Whole
    latency_ms: Real
    strained: Mark  # where the operator's network was congested
    windows: list[TrueWindow] = field(default_factory=list)
    tests_us: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tests_bps: Real = field(default_factory=lambda: np.zeros(0))
    looks_busy: Real = field(default_factory=lambda: np.zeros(0))
    what: str = ""

    def series(self) -> Series:
        """As the records of such a line would give it."""
        cells = grid(self.days)
        shape = (1, len(self.days.days), SLOTS)
        latency = medians(cells.cell(self.at_us), self.latency_ms, cells.count).reshape(shape)
        places = cells.cell(self.tests_us)
        rates = medians(places, self.tests_bps, cells.count).reshape(shape)
        busy = medians(places, self.looks_busy, cells.count).reshape(shape)
        tracks = (Track(signal=Signal.LATENCY, values=latency), Track(signal=Signal.DOWNLOAD, values=rates))
        return Series(
            lines=(self.name,), days=self.days, tracks=tracks, busy=np.where(np.isnan(busy), np.nan, busy > 0)
        )


def make(kind: Kind, number: int, *, days: int = 30, seed: int = 1, what: str = "") -> Made:
    """A line of that kind; the same number gives the same line."""
    random = np.random.default_rng([seed, list(Kind).index(kind), number, len(what)])
    zone = ZoneInfo(ZONES[number % len(ZONES)])
    first = STARTS[number % len(STARTS)]
    count = int(random.integers(2, 5)) if kind is Kind.UNKNOWN else days
    told = Days(zone=zone, days=tuple(first + timedelta(days=day) for day in range(count)))
    start = epoch_us(local_day(told.days[0], zone).start_at)
    end = epoch_us(local_day(told.days[-1], zone).end_at)
    at_us = np.arange(start, end, _MINUTE_US, dtype=np.int64)
    noise = NOISES[number % len(NOISES)]
    made = Made(
        name=f"line-{number}", kind=kind, noise=noise, days=told, at_us=at_us,
        latency_ms=_noise(noise, len(at_us), random) + random.uniform(4, 30),
        strained=np.zeros(len(at_us), dtype=np.bool_), what=what,
    )  # fmt: skip
    strain = np.zeros(len(at_us))
    busy = _household(made, random, every_evening=kind is Kind.SELF_INFLICTED)
    _BUILD[kind](made, strain, random)
    made.strained = strain > 0
    if kind is Kind.SELF_INFLICTED:
        strain = strain + busy * random.uniform(0.5, 1.2)
    _strained(made, strain, random)
    _tests(made, strain, busy, random)
    _gaps(made, random)
    return made


def local_minutes(made: Made) -> tuple[Whole, Whole]:
    """Of each minute its day's place and its minute of the local day."""
    place = grid(made.days).cell(made.at_us)
    within = (made.at_us // _MINUTE_US) % 15
    return place // SLOTS, (place % SLOTS) * 15 + within


def _noise(model: str, count: int, random: np.random.Generator) -> Real:
    """About zero, in ms; what is above it is not congestion."""
    if model == "normal":
        return np.abs(random.normal(0, random.uniform(0.2, 1.0), count))
    if model == "laplace":
        return np.abs(random.laplace(0, random.uniform(0.2, 0.8), count))
    if model == "heavy":  # a few values many times the others
        return random.pareto(2.5, count) * random.uniform(0.3, 0.8)
    if model == "wander":  # the level itself moves, over hours
        steps = random.normal(0, 1, count)
        level, kept = np.empty(count), 0.995
        last = 0.0
        for place, step in enumerate(steps.tolist()):
            last = kept * last + step * (1 - kept**2) ** 0.5
            level[place] = last
        return level * random.uniform(0.3, 0.9) + np.abs(random.normal(0, 0.3, count))
    spikes = random.random(count) < 0.01  # single minutes, some on end
    spread = np.convolve(spikes, np.ones(3), "same") > 0
    return np.abs(random.normal(0, 0.4, count)) + spread * random.exponential(15, count)


def _household(made: Made, random: np.random.Generator, *, every_evening: bool) -> Real:
    """1 where the household uses the line: evenings above all, with days and hours at rest."""
    day, minute = local_minutes(made)
    busy = np.zeros(len(made.at_us))
    for one in range(len(made.days.days)):
        if random.random() < (0.75 if every_evening else 0.5):
            start, length = random.normal(20 * 60, 25), random.uniform(60, 200)
            busy[(day == one) & (minute >= start) & (minute < start + length)] = 1
        if random.random() < 0.3:
            start, length = random.uniform(8 * 60, 17 * 60), random.uniform(30, 120)
            busy[(day == one) & (minute >= start) & (minute < start + length)] = 1
    return busy


def _recurring(made: Made, strain: Real, random: np.random.Generator) -> None:
    """A window on most days of one class or of both, its edges moving by some minutes from day to day."""
    classes = ([DayClass.WEEKDAY], [DayClass.WEEKEND], list(DayClass))[int(random.integers(3))]
    day, minute = local_minutes(made)
    share, jitter = random.uniform(0.65, 1.0), random.uniform(0, 10)
    if classes == [DayClass.WEEKEND]:
        share = max(share, 0.8)  # of eight days
    start, length = random.uniform(0, DAY_MIN), random.uniform(60, 300)
    for which in classes:
        made.windows.append(TrueWindow(which, start % DAY_MIN, (start + length) % DAY_MIN))
        for one in made.days.of(which):
            if random.random() > share:
                continue
            first, last = start + random.normal(0, jitter), start + length + random.normal(0, jitter)
            today = (day == one) & (minute >= first) & (minute < last)
            early = (day == one) & (minute < last - DAY_MIN)  # over midnight: told by the day's own early hours
            strain[today | early] = random.uniform(0.7, 1.3)


def _exceptional(made: Made, strain: Real, random: np.random.Generator) -> None:
    """One to three stretches, each of its own."""
    del made
    for _ in range(int(random.integers(1, 4))):
        length = int(random.uniform(75, 480))
        start = int(random.integers(0, len(strain) - length))
        strain[start : start + length] = random.uniform(0.8, 1.5)


def _plan_change(made: Made, strain: Real, random: np.random.Generator) -> None:
    """The level of latency, and of the rates, from some moment on."""
    del strain
    at = int(random.uniform(0.2, 0.8) * len(made.at_us))
    made.latency_ms[at:] += random.choice([-1, 1]) * random.uniform(0.4, 0.7) * made.latency_ms.min() + random.uniform(
        5, 15
    ) * (random.random() < 0.5)
    made.what = str(at)


def _none(made: Made, strain: Real, random: np.random.Generator) -> None:
    """Nothing; some of them with outages: hours without an answer, and a slow minute on either side."""
    del strain
    if made.what != "outages":
        return
    for _ in range(int(random.integers(2, 6))):
        length = int(random.uniform(30, 600))
        start = int(random.integers(10, len(made.at_us) - length - 10))
        made.latency_ms[start : start + length] = np.nan
        made.latency_ms[start - 3 : start] += 80
        made.latency_ms[start + length : start + length + 3] += 80


def _unknown(made: Made, strain: Real, random: np.random.Generator) -> None:
    """A few days, quiet."""
    del made, strain, random


_BUILD = {
    Kind.RECURRING: _recurring,
    Kind.EXCEPTIONAL: _exceptional,
    Kind.PLAN_CHANGE: _plan_change,
    Kind.SELF_INFLICTED: _none,
    Kind.NONE: _none,
    Kind.UNKNOWN: _unknown,
}


def _strained(made: Made, strain: Real, random: np.random.Generator) -> None:
    """A queue that fills over some minutes, and its own noise while it is full."""
    deep = random.uniform(6, 40)
    ramp = int(random.integers(1, 12))
    filled = np.convolve(strain, np.ones(ramp) / ramp, "same")
    made.latency_ms += filled * deep * random.gamma(16, 1 / 16, len(strain))


def _tests(made: Made, strain: Real, busy: Real, random: np.random.Generator) -> None:
    """One download an hour at a random minute, 2 to 8 % noise, slower where the line is strained or in use."""
    hours = len(made.at_us) // 60
    place = np.arange(hours) * 60 + random.integers(0, 60, hours)
    noise = random.uniform(0.02, 0.08)
    drop = random.uniform(0.25, 0.6)
    level = np.full(len(made.at_us), random.choice([1e8, 5e8, 9e8]))
    if made.kind is Kind.PLAN_CHANGE:
        level[int(made.what) :] *= random.choice([0.5, 2.0])
    rate = level * np.exp(random.normal(0, noise, len(level))) * (1 - drop * np.minimum(strain, 1.4))
    made.tests_us, made.tests_bps, made.looks_busy = made.at_us[place], rate[place], busy[place]
    made.tests_bps[np.isnan(made.latency_ms[place])] = np.nan


def _gaps(made: Made, random: np.random.Generator) -> None:
    """A probe that is off now and then, and minutes that got lost."""
    made.latency_ms[random.random(len(made.at_us)) < random.choice([0.0, 0.05, 0.2])] = np.nan
    for _ in range(int(random.integers(0, 5))):
        length = int(random.uniform(60, 1500))
        start = int(random.integers(0, max(1, len(made.at_us) - length)))
        made.latency_ms[start : start + length] = np.nan
        off = (made.tests_us >= made.at_us[start]) & (
            made.tests_us < made.at_us[min(start + length, len(made.at_us) - 1)]
        )
        made.tests_bps[off] = np.nan
