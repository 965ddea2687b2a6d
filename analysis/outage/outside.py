"""Pure. From the minutes of an outside witness to when a line was seen alive and dead from there.

A minute says something if every question of it was answered, or none. Silence counts only of an address that answered
that way at some time among these minutes: many routers answer no stranger. Knows nothing of outages.
"""

from collections.abc import Iterable, Sequence

from analysis.outage.circumstance import OutsideView
from analysis.outage.stretch import joined, period_of, stretch_of, without
from analysis.period import Period
from collector.envelope import Witnessed


def outside_view(seen: Iterable[Witnessed]) -> OutsideView:
    """What the witness saw of one line, in any order. An answer to one method outweighs silence to another."""
    minutes = [one for one in seen if one.asked_count]
    answering = {one.method for one in minutes if one.answered_count}
    whole = [one for one in minutes if one.answered_count == one.asked_count]
    silent = [one for one in minutes if not one.answered_count and one.method in answering]
    return OutsideView(
        alive=_periods(_period(one) for one in whole),
        dead=_periods((_period(one) for one in silent), (_period(one) for one in whole)),
        apart_s=max(((one.ended_at - one.started_at).total_seconds() / one.asked_count for one in whole), default=0.0),
    )


def both(one: OutsideView, other: OutsideView) -> OutsideView:
    """What either saw."""
    return OutsideView(
        alive=_periods([*one.alive, *other.alive]),
        dead=_periods([*one.dead, *other.dead]),
        apart_s=max(one.apart_s, other.apart_s),
    )


def _period(minute: Witnessed) -> Period:
    return Period(minute.started_at, minute.ended_at)


def _periods(periods: Iterable[Period], but: Iterable[Period] = ()) -> tuple[Period, ...]:
    """Joined, without the others."""
    left: Sequence[tuple[int, int]] = without(joined(map(stretch_of, periods)), joined(map(stretch_of, but)))
    return tuple(period_of(one) for one in left)
