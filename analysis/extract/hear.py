"""Pure. The tests of many lines out of the store's columns: each with its line, day, rate, and why it does not count.

Knows nothing of verdicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from analysis.clause import Profile
from analysis.extract.clockwork import Clockwork
from analysis.extract.standing import Standing
from analysis.kernel import reasons
from analysis.kernel.column import TEST
from analysis.kernel.frame import Frame
from probe.body.conditions import LinkType
from probe.body.draw import Origin
from probe.body.speed_test import Direction

NEEDED = (*TEST, "idle_rtt_ms", "loaded_rtt_ms")
DIRECTIONS = tuple(Direction)
UNPLANNED = len(reasons.ORDER)  # beside the reasons: a test that was not drawn at random
MOBILE = UNPLANNED + 1  # and one of a day that is told to have gone over a mobile network
REASONS = (*(one.value for one in reasons.ORDER), "unplanned", "mobile_failover")
ACCESS = ("wired", "wifi", "other", "unknown")
_ACCESS_OF: Mapping[str | None, int] = {LinkType.ETHERNET: 0, LinkType.WIFI: 1, None: 3}
_OTHER = 2
COUNTS = reasons.NO_REASON
_ASKED = {Origin.EXTRA, Origin.REPEAT, Origin.ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """One element a test. `line`: its number among the standings. `access`: its place in `ACCESS`.

    `why`: its place in `REASONS`, or NO_REASON.
    """

    line: NDArray[np.int32]
    way: NDArray[np.uint8]
    start_us: NDArray[np.int64]
    peak: NDArray[np.bool_]
    rate_bps: NDArray[np.int64]
    idle_rtt_ms: NDArray[np.float64]
    loaded_rtt_ms: NDArray[np.float64]
    access: NDArray[np.uint8]
    why: NDArray[np.uint8]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which count."""
        counts: NDArray[np.bool_] = self.why == COUNTS
        return counts


def hear(
    table: pa.Table, standings: Sequence[Standing], clock: Clockwork, days: Sequence[date], profile: Profile
) -> Tests:
    """The tests of these lines on the days that count for each; round trips that were not measured are NaN."""
    frame = Frame(table)
    line, rows = place(frame, standings, clock, days)
    rows &= frame.known("direction")
    start_us, _ = frame.whole("started_at")
    tests = frame.only(rows)
    rates = reasons.rates(tests, profile)
    bits = reasons.of_any_speed(tests, profile)
    why = reasons.first(bits)
    why[(why == COUNTS) & tests.word("draw_origin", _ASKED)] = UNPLANNED
    why[_mobile(standings, days)[line[rows], clock.day(start_us[rows])]] = MOBILE
    return Tests(
        line=line[rows].astype(np.int32),
        way=tests.each("direction", _way).astype(np.uint8),
        start_us=start_us[rows],
        peak=clock.is_peak(start_us[rows]),
        rate_bps=rates.at_least_bps,
        idle_rtt_ms=_measured(tests, "idle_rtt_ms"),
        loaded_rtt_ms=_measured(tests, "loaded_rtt_ms"),
        access=tests.each("link_type", _access).astype(np.uint8),
        why=why,
    )


def place(
    frame: Frame, standings: Sequence[Standing], clock: Clockwork, days: Sequence[date]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Of each row the number of its line among the standings, -1 for another's; and whether its day counts for it."""
    numbers = {one.line: number for number, one in enumerate(standings)}
    line = frame.each("line", lambda name: numbers.get(name or "", -1))
    start_us, _ = frame.whole("started_at")
    day = clock.day(start_us)
    at = {on: number for number, on in enumerate(days)}
    first = np.array([at[one.first] for one in standings] or [0])
    last = np.array([at[one.last] for one in standings] or [0])
    return line, (line >= 0) & (day >= first[line]) & (day <= last[line])


def together(parts: Sequence[Tests]) -> Tests:
    """One after the other; at least one."""
    names = Tests.__slots__
    return Tests(**{name: np.concatenate([getattr(one, name) for one in parts]) for name in names})


def _measured(tests: Frame, name: str) -> NDArray[np.float64]:
    values, known = tests.real(name)
    return np.where(known, values, np.nan)


def _mobile(standings: Sequence[Standing], every: Sequence[date]) -> NDArray[np.bool_]:
    """By line and day."""
    days = np.zeros((max(1, len(standings)), len(every)), dtype=np.bool_)
    for number, one in enumerate(standings):
        for on in one.mobile:
            days[number, (on - every[0]).days] = True
    return days


def _access(word: str | None) -> int:
    return _ACCESS_OF.get(word, _OTHER)


def _way(word: str | None) -> int:
    return next((number for number, one in enumerate(DIRECTIONS) if one == word), 0)
