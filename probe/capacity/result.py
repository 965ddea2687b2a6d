"""Pure. From what the receiver told, status unit by status unit, to the capacity: RFC 9097's maximum and its company.

The metric is the highest rate, in bits of IP packets, of any whole sub-interval of a second. The receiver's counts give
UDP payload and datagrams; headers of IP and UDP are added for each. Knows nothing of sockets or clocks.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import median, stdev

from probe.body.speed_test import Progress
from probe.capacity.pdu import Status, SubInterval
from probe.capacity.search import HEADER_BYTES, Settings, shows_queue, signs_of
from probe.units import BITS_PER_BYTE

# Of a packet of 1500 bytes, what is TCP payload where TCP carries timestamps: 20 or 40 bytes of IP and 32 of TCP less.
TCP_SHARE = {4: 1448 / 1500, 6: 1428 / 1500}
_LEAST_TRIAL_US = 10_000  # shorter ones say nothing of the spread
_LEAST_TRIALS = 8
_T_95 = 2.1  # Student's, two-sided, for the twenty trial intervals of a second
_AGREE_SHARE = 0.003
_LIVE_TRIALS = 10  # half a second
_MOST_TRIALS = 20_000  # of one test; a server that sends more is not measuring


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial interval: its length, the bytes of IP packets in it, and whether it shows a queue."""

    us: int
    ip_bytes: int
    queue: bool
    rtt_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    """A whole sub-interval and the trial intervals that ended in it."""

    ip_bps: float
    trials: tuple[Trial, ...]

    @property
    def queue(self) -> bool:
        """Whether the line was full in it."""
        return any(trial.queue for trial in self.trials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """`ip_bps`: the maximum.

    `uncertainty_ip_bps`: half of its 95 % interval, by the spread of its trial intervals; None where they are too few.
    `loaded_rtt_ms`: the median in that sub-interval. `full`: a queue showed in it or later, so that the line was the
    limit and not the search.
    """

    ip_bps: float
    uncertainty_ip_bps: float | None
    loaded_rtt_ms: float | None
    full: bool


class Ledger:
    """The status units of one test, added in the order in which they came; late ones are passed over."""

    def __init__(self, *, ip_version: int, settings: Settings) -> None:
        self.ip_bytes = 0
        self.us = 0
        self.datagrams = 0
        self.lost = 0
        self.reordered = 0
        self._header_bytes = HEADER_BYTES[ip_version]
        self._share = TCP_SHARE[ip_version]
        self._settings = settings
        self._sequence = 0
        self._sub_count = 0
        self._open: list[Trial] = []  # of the sub-interval under way
        self._recent: list[Trial] = []
        self._subs: list[Sub] = []
        self._series: list[Progress] = []

    def add(self, status: Status) -> None:
        """Counts `status`, and the sub-interval it tells of if that is new."""
        if status.sequence <= self._sequence or len(self._series) >= _MOST_TRIALS:
            return
        self._sequence = status.sequence
        self._add_trial(status)
        if status.sub_interval_count > self._sub_count:
            self._sub_count = status.sub_interval_count
            self._add_sub(status.sub_interval)

    def _add_trial(self, status: Status) -> None:
        ip_bytes = status.bytes + status.datagrams * self._header_bytes
        trial = Trial(status.trial_us, ip_bytes, shows_queue(signs_of(status), self._settings), _rtt_ms(status))
        self.us += trial.us
        self.ip_bytes += ip_bytes
        self.datagrams += status.datagrams
        self.lost += status.lost
        self.reordered += status.reordered
        self._open.append(trial)
        self._recent = [*self._recent[1 - _LIVE_TRIALS :], trial]
        self._series.append(Progress(self.us / 1000, round(self.ip_bytes * self._share)))

    def _add_sub(self, sub: SubInterval) -> None:
        if sub.duration_us:
            ip_bytes = sub.bytes + sub.datagrams * self._header_bytes
            ip_bps = ip_bytes * BITS_PER_BYTE * 1e6 / sub.duration_us
            self._subs.append(Sub(ip_bps=ip_bps, trials=tuple(self._open)))
        self._open.clear()

    @property
    def series(self) -> tuple[Progress, ...]:
        """The receiver's count, carried down to TCP payload."""
        return tuple(self._series)

    @property
    def lost_share(self) -> float | None:
        """Of the datagrams sent; None where none came."""
        return self.lost / (self.lost + self.datagrams) if self.datagrams else None

    @property
    def recent_ip_bps(self) -> float | None:
        """Over the last half second; None where nothing came in it."""
        us = sum(trial.us for trial in self._recent)
        return sum(trial.ip_bytes for trial in self._recent) * BITS_PER_BYTE * 1e6 / us if us else None

    @property
    def mean_ip_bps(self) -> float | None:
        """Over the whole test, the search inside."""
        return self.ip_bytes * BITS_PER_BYTE * 1e6 / self.us if self.us else None

    @property
    def is_settled(self) -> bool:
        """Whether the last two sub-intervals, both of a full line, agree."""
        if len(self._subs) < 2 or not all(sub.queue for sub in self._subs[-2:]):
            return False
        before, last = self._subs[-2].ip_bps, self._subs[-1].ip_bps
        return abs(last - before) <= _AGREE_SHARE * max(last, before)

    def capacity(self) -> Capacity | None:
        """None while there is no whole sub-interval."""
        if not self._subs:
            return None
        best = max(range(len(self._subs)), key=lambda index: self._subs[index].ip_bps)
        sub = self._subs[best]
        rtts = [trial.rtt_ms for trial in sub.trials if trial.rtt_ms is not None]
        return Capacity(
            ip_bps=sub.ip_bps,
            uncertainty_ip_bps=_uncertainty(sub.trials),
            loaded_rtt_ms=float(median(rtts)) if rtts else None,
            full=any(later.queue for later in self._subs[best:]) or any(trial.queue for trial in self._open),
        )


def _rtt_ms(status: Status) -> int | None:
    if status.rtt_min_ms is None or status.rtt_variation_ms is None:
        return None
    return status.rtt_min_ms + status.rtt_variation_ms


def _uncertainty(trials: tuple[Trial, ...]) -> float | None:
    rates = [trial.ip_bytes * BITS_PER_BYTE * 1e6 / trial.us for trial in trials if trial.us >= _LEAST_TRIAL_US]
    if len(rates) < _LEAST_TRIALS:
        return None
    return _T_95 * stdev(rates) / sqrt(len(rates))
