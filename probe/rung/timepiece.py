"""Pure. From two looks at all clocks to what happened to them in between: the machine slept, the wall clock was set.

A sleep lets the boot-time clock go on and the monotonic one stand; a step moves the wall clock alone. Less than a
second is neither: the kernel slews. Knows nothing of what was watched meanwhile.
"""

from dataclasses import dataclass

from probe.body.notice import Notice, NoticeKind
from probe.record import Stamp

_LEAST_S = 1.0
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """All clocks at one instant. `slept_s`: how long this boot has slept so far, None where that is not known."""

    stamp: Stamp
    slept_s: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """A notice over [started, ended)."""

    started: Stamp
    ended: Stamp
    notice: Notice


def events(earlier: Look, later: Look) -> tuple[Event, ...]:
    """What happened between two looks of one boot, the sleep before the step."""
    slept_s = 0.0
    if earlier.slept_s is not None and later.slept_s is not None:
        slept_s = later.slept_s - earlier.slept_s
    monotonic_s = (later.stamp.monotonic_ns - earlier.stamp.monotonic_ns) / _NS_PER_S
    wall_s = (later.stamp.at - earlier.stamp.at).total_seconds()
    stepped_s = wall_s - monotonic_s - slept_s
    found = []
    if slept_s >= _LEAST_S:
        # A clock that was set back in the same second would end the sleep before its start.
        started = earlier.stamp if earlier.stamp.at <= later.stamp.at else later.stamp
        found.append(_event(started, later.stamp, NoticeKind.SUSPENDED, slept_s))
    if abs(stepped_s) >= _LEAST_S:
        found.append(_event(later.stamp, later.stamp, NoticeKind.CLOCK_STEPPED, stepped_s))
    return tuple(found)


def _event(started: Stamp, ended: Stamp, kind: NoticeKind, seconds: float) -> Event:
    words = "slept" if kind is NoticeKind.SUSPENDED else "the wall clock moved by"
    return Event(started, ended, Notice(kind=kind, detail=f"{words} {seconds:.1f} s", seconds=round(seconds, 3)))
