"""Pure. Causes put into the ledger: of time down, from its outage; of time unobserved, where the probe itself is why.

Adds no time and takes none. Knows nothing of how an outage came by its cause.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.outage.boot import Boot
from analysis.outage.outage import Cause, Concern, Outage
from analysis.outage.stretch import stretch_of
from analysis.report import Ledger, Span, State
from probe.body.notice import Notice

_US_PER_S = 1_000_000
_AWAY = frozenset({"started", "stopped", "suspended"})  # notices of a probe that is not there all the time


def with_causes(ledger: Ledger, outages: Iterable[Outage], boots: Sequence[Boot]) -> Ledger:
    """The same spans, each with its cause where there is one."""
    downs = sorted(
        (stretch_of(down), outage.verdict.cause)
        for outage in outages
        if outage.concern is Concern.LINE
        for down in outage.down
    )
    away = sorted(_away_us(boots))
    return replace(ledger, spans=tuple(_explained(span, downs, away) for span in ledger.spans))


def _explained(span: Span, downs: Sequence[tuple[tuple[int, int], Cause]], away: Sequence[int]) -> Span:
    start_us, end_us = stretch_of(span.period)
    if span.state is State.DOWN:
        number = bisect_right(downs, start_us, key=lambda one: one[0][0])
        return replace(span, cause=downs[number - 1][1] if number else Cause.UNKNOWN)
    if span.state is State.UNOBSERVED:
        number = bisect_left(away, start_us)
        return replace(span, cause=Cause.PROBE) if number < len(away) and away[number] <= end_us else span
    return span


def _away_us(boots: Sequence[Boot]) -> Iterator[int]:
    """Moments at which a probe was demonstrably away: restarted, stopped, or asleep."""
    seen: set[str] = set()
    for boot in boots:
        if boot.probe in seen:
            yield boot.starts_us[0]
        seen.add(boot.probe)
        for record, start_us in zip(boot.records, boot.starts_us, strict=True):
            if isinstance(record.body, Notice) and str(record.body.kind) in _AWAY:
                yield start_us
        yield from _woken_us(boot)


def _woken_us(boot: Boot) -> Iterator[int]:
    """When records came again after time that the monotonic clock did not count."""
    for number, (earlier, later) in enumerate(pairwise(boot.records)):
        passed_us = (later.started.monotonic_ns - earlier.started.monotonic_ns) // 1000
        if boot.starts_us[number + 1] - boot.starts_us[number] - passed_us > _US_PER_S:
            yield boot.starts_us[number + 1]
