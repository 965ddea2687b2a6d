"""Pure. Where time and rates fall on a drawing: shares of a window, local hours, round numbers.

Knows nothing of drawing.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.period import Period

_STEP = timedelta(minutes=15)  # every zone's offset is a multiple of it
_LABELLED_HOURS, _MAIN_HOURS = 3, 6


@dataclass(frozen=True, slots=True)
class Tick:
    """One local hour in a window. `main` ticks are labelled even where there is little room."""

    share: float
    at: datetime
    main: bool


def share(window: Period, at: datetime) -> float:
    """How far into the window a moment lies: 0 its start, 1 its end."""
    return (at - window.start_at) / window.duration


def local_ticks(window: Period, zone: ZoneInfo) -> tuple[Tick, ...]:
    """Every third local hour, in order: on days of 23 or 25 hours the gap across the change is an hour other.

    >>> from analysis.period import local_day
    >>> from datetime import date
    >>> lisbon = ZoneInfo("Europe/Lisbon")
    >>> [round(tick.share * 23, 3) for tick in local_ticks(local_day(date(2026, 3, 29), lisbon), lisbon)]
    [0.0, 2.0, 5.0, 8.0, 11.0, 14.0, 17.0, 20.0]
    """
    behind = timedelta(minutes=window.start_at.minute % 15, seconds=window.start_at.second)
    first = window.start_at - behind - timedelta(microseconds=window.start_at.microsecond)
    steps = math.ceil((window.end_at - first) / _STEP)
    moments = (first + number * _STEP for number in range(steps))
    return tuple(
        Tick(share(window, at), at, main=at.astimezone(zone).hour % _MAIN_HOURS == 0)
        for at in moments
        if at in window and _is_labelled(at.astimezone(zone))
    )


def _is_labelled(local: datetime) -> bool:
    return local.minute == 0 and local.hour % _LABELLED_HOURS == 0


def round_steps(highest: float) -> tuple[float, ...]:
    """Three to six round numbers from zero to at least `highest`, evenly apart. `highest` at least 1 counts.

    >>> round_steps(1014)
    (0.0, 250.0, 500.0, 750.0, 1000.0, 1250.0)
    """
    rough = max(highest, 1.0) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return tuple(step * number for number in range(math.ceil(max(highest, 1.0) / step) + 1))
