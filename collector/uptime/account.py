"""Pure. From the spans in which a collector said that it was at work, when it was down.

Its edges are as sharp as its beats. Knows nothing of who writes them, nor of what time away is too much.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from collector.envelope import CollectorDown, CollectorUptime

BEAT_S = 15.0  # how often a collector at work says so
TOLERANCE = timedelta(seconds=3 * BEAT_S)  # silence so long, while it runs, is a beat that came late


@dataclass(frozen=True, slots=True)
class Span:
    """[start_at, end_at]: a collector at work, as far as its beats tell.

    `stepped`: the machine's clock was set just before `start_at` while the collector went on: what lies between this
    span and the one before it is no time at all.
    """

    start_at: datetime
    end_at: datetime
    stepped: bool = False


def account(spans: Iterable[Span], start_at: datetime, end_at: datetime) -> CollectorUptime:
    """Of [start_at, end_at) what was up, down and unknown: in seconds they add up to the period.

    Unknown is what lies before the first beat ever, between a clock's two readings, and a tail too short to tell.
    """
    merged = _merged(spans)
    down = tuple(_down(merged, start_at, end_at))
    up_s = sum(_seconds(max(one.start_at, start_at), min(one.end_at, end_at)) for one in merged)
    down_s = sum(one.seconds for one in down)
    return CollectorUptime(
        start_at=start_at,
        end_at=end_at,
        up_s=up_s,
        down_s=down_s,
        unknown_s=(end_at - start_at).total_seconds() - up_s - down_s,
        down=down,
        at_work=bool(merged) and end_at - merged[-1].end_at <= TOLERANCE,
    )


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order of time, without overlaps: a clock that was put back has two spans of one time."""
    merged: list[Span] = []
    for one in sorted(spans, key=lambda span: span.start_at):
        if merged and one.start_at <= merged[-1].end_at:
            merged[-1] = Span(merged[-1].start_at, max(merged[-1].end_at, one.end_at), merged[-1].stepped)
        else:
            merged.append(one)
    return merged


def _down(merged: list[Span], start_at: datetime, end_at: datetime) -> Iterator[CollectorDown]:
    for one, after in pairwise(merged):
        if not after.stepped:
            yield from _within(one.end_at, after.start_at, start_at, end_at)
    if merged and end_at - merged[-1].end_at > TOLERANCE:
        yield from _within(merged[-1].end_at, end_at, start_at, end_at)


def _within(from_at: datetime, until_at: datetime, start_at: datetime, end_at: datetime) -> Iterator[CollectorDown]:
    first, last = max(from_at, start_at), min(until_at, end_at)
    if first < last:
        yield CollectorDown(start_at=first, end_at=last)


def _seconds(first: datetime, last: datetime) -> float:
    return max(0.0, (last - first).total_seconds())
