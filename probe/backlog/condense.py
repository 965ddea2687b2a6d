"""Pure. From minutes in which every question was answered to one record that says as much of the line's being up.

Kept of each target are the first sample of each minute and the last of all, and the order statistics of the rest. Who
may be condensed is decided so that no edge of a time ledger moves: a minute beside an answer that is missing, or beside
time that was not watched, stays as it was. Knows nothing of disks or of room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil

from probe.body.reachability import Answers, Condensed, Reachability, Sample, TargetMinute
from probe.record import Record
from probe.units import epoch_us

SLOT_S = 600  # no record is longer: readers look that far before a period for what reaches into it
KEPT_INTERVAL_S = 60.0
_FEWEST = 3  # fewer gain nothing
_NS_PER_MS = 1_000_000


def is_whole(body: Reachability) -> bool:
    """Whether everybody was asked, and everybody always answered."""
    return bool(body.targets) and all(
        target.samples and all(sample.rtt_ms is not None for sample in target.samples) for target in body.targets
    )


def groups(minutes: Sequence[Record]) -> tuple[tuple[Record, ...], ...]:
    """Which of `minutes` become one record each, in order. `minutes`: reachability alone, by sequence, none left out.

    Each of a group lies between two whole neighbours, on end with both, in one slot of the wall clock. The first and
    the last of `minutes` are neighbours alone; a group that the last one could still belong to is left for later.
    """
    inner = [number for number in range(1, len(minutes) - 1) if _between_whole_ones(minutes, number)]
    runs = (tuple(minutes[number] for number in run) for run in _on_end(inner, minutes))
    newest = slot(minutes[-1]) if minutes else 0
    return tuple(run for run in runs if len(run) >= _FEWEST and slot(run[0]) != newest)


def slot(record: Record) -> int:
    """The number of the stretch of `SLOT_S` in which the record began, counted from 1970."""
    return epoch_us(record.started.at) // (SLOT_S * 1_000_000)


def condense(minutes: Sequence[Record]) -> Record:
    """One of `groups` as one record, with the first one's number."""
    first, last = minutes[0], minutes[-1]
    bodies = [_body(one) for one in minutes]
    starts_ms = [(one.started.monotonic_ns - first.started.monotonic_ns) // _NS_PER_MS for one in minutes]
    by_target = list(zip(*(body.targets for body in bodies), strict=True))
    body = Reachability(
        interval_s=KEPT_INTERVAL_S,
        targets=tuple(_kept(same, starts_ms) for same in by_target),
        condensed=Condensed(
            minutes=len(minutes),
            sequences=_ranges([one.sequence for one in minutes]),
            interval_s=bodies[0].interval_s,
            answers=tuple(_answers(same) for same in by_target),
        ),
    )
    return replace(first, ended=last.ended, body=body)


def _between_whole_ones(minutes: Sequence[Record], number: int) -> bool:
    before, one, after = minutes[number - 1 : number + 2]
    on_end = before.ended == one.started and one.ended == after.started
    return _body(one).condensed is None and on_end and all(is_whole(_body(each)) for each in (before, one, after))


def _on_end(inner: Sequence[int], minutes: Sequence[Record]) -> Iterator[list[int]]:
    """Numbers that follow one another, cut where the slot or whatever one record says once changes."""
    keyed = (
        (number - place, slot(minutes[number]), _shape(minutes[number]), number) for place, number in enumerate(inner)
    )
    for _, run in groupby(keyed, key=lambda one: one[:3]):
        yield [number for *_, number in run]


def _shape(record: Record) -> tuple[object, ...]:
    body = _body(record)
    whom = tuple(replace(target, samples=()) for target in body.targets)
    return record.started.boot_id, record.started.synchronised, record.software, body.interval_s, whom


def _body(record: Record) -> Reachability:
    assert isinstance(record.body, Reachability)
    return record.body


def _kept(minutes: Sequence[TargetMinute], starts_ms: Sequence[int]) -> TargetMinute:
    first = [_moved(one.samples[0], by_ms) for one, by_ms in zip(minutes, starts_ms, strict=True)]
    last = _moved(minutes[-1].samples[-1], starts_ms[-1])
    samples = (*first, last) if last.offset_ms > first[-1].offset_ms else tuple(first)
    return replace(minutes[0], samples=samples)


def _moved(sample: Sample, by_ms: int) -> Sample:
    return Sample(sample.offset_ms + by_ms, sample.rtt_ms)


def _answers(minutes: Sequence[TargetMinute]) -> Answers:
    times = sorted(sample.rtt_ms for one in minutes for sample in one.samples if sample.rtt_ms is not None)
    return Answers(
        count=len(times),
        least_ms=times[0],
        median_ms=_at_rank(times, 0.5),
        p95_ms=_at_rank(times, 0.95),
        p99_ms=_at_rank(times, 0.99),
        most_ms=times[-1],
    )


def _at_rank(times: Sequence[float], share: float) -> float:
    return times[ceil(share * len(times)) - 1]


def _ranges(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Sorted numbers as ranges, both ends inside.

    >>> _ranges([3, 4, 5, 8])
    ((3, 5), (8, 8))
    """
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0])]
    return tuple((run[0], run[-1]) for run in runs)
