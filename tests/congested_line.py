"""Series of made-up lines, a value for each quarter of an hour: quiet noise, and what a test puts on top."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analysis.congestion.grid import grid
from analysis.congestion.judge import judge
from analysis.congestion.judgement import Judgement
from analysis.congestion.limits import limits
from analysis.congestion.run import turns
from analysis.congestion.signal import SLOTS, Days, Series, Signal, Track
from analysis.kernel.column import Real

LISBON = ZoneInfo("Europe/Lisbon")
FIRST_ON = date(2026, 6, 1)  # a Monday
EVENING = slice(80, 92)  # 20:00 to 23:00


def days(count: int = 28, first: date = FIRST_ON, zone: ZoneInfo = LISBON) -> Days:
    return Days(zone=zone, days=tuple(first + timedelta(days=number) for number in range(count)))


def quiet_ms(count: int = 28, seed: int = 1, level: float = 12.0) -> Real:
    """By day and slot."""
    return level + np.abs(np.random.default_rng(seed).normal(0, 0.4, (count, SLOTS)))


def weekdays(count: int = 28) -> list[int]:
    """Of days that begin on a Monday."""
    return [day for day in range(count) if day % 7 < 5]


def a_series(
    latency: Real, *, busy: Real | None = None, download: Real | None = None, of: Days | None = None
) -> Series:
    tracks = [Track(signal=Signal.LATENCY, values=latency[None])]
    if download is not None:
        tracks.append(Track(signal=Signal.DOWNLOAD, values=download[None]))
    nobody_looked = np.full(latency.shape, np.nan)
    return Series(
        lines=("casa",),
        days=of or days(len(latency)),
        tracks=tuple(tracks),
        busy=(nobody_looked if busy is None else busy)[None],
    )


def judged(series: Series) -> Judgement:
    (one,) = judge(series, grid(series.days), turns(len(series.days.days), limits()), limits())
    return one
