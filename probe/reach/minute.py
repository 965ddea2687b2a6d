"""Pure. From questions asked and answers got to one record a minute; when a stretch of time counts as watched.

Knows nothing of sockets, and nothing of what an answer that is missing means.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.record import Stamp

ANSWER_WITHIN_S = 5.0  # how long an answer is waited for, at least
_CLOCK_STEP_S = 1.0
_NS_PER_S = 1_000_000_000
_MINUTE = timedelta(minutes=1)

Outcome = float | NoAnswer  # a round-trip time in ms, or why there is none


@dataclass(frozen=True, slots=True)
class Whom:
    """A target as one record names it."""

    target: str
    role: Role
    method: ProbeMethod
    loopback: bool
    address: str | None = None
    network: str | None = None

    @property
    def address_family(self) -> int | None:
        """4 or 6; None where no address is known."""
        return None if self.address is None else 6 if ":" in self.address else 4


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `asked_ns` is monotonic; `outcome` is None as long as nothing came back."""

    whom: Whom
    asked_ns: int
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """[started, ended): a stretch, a minute at most, in which the sensor ran without a break and no clock stepped."""

    started: Stamp
    ended: Stamp

    @property
    def empty(self) -> bool:
        """Whether nothing lies between, on either clock: then it is no record."""
        return self.started.at >= self.ended.at or self.started.monotonic_ns >= self.ended.monotonic_ns


def reduce(asked: Iterable[Asked], window: Window, *, interval_s: float, heard_until_ns: int) -> Reachability:
    """One record's body: the questions of `window` by target, in the order in which targets first appear.

    A question without an outcome timed out if answers were listened for until `ANSWER_WITHIN_S` after it
    (`heard_until_ns`, monotonic); else nobody can know, and it is left out.
    """
    start_ns, end_ns = window.started.monotonic_ns, window.ended.monotonic_ns
    samples: dict[Whom, list[Sample]] = {}
    for one in sorted(asked, key=lambda one: one.asked_ns):
        heard_out = one.asked_ns + ANSWER_WITHIN_S * _NS_PER_S <= heard_until_ns
        if not start_ns <= one.asked_ns < end_ns or (one.outcome is None and not heard_out):
            continue
        samples.setdefault(one.whom, []).append(_sample(one, start_ns))
    return Reachability(interval_s=interval_s, targets=tuple(_minute(whom, own) for whom, own in samples.items()))


def minute_end(at: datetime) -> datetime:
    """The first full minute after `at`."""
    return at.replace(second=0, microsecond=0) + _MINUTE


def stamp_between(at: datetime, *, earlier: Stamp, later: Stamp) -> Stamp:
    """The stamp of the instant `at`, which lies between two looks at the clocks, by arithmetic from the later one."""
    before_ns = round((later.at - at) / timedelta(microseconds=1)) * 1000
    # A clock that was put right by a little in between must not place it before the earlier look.
    return replace(later, at=at, monotonic_ns=max(earlier.monotonic_ns, later.monotonic_ns - before_ns))


def interrupted(earlier: Stamp, later: Stamp) -> bool:
    """Whether the sensor was not watching all the time between two looks at the clocks, or a clock was set.

    A suspended machine's wall clock goes on and its monotonic clock does not; a clock that is set jumps on its own;
    a stalled process sees both go on, but was not there.
    """
    wall_s = (later.at - earlier.at).total_seconds()
    monotonic_s = (later.monotonic_ns - earlier.monotonic_ns) / _NS_PER_S
    return wall_s < 0 or abs(wall_s - monotonic_s) > _CLOCK_STEP_S or monotonic_s > ANSWER_WITHIN_S


def _sample(one: Asked, start_ns: int) -> Sample:
    offset_ms = (one.asked_ns - start_ns) // 1_000_000
    if isinstance(one.outcome, float):
        return Sample(offset_ms, round(one.outcome, 3))
    return Sample(offset_ms, None, one.outcome or NoAnswer.TIMED_OUT)


def _minute(whom: Whom, samples: list[Sample]) -> TargetMinute:
    return TargetMinute(
        target=whom.target,
        role=whom.role,
        method=whom.method,
        loopback=whom.loopback,
        samples=tuple(samples),
        address=whom.address,
        address_family=whom.address_family,
        network=whom.network,
    )
