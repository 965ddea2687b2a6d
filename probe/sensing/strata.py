"""Pure. What light sensing has seen lately, against its own day: the line calm or strained.

From the minutes of small probes and the short trains between speed tests. The rule compares the line with itself and
decides nothing but how often heavy tests are drawn, so its limits are choices of this module and bias no estimate.
Knows nothing of contracts or of what a heavy test finds.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from probe.body.draw import Stratum
from probe.body.reachability import Reachability, Role
from probe.body.train import Train

_MINUTES = 1440  # the day that the last minutes are held against
_TRAINS = 288
_LATELY = timedelta(minutes=5)
_TRAIN_LATELY = timedelta(minutes=20)
_LEAST_MINUTES = 30
_LEAST_TRAINS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When the line counts as strained: any of these. Slower: by the larger of the two, over the usual median."""

    slower_ms: float = 3.0
    slower_share: float = 0.25
    lost_share: float = 0.02
    train_share: float = 0.7  # of the usual spread of a train


@dataclass(frozen=True, slots=True)
class _Minute:
    at: datetime
    rtt_ms: float | None
    asked: int
    lost: int


@dataclass(slots=True)
class Sensed:
    """The last day of light sensing, in memory: about a hundred kilobytes."""

    limits: Limits = field(default_factory=Limits)
    _minutes: deque[_Minute] = field(default_factory=lambda: deque(maxlen=_MINUTES))
    _trains: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=_TRAINS))

    def minute(self, at: datetime, body: Reachability) -> None:
        """One minute of small probes that ended at `at`; targets at home or on this machine tell nothing."""
        samples = [
            sample
            for target in body.targets
            if not target.loopback and target.role is not Role.GATEWAY
            for sample in target.samples
        ]
        answered = [sample.rtt_ms for sample in samples if sample.rtt_ms is not None]
        if samples:
            rtt_ms = median(answered) if answered else None
            self._minutes.append(_Minute(at, rtt_ms, len(samples), len(samples) - len(answered)))

    def train(self, at: datetime, body: Train) -> None:
        """One train that ended at `at`."""
        if body.spread_bps is not None:
            self._trains.append((at, body.spread_bps))

    def stratum(self, now: datetime) -> Stratum:
        """What the last minutes show; UNKNOWN where there is too little to compare, or nothing lately."""
        lately = [one for one in self._minutes if now - _LATELY <= one.at <= now]
        usual_ms = self._usual_ms()
        if not lately or usual_ms is None:
            return Stratum.UNKNOWN
        strained = self._slow(lately, usual_ms) or self._lossy(lately) or self._thin(now)
        return Stratum.STRAINED if strained else Stratum.CALM

    def _usual_ms(self) -> float | None:
        known = [one.rtt_ms for one in self._minutes if one.rtt_ms is not None]
        return median(known) if len(known) >= _LEAST_MINUTES else None

    def _slow(self, lately: list[_Minute], usual_ms: float) -> bool:
        known = [one.rtt_ms for one in lately if one.rtt_ms is not None]
        limit_ms = usual_ms + max(self.limits.slower_ms, usual_ms * self.limits.slower_share)
        return not known or median(known) > limit_ms

    def _lossy(self, lately: list[_Minute]) -> bool:
        return sum(one.lost for one in lately) > self.limits.lost_share * sum(one.asked for one in lately)

    def _thin(self, now: datetime) -> bool:
        if len(self._trains) < _LEAST_TRAINS:
            return False
        at, spread_bps = self._trains[-1]
        usual_bps = median(one for _, one in self._trains)
        return now - at <= _TRAIN_LATELY and spread_bps < self.limits.train_share * usual_bps
