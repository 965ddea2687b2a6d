"""Pure. Which records are sent at once, and which may wait a moment for others to share a batch with.

What a person waits for goes at once: tests, notices, wishes, what is seen in trouble, and both edges of it. Knows
nothing of how long the others wait.
"""

from dataclasses import dataclass

from probe.body.draw import Decision
from probe.body.names import NamesSeen
from probe.body.reachability import Reachability, TargetMinute
from probe.body.rung import ClockSeen, LinkSeen, Occasion, PathSeen, RouterSeen
from probe.body.train import Train
from probe.record import Body

_IN_A_ROW = 2  # questions without an answer: one alone is a packet lost


@dataclass(slots=True)
class Patience:
    """What the last minute was, to tell the first one after trouble."""

    _trouble: bool = False

    def may_wait(self, body: Body) -> bool:
        """Whether the record is routine. Each one is asked about once, in order."""
        if isinstance(body, Reachability):
            before, self._trouble = self._trouble, any(map(_fell_silent, body.targets))
            return not (before or self._trouble)
        if isinstance(body, LinkSeen | RouterSeen | PathSeen | NamesSeen):
            return body.occasion is Occasion.ROUTINE
        return isinstance(body, ClockSeen | Train | Decision)


def _fell_silent(minute: TargetMinute) -> bool:
    """Whether answers were missing one after the other."""
    missing = 0
    for sample in minute.samples:
        missing = missing + 1 if sample.no_answer is not None else 0
        if missing == _IN_A_ROW:
            return True
    return False
