"""Shell. Reads the store and has lines judged for congestion. Holds no judgement and no clock.

The turned days of the test are drawn from a stated seed, so that the same records give the same judgement.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analysis import run
from analysis.congestion.gather import series_of
from analysis.congestion.grid import grid
from analysis.congestion.judge import judge
from analysis.congestion.judgement import Judgement
from analysis.congestion.limits import Limits, limits
from analysis.congestion.recurrence import HOURS
from analysis.congestion.signal import Days
from analysis.kernel.column import Index
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.period import Period, local_day
from analysis.report import State

_SEED = 20261122


def of_line(
    store: run.Records,
    line: str,
    days: Sequence[date],
    zone: ZoneInfo,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Judgement:
    """One line over local days on end, from all that its records hold. Raises the store's errors."""
    known = limits()
    cells = grid(Days(zone=zone, days=tuple(days)))
    period = Period(local_day(days[0], zone).start_at, local_day(days[-1], zone).end_at)
    ledger = run.ledger(store, line, period, circumstances=circumstances)
    down = [span.period for span in ledger.spans if span.state is State.DOWN]
    records = store.records([line], period.start_at, period.end_at)
    (judged,) = judge(series_of(line, records, down, cells), cells, turns(len(days), known), known)
    return judged


def turns(days: int, known: Limits) -> Index:
    """By set and day, how many hours a day is turned by."""
    drawn: Index = np.random.default_rng(_SEED).integers(0, HOURS, (known.shuffles, days))
    return drawn


def days_between(first: date, after: date) -> tuple[date, ...]:
    """The local days [first, after)."""
    return tuple(first + timedelta(days=number) for number in range((after - first).days))
