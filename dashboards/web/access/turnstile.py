"""Shell. Counts how often each visitor asked, and says when it was too often.

Knows nothing of what was asked. Used in the loop's own thread alone.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum

from dashboards.web.access.pace import Bucket, Pace, taken, visitor_of

_MOST_VISITORS = 2_000


class Kind(Enum):
    """What is counted, each on its own."""

    PAGE = Pace(burst=120, every_s=0.25)
    HEAVY = Pace(burst=12, every_s=5.0)  # what costs seconds of this machine, or bytes of the line
    SIGN_IN = Pace(burst=5, every_s=30.0)
    ANY_SIGN_IN = Pace(burst=20, every_s=5.0)  # by all visitors together: each costs this machine 64 MB for a moment


class Turnstile:
    """Who was forgotten, because so many came after, begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[Kind, str], Bucket] = OrderedDict()

    def passes(self, kind: Kind, peer: str) -> bool:
        """Whether this question may be asked; counts it."""
        key = (kind, visitor_of(peer))
        self._buckets[key], passed = taken(self._buckets.get(key), kind.value, self._clock())
        self._buckets.move_to_end(key)
        while len(self._buckets) > _MOST_VISITORS:
            self._buckets.popitem(last=False)
        return passed
