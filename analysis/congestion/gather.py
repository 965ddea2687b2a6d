"""Pure. One line's records as a series: minutes of small probes, speed tests, paths, and looks at the household.

What can only lower a result at this end is left out and counted: tests over Wi-Fi or a tunnel, within this machine or
network, and those that were made because the line seemed slow. Nothing is taken from time in which the line was down.
Knows nothing of what is much.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from analysis.congestion.grid import Grid, means, medians
from analysis.congestion.level import quantile
from analysis.congestion.signal import SLOTS, RungKind, Series, Signal, Track
from analysis.kernel.column import Real
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.draw import Course, Decision, Origin
from probe.body.reachability import NoAnswer, Reachability, Role, TargetMinute
from probe.body.rung import PathSeen
from probe.body.speed_test import Direction, SpeedTest
from probe.record import Record
from probe.units import epoch_us

_MINUTE_US = 60_000_000
_MARGIN_US = _MINUTE_US  # beside time down: the way into an outage, and out of it
_BEYOND = {Role.INTERNET, Role.SERVER}
_LOST = {NoAnswer.TIMED_OUT, NoAnswer.UNREACHABLE}
_RUNG = {Role.GATEWAY: RungKind.GATEWAY, Role.FIRST_HOP: RungKind.FIRST_HOP}
_QUIET_SHARE = 0.25  # of a network's values: the level that is taken off before networks are put together
_BESIDE_SHARE = 0.05  # of a test's bytes: what the rules of speed let pass beside it as well
_OF_PATHS = 0.9  # that go through one second hop
_CHOSEN = {Origin.EXTRA, Origin.REPEAT, Origin.ASKED}  # where the line already seemed slow to a probe or a person
_OF_TEST = "test:"  # before the name of a server that a speed test went to
_BUSY = "busy"
_Key = tuple[RungKind, str] | Signal | str


def series_of(line: str, records: Iterable[StoredRecord], down: Sequence[Period], grid: Grid) -> Series:
    """The series of `line` over the grid's days. `down`: when it was; records in any order."""
    told = _Told(down)
    for one in records:
        if one.record.line == line and one.imported is None:
            told.hear(one.record)
    return told.series(line, grid)


class _Told:
    """Values as they come: (when in microseconds, value) by what they are of."""

    __slots__ = ("_at", "_down", "_hops", "_left", "_used", "_values")

    def __init__(self, down: Sequence[Period]) -> None:
        self._down = [(epoch_us(one.start_at) - _MARGIN_US, epoch_us(one.end_at) + _MARGIN_US) for one in sorted(down)]
        self._at: defaultdict[_Key, list[int]] = defaultdict(list)
        self._values: defaultdict[_Key, list[float]] = defaultdict(list)
        self._hops: list[tuple[int, str, float]] = []
        self._left: Counter[str] = Counter()
        self._used = 0

    def hear(self, record: Record) -> None:
        """One record, of whatever it is."""
        at_us, body = epoch_us(record.started.at), record.body
        if any(start <= at_us < end for start, end in self._down):
            self._left["line_down"] += isinstance(body, SpeedTest | Reachability)
        elif isinstance(body, Reachability):
            self._minutes(at_us, body)
        elif isinstance(body, SpeedTest):
            self._test(at_us, body)
        elif isinstance(body, Decision) and body.course is Course.HOUSEHOLD_BUSY:
            self._add(_BUSY, at_us, 1.0)
        elif isinstance(body, PathSeen):
            self._path(at_us, body)

    def series(self, line: str, grid: Grid) -> Series:
        """All that was heard, on the grid."""
        networks = {key[1]: self._on(key, grid) for key in self._networks(grid)}
        latency = [Track(signal=Signal.LATENCY, values=_together(list(networks.values())))] if networks else []
        if len(networks) > 1:
            latency += [
                Track(signal=Signal.LATENCY, values=one, towards=name) for name, one in sorted(networks.items())
            ]
        others = [
            Track(signal=one, values=self._on(one, grid, mean=one is Signal.LOSS))
            for one in Signal
            if self._values.get(one)
        ]
        busy = self._on(_BUSY, grid, mean=True)
        return Series(
            lines=(line,),
            days=grid.days,
            tracks=(*latency, *others),
            busy=np.where(np.isnan(busy), np.nan, busy > 0),
            rungs=self._rungs(grid),
            used=self._used,
            left_out=dict(sorted((reason, count) for reason, count in self._left.items() if count)),
        )

    def _minutes(self, at_us: int, body: Reachability) -> None:
        beyond = [one for one in body.targets if one.role in _BEYOND and not one.loopback]
        lost = sum(sample.no_answer in _LOST for one in beyond for sample in one.samples)
        answered = sum(sample.rtt_ms is not None for one in beyond for sample in one.samples)
        if not answered:
            self._left["nothing_answered"] += 1
            return
        self._used += 1
        minutes = 1 if body.condensed is None else body.condensed.minutes
        for number in range(minutes):
            self._add(Signal.LOSS, at_us + number * _MINUTE_US, lost / (lost + answered))
            for place, one in enumerate(body.targets):
                least = _least_ms(one) if body.condensed is None else _condensed_ms(body, place)
                key = _key(one)
                if key is not None and least is not None:
                    self._add(key, at_us + number * _MINUTE_US, least)

    def _test(self, at_us: int, test: SpeedTest) -> None:
        reason = _unusable(test)
        if reason:
            self._left[reason] += 1
            return
        self._used += 1
        if test.direction is Direction.DOWNLOAD and test.idle_rtt_ms is not None:
            self._add((RungKind.NETWORK, _OF_TEST + (test.server.address or test.server.url)), at_us, test.idle_rtt_ms)
        signal = Signal.DOWNLOAD if test.direction is Direction.DOWNLOAD else Signal.UPLOAD
        rate_bps = test.ip_rate_bps if test.ip_rate_bps is not None else test.rate_bps
        self._add(signal, at_us, None if rate_bps is None else float(rate_bps))
        if test.direction is Direction.DOWNLOAD:
            self._add(Signal.LOADED_LATENCY, at_us, test.loaded_rtt_ms)
        self._add(_BUSY, at_us, _busy(test))

    def _path(self, at_us: int, body: PathSeen) -> None:
        places = [number for number, hop in enumerate(body.hops) if hop.address == body.first_provider_hop]
        if body.first_provider_hop is None or not places or places[0] + 1 >= len(body.hops):
            return
        second = body.hops[places[0] + 1]
        if second.address is not None and second.rtt_ms is not None:
            self._hops.append((at_us, second.address, second.rtt_ms))

    def _add(self, key: _Key, at_us: int, value: float | None) -> None:
        if value is not None:
            self._at[key].append(at_us)
            self._values[key].append(value)

    def _on(self, key: _Key, grid: Grid, *, mean: bool = False) -> Real:
        cells = grid.cell(np.array(self._at.get(key, ()), dtype=np.int64))
        of = means if mean else medians
        return of(cells, np.array(self._values.get(key, ()), dtype=np.float64), grid.count).reshape(1, -1, SLOTS)

    def _networks(self, grid: Grid) -> list[tuple[RungKind, str]]:
        """Those of small probes, or the tests' servers where these know more quarters of an hour."""
        keys = [key for key in self._values if isinstance(key, tuple) and key[0] is RungKind.NETWORK]
        tests = [key for key in keys if key[1].startswith(_OF_TEST)]
        probes = [key for key in keys if key not in tests]
        return sorted(probes if self._cells(probes, grid) >= self._cells(tests, grid) else tests)

    def _cells(self, keys: Sequence[tuple[RungKind, str]], grid: Grid) -> int:
        at_us = np.array([at for key in keys for at in self._at[key]], dtype=np.int64)
        return len(np.unique(grid.cell(at_us)))

    def _rungs(self, grid: Grid) -> dict[tuple[RungKind, str], Real]:
        keys = [(rung, "") for rung in (RungKind.GATEWAY, RungKind.FIRST_HOP) if self._values.get((rung, ""))]
        made = {key: self._on(key, grid)[0] for key in (*keys, *self._networks(grid))}
        addresses = Counter(address for _, address, _ in self._hops)
        if addresses:
            ((common, count),) = addresses.most_common(1)
            if count >= _OF_PATHS * len(self._hops):
                key = (RungKind.SECOND_HOP, "")
                for at_us, address, rtt_ms in self._hops:
                    self._add(key, at_us, rtt_ms if address == common else None)
                made[key] = self._on(key, grid)[0]
        return made


