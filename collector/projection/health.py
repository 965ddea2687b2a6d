"""Pure. How probes and intake fare at one look, as points: a view for dashboards, never the evidence.

Tags are the line, the probe, and the words of outcomes. Knows nothing of databases, nor what is too long a silence.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from collector.envelope import PASSED_OVER, REMARKED, Counts, ProbeState
from collector.projection.line_protocol import line_of
from probe.units import epoch_us
from probe.wire import Outcome, Status

_MINUTE_NS = 60_000_000_000


def lines_of_health(probes: Iterable[ProbeState], counts: Counts, now: datetime) -> tuple[str, ...]:
    """A point a probe and a point an outcome, in line protocol, at the minute of `now`: two looks in it are one."""
    at_ns = epoch_us(now) * 1000 // _MINUTE_NS * _MINUTE_NS
    lines = [_probe(one, now, at_ns) for one in probes]
    lines += [
        line_of("message", {"outcome": outcome, "reason": reason}, {"count": count}, at_ns)
        for outcome, reason, count in _counted(counts)
    ]
    return tuple(line for line in lines if line is not None)


def _probe(one: ProbeState, now: datetime, at_ns: int) -> str | None:
    silent = None if one.last_received_at is None else (now - one.last_received_at).total_seconds()
    fields = {
        "status": None if one.status is None else one.status.value,
        "lost": None if one.status is None else int(one.status is Status.LOST),
        "silent_s": silent,
        "record_count": one.record_count,
        "missing_count": max(0, one.last_sequence - one.record_count),
    }
    return line_of("probe", {"line": one.line, "probe": one.probe}, fields, at_ns)


def _counted(counts: Counts) -> Iterator[tuple[str, str, int]]:
    yield Outcome.ACCEPTED.value, "", counts.accepted
    yield Outcome.DUPLICATE.value, "", counts.duplicate
    yield PASSED_OVER, "", counts.passed_over
    yield from ((Outcome.REJECTED.value, reason.value, count) for reason, count in counts.rejected.items())
    yield from ((REMARKED, remark.value, count) for remark, count in counts.remarked.items())
