"""Pure. What an earlier judgement had and a later one has no longer, so that no dashboard goes on showing it.

A database keeps what was written until it is written over; so what is gone is written over.
"""

from collections.abc import Collection, Iterable

from dashboards.grafana.judged.point import Key, Point
from dashboards.grafana.measurement import WITHDRAWN

_NS_PER_S = 1_000_000_000
_KEPT_S = 62 * 86_400  # for how long it is remembered what was written


def gone(before: Iterable[Key], now: Collection[Key], start_ns: int, end_ns: int) -> tuple[Key, ...]:
    """What was written before of [start_ns, end_ns), or of a deadline after it, and was not made again."""
    again = set(now)
    return tuple(key for key in before if key not in again and _in_reach(key, start_ns, end_ns))


def remembered(before: Iterable[Key], now: Iterable[Key], withdrawn: Collection[Key], start_ns: int) -> tuple[Key, ...]:
    """What is written by now, without what is withdrawn and what lies too far back; sorted."""
    oldest_ns = start_ns - _KEPT_S * _NS_PER_S
    return tuple(sorted({key for key in (*before, *now) if key.at_ns >= oldest_ns} - set(withdrawn)))


def withdrawal(key: Key) -> Point:
    """The point that is written over another to withdraw it."""
    return Point(measurement=key.measurement, tags=dict(key.tags), fields={WITHDRAWN: True}, at_ns=key.at_ns)


def _in_reach(key: Key, start_ns: int, end_ns: int) -> bool:
    return start_ns <= key.at_ns < end_ns or (key.measurement == "deadline" and key.at_ns >= end_ns)
