"""Pure. Whether a speed test's result is low for this line: against its own last results, or a level handed in.

A low result is tested again at once, so that one bad test is not all there is to see. The probe knows no contract: the
level may come from one, but nothing here says so. Knows nothing of when tests are made.
"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from probe.body.speed_test import Direction, SpeedTest

_REMEMBERED = 12
_LEAST = 3  # results before there is a level of one's own


@dataclass(slots=True)
class Levels:
    """The last good results of each direction, in memory. `below_bps`: levels handed in, IP packets, may be empty."""

    share: float
    below_bps: dict[Direction, int]
    _recent: dict[Direction, deque[int]] = field(default_factory=dict)

    def hear(self, test: SpeedTest) -> str | None:
        """Why the result is low, in words; None where it is not. The result then belongs to the level itself."""
        rate_bps = test.ip_rate_bps or test.rate_bps
        if rate_bps is None:
            return None
        recent = self._recent.setdefault(test.direction, deque(maxlen=_REMEMBERED))
        reason = self._why_low(test.direction, rate_bps, recent)
        recent.append(rate_bps)
        return reason

    def _why_low(self, direction: Direction, rate_bps: int, recent: deque[int]) -> str | None:
        handed_bps = self.below_bps.get(direction)
        if handed_bps is not None and rate_bps < handed_bps:
            return f"{rate_bps} bit/s are below {handed_bps}"
        if len(recent) >= _LEAST and rate_bps < self.share * median(recent):
            return f"{rate_bps} bit/s are below {self.share:.0%} of the last results' median, {median(recent):.0f}"
        return None
