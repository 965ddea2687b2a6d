"""Pure. A day cut into equal slots, so that a share of tests is a share of time.

A slot counts once, however many tests it holds: below only if every test in it was below, reached only if every one
reached. Tests in a bunch therefore weigh no more than the time they cover, and a slot without a test is nobody's.
Knows nothing of speeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.period import Period
from analysis.speed.evidence import Standing, Witness
from analysis.speed.share import day_at_most


@dataclass(frozen=True, slots=True)
class Slot:
    """`standing` is None where no test that counts lies in the slot."""

    period: Period
    standing: Standing | None


def cut(day: Period, witnesses: Sequence[Witness], lengths_s: Sequence[int], confidence: float) -> tuple[Slot, ...]:
    """`day` in slots of one of `lengths_s`, in order; together they are the day.

    The length is the one that leaves least unseen: the smallest exact upper limit of the share of the day that
    something can have lasted which no test saw; of two equal ones the longer. It depends on when the tests were, not on
    how fast, so the choice favours neither verdict. A length that does not divide the day is passed over.
    """
    lengths = [timedelta(seconds=s) for s in sorted(lengths_s, reverse=True)]
    times = [witness.at for witness in witnesses]
    best = min(
        (length for length in lengths if not day.duration % length),
        key=lambda length: _unseen(day, times, length, confidence),
    )
    standings: dict[int, set[Standing]] = {}
    for witness in witnesses:
        standings.setdefault((witness.at - day.start_at) // best, set()).add(witness.standing)
    starts = ((number, day.start_at + number * best) for number in range(day.duration // best))
    return tuple(
        Slot(Period(start_at, start_at + best), _together(standings.get(number))) for number, start_at in starts
    )


def _unseen(day: Period, times: Sequence[datetime], length: timedelta, confidence: float) -> float:
    tested = len({(at - day.start_at) // length for at in times})
    return day_at_most(0, tested, day.duration // length, confidence)


def _together(standings: set[Standing] | None) -> Standing | None:
    if not standings:
        return None
    return next(iter(standings)) if len(standings) == 1 else Standing.UNSURE