def _key(one: TargetMinute) -> tuple[RungKind, str] | None:
    """What a target's answers are of; None for those that say nothing of a rung."""
    if one.role in _RUNG:
        return _RUNG[one.role], ""
    return (RungKind.NETWORK, one.network or one.target) if one.role in _BEYOND and not one.loopback else None


def _least_ms(one: TargetMinute) -> float | None:
    """What stood in the queue all minute: a burst of the household's own does not."""
    return min((sample.rtt_ms for sample in one.samples if sample.rtt_ms is not None), default=None)


def _condensed_ms(body: Reachability, place: int) -> float | None:
    assert body.condensed is not None
    return body.condensed.answers[place].least_ms if place < len(body.condensed.answers) else None


def _unusable(test: SpeedTest) -> str | None:
    """Why a test says nothing of the line's congestion."""
    conditions = test.conditions
    asked = (
        ("failed", test.failure is not None),
        ("demonstration_server", test.server.demonstration),
        ("server_nearby", conditions.path in {Path.LOOPBACK, Path.ON_LINK}),
        ("wireless", conditions.link_type is LinkType.WIFI),
        ("tunnel", conditions.link_type is LinkType.TUNNEL),
        ("made_for_a_reason", test.draw is not None and test.draw.origin in _CHOSEN),
    )
    return next((reason for reason, holds in asked if holds), None)


def _busy(test: SpeedTest) -> float | None:
    """1 where others used the line just before or beside it, 0 where somebody looked and nobody did."""
    before = None if test.draw is None else test.draw.household_busy
    beside = _beside(test.conditions, test.bytes)
    if before is None and beside is None:
        return None
    return float(bool(before) or bool(beside))


def _beside(conditions: Conditions, own_bytes: int | None) -> bool | None:
    """What the router counted; this machine's own interface alone does not see the household."""
    if not own_bytes or conditions.household_bytes is None:
        return None
    return conditions.household_bytes > _BESIDE_SHARE * own_bytes


def _together(networks: Sequence[Real]) -> Real:
    """One value for all: the middle network's, each less its own quiet level; of two the lesser rise."""
    if len(networks) == 1:
        return networks[0]
    stacked = np.stack(networks, axis=-1)
    flat = stacked.reshape(-1, len(networks))
    quiet = quantile(flat.T, _QUIET_SHARE)
    return quantile(stacked - quiet, 0.5) + float(quantile(quiet, 0.5))
