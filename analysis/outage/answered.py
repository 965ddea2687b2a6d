"""Pure. When the first answer of a round was heard, which may be well after it was asked for.

A question that waits at a neighbour who is not known yet is answered late: that the line was well then is known from
the moment of the answer, not from that of the question. Knows nothing of outages.
"""

from collections.abc import Iterable, Iterator

from analysis.instants import Minute, Watched
from analysis.outage.aim import Aim

_RECORD_US = 3_700_000_000  # no record of small probes is longer than an hour and what it waits for


def heard_us(minutes: Iterable[Watched], aim: Aim, asked_us: int) -> int:
    """The first answer, to the round that began at `asked_us`, of a target that `aim` takes; `asked_us` without one."""
    heard = (
        at_us
        for own in minutes
        for minute in own
        if minute.start_us <= asked_us < minute.start_us + _RECORD_US
        for at_us in _answers(minute, aim, asked_us)
    )
    return min(heard, default=asked_us)


def _answers(minute: Minute, aim: Aim, asked_us: int) -> Iterator[int]:
    half_us = minute.interval_us // 2
    for target in minute.targets:
        if not aim.takes(target):
            continue
        for sample in target.samples:
            sent_us = minute.start_us + sample.offset_ms * 1000
            if sample.rtt_ms is not None and 0 <= sent_us - asked_us <= half_us:
                yield sent_us + round(sample.rtt_ms * 1000)
