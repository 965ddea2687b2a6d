"""Pure. How often M-Lab may be asked: its own limits, kept on this side too.

Forty requests in an hour from one address (m-lab/locate), and between the tests of a machine that nobody watches a wait
drawn from the exponential distribution of six hours' mean (ndt7-protocol.md of ndt-server). Knows nothing of clocks or
files: the times are handed in.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_REQUESTS = 40
_SPAN = timedelta(hours=1)
_MEAN_S, _SHORTEST_S, _LONGEST_S = 21_600.0, 2_160.0, 54_000.0


@dataclass(frozen=True, slots=True)
class Spent:
    """When M-Lab was asked, oldest first, and before when a machine that nobody watches may not ask again."""

    asked_at: tuple[datetime, ...] = ()
    not_before: datetime | None = None


def next_at(spent: Spent, now: datetime) -> datetime | None:
    """When a request is allowed again; None where it is now."""
    recent = _recent(spent, now)
    return recent[-MOST_REQUESTS] + _SPAN if len(recent) >= MOST_REQUESTS else None


def next_round_at(spent: Spent, now: datetime) -> datetime | None:
    """When a round of tests that nobody watches is allowed again; None where it is now."""
    waits = [at for at in (next_at(spent, now), spent.not_before) if at is not None and at > now]
    return max(waits, default=None)


def asked(spent: Spent, now: datetime) -> Spent:
    """One request more."""
    return replace(spent, asked_at=(*_recent(spent, now), now))


def refused(spent: Spent, now: datetime) -> Spent:
    """M-Lab itself said that it was too often: nothing for an hour."""
    return Spent(asked_at=(now,) * MOST_REQUESTS, not_before=max(now + _SPAN, spent.not_before or now))


def began_round(spent: Spent, now: datetime, uniform: float) -> Spent:
    """A round that nobody watches begins; `uniform` in [0, 1) draws the wait until the next."""
    wait_s = -_MEAN_S * math.log(1 - uniform)
    return replace(spent, not_before=now + timedelta(seconds=min(max(wait_s, _SHORTEST_S), _LONGEST_S)))


def _recent(spent: Spent, now: datetime) -> tuple[datetime, ...]:
    """Of the last hour; a clock that was set back makes no request young for ever."""
    return tuple(at for at in spent.asked_at if abs(now - at) < _SPAN)
