"""Pure. From minutes of small probes to beats: stretches of rounds in which all asked, some, or nobody answered.

A round is one question to each target; a beat is rounds that came out alike, without a gap between. Beats come in
chains: one probe, one boot, a clock that runs forwards. Across chains nothing is consecutive. Times are whole
microseconds since 1970, so that sums are exact. Knows nothing of what is up or down.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from analysis.clause import LedgerRules
from analysis.outage.aim import Aim
from analysis.outage.boot import Boot
from probe.body.reachability import NoAnswer, Reachability, Sample, TargetMinute


class Answer(IntEnum):
    """How one round came out."""

    NONE = 0
    SOME = 1
    ENOUGH = 2  # of independent networks, to believe in a recovery


@dataclass(frozen=True, slots=True)
class Beat:
    """`count` rounds, the first at `start_us`, the last at `end_us`. `interval_us` is the distance that was meant."""

    start_us: int
    end_us: int
    answer: Answer
    count: int
    interval_us: int


Chain = tuple[Beat, ...]


# What a target did in a whole minute: every answer there, or every one missing for this reason; None: now so, now so.
Outcome = Literal[True] | NoAnswer | None


@dataclass(frozen=True, slots=True)
class Minute:
    """One record of small probes and when it truly began.

    `outcomes`: of each target. `misses`: of each target, how many questions were asked for nothing. `even`: first and
    last offset and the number of the rounds, where all targets were asked alike and without a gap; else None. Minutes
    with the same targets and outcomes have the same `shape`.
    """

    start_us: int
    interval_us: int
    targets: tuple[TargetMinute, ...]
    shape: int
    outcomes: tuple[Outcome, ...]
    misses: tuple[int, ...]
    even: tuple[int, int, int] | None


Watched = tuple[Minute, ...]  # one boot's minutes


def watched(boots: Iterable[Boot], rules: LedgerRules) -> tuple[Watched, ...]:
    """The minutes of each boot, in order; a boot may have none."""
    shapes: dict[tuple[object, ...], int] = {}
    return tuple(
        tuple(
            _minute(body, start_us, shapes, rules)
            for record, start_us in zip(boot.records, boot.starts_us, strict=True)
            if isinstance(body := record.body, Reachability)
        )
        for boot in boots
    )


def _minute(body: Reachability, start_us: int, shapes: dict[tuple[object, ...], int], rules: LedgerRules) -> Minute:
    interval_ms = round(body.interval_s * 1_000)
    meta = [(one.target, one.role, one.method, one.address_family, one.network, one.loopback) for one in body.targets]
    done = [_outcome(one.samples) for one in body.targets]
    outcomes = tuple([outcome for outcome, _ in done])
    return Minute(
        start_us=start_us,
        interval_us=interval_ms * 1_000,
        targets=body.targets,
        shape=shapes.setdefault((tuple(meta), outcomes), len(shapes)),
        outcomes=outcomes,
        misses=tuple([misses for _, misses in done]),
        even=_even(body.targets, interval_ms, rules.gap_intervals * interval_ms),
    )


def _outcome(samples: Sequence[Sample]) -> tuple[Outcome, int]:
    """What came of all the questions together, and how many were missed."""
    misses, reason = 0, None
    for sample in samples:  # a loop, and quick where all is well: a month has millions
        if sample.rtt_ms is None:
            same = NoAnswer.TIMED_OUT if sample.no_answer is NoAnswer.UNREACHABLE else sample.no_answer
            reason = same if not misses or reason is same else None
            misses += 1
    if not misses:
        return (True if samples else None), 0
    return (reason if misses == len(samples) else None), misses


def _even(targets: Sequence[TargetMinute], interval_ms: int, limit_ms: int) -> tuple[int, int, int] | None:
    if not targets or not targets[0].samples:
        return None
    first_ms, last_ms = targets[0].samples[0].offset_ms, targets[0].samples[-1].offset_ms
    for target in targets:
        samples = target.samples
        if not samples or abs(samples[0].offset_ms - first_ms) > interval_ms:
            return None
        if abs(samples[-1].offset_ms - last_ms) > interval_ms or _has_gap(samples, limit_ms):
            return None
    return first_ms, last_ms, min(len(target.samples) for target in targets)


def _has_gap(samples: Sequence[Sample], limit_ms: int) -> bool:
    earlier_ms = samples[0].offset_ms
    for sample in samples:
        if sample.offset_ms - earlier_ms > limit_ms:
            return True
        earlier_ms = sample.offset_ms
    return False


def chains(minutes: Iterable[Watched], aim: Aim, rules: LedgerRules) -> tuple[Chain, ...]:
    """Every chain of what `aim` takes, each sorted by time and cut wherever it was silent for too long."""
    return tuple(piece for one in minutes for piece in _pieces(_beats(one, aim, rules), rules))


def _pieces(beats: Iterable[Beat], rules: LedgerRules) -> Iterator[Chain]:
    """Cut where a gap is too long or the clock went back; neighbours that came out alike are made one."""
    piece: list[Beat] = []
    for beat in beats:
        if piece and not _follows(piece[-1], beat, rules):
            yield tuple(piece)
            piece = []
        if piece and piece[-1].answer is beat.answer:
            last = piece[-1]
            piece[-1] = Beat(last.start_us, beat.end_us, beat.answer, last.count + beat.count, beat.interval_us)
        else:
            piece.append(beat)
    if piece:
        yield tuple(piece)


def _follows(earlier: Beat, later: Beat, rules: LedgerRules) -> bool:
    gap_us = later.start_us - earlier.end_us
    return 0 < gap_us <= rules.gap_intervals * max(earlier.interval_us, later.interval_us)


def _beats(minutes: Watched, aim: Aim, rules: LedgerRules) -> Iterator[Beat]:
    known: dict[int, tuple[tuple[int, ...], Answer | None]] = {}
    for minute in minutes:
        if minute.shape not in known:
            numbers = tuple(number for number, target in enumerate(minute.targets) if aim.takes(target))
            known[minute.shape] = numbers, _throughout(minute, numbers, aim, rules)
        numbers, answer = known[minute.shape]
        if numbers and answer is not None and minute.even is not None:
            first_ms, last_ms, count = minute.even
            start_us, end_us = minute.start_us + first_ms * 1000, minute.start_us + last_ms * 1000
            yield Beat(start_us, end_us, answer, count, minute.interval_us)
        elif numbers:
            yield from _rounds(minute, [minute.targets[number] for number in numbers], aim, rules)


def _throughout(minute: Minute, numbers: Sequence[int], aim: Aim, rules: LedgerRules) -> Answer | None:
    """How every round of a minute came out; None where that has to be looked at round by round."""
    whole = {aim.network(minute.targets[number]) for number in numbers if minute.outcomes[number] is True}
    if numbers and len(whole) >= _enough([minute.targets[number] for number in numbers], aim, rules):
        return Answer.ENOUGH
    if any(minute.outcomes[number] is None or minute.outcomes[number] in aim.passed_over for number in numbers):
        return None
    return Answer.SOME if whole else Answer.NONE


def _enough(targets: Sequence[TargetMinute], aim: Aim, rules: LedgerRules) -> int:
    """How many networks must answer for a round to speak of a recovery."""
    return min(rules.good_networks, len({aim.network(target) for target in targets}))


def _rounds(minute: Minute, targets: Sequence[TargetMinute], aim: Aim, rules: LedgerRules) -> Iterator[Beat]:
    """Each round as a beat of its own."""
    enough = _enough(targets, aim, rules)
    for first_ms, answers in rounds(targets, minute.interval_us // 1000):
        answer = _answer(targets, answers, enough, aim, rules)
        if answer is not None:
            at_us = minute.start_us + first_ms * 1000
            yield Beat(at_us, at_us, answer, 1, minute.interval_us)


def rounds(targets: Sequence[TargetMinute], interval_ms: int) -> Iterator[tuple[int, list[tuple[int, Sample]]]]:
    """The samples of all targets together, each with its target's number, by rounds: within half an interval.

    Each round with the offset of its first sample.
    """
    samples = [(sample.offset_ms, number, sample) for number, target in enumerate(targets) for sample in target.samples]
    first_ms, answers = -1, list[tuple[int, Sample]]()
    for offset_ms, number, sample in sorted(samples, key=lambda one: one[:2]):
        if answers and (offset_ms - first_ms) * 2 > interval_ms:
            yield first_ms, answers
            answers = []
        if not answers:
            first_ms = offset_ms
        answers.append((number, sample))
    if answers:
        yield first_ms, answers


def _answer(
    targets: Sequence[TargetMinute], answers: Sequence[tuple[int, Sample]], enough: int, aim: Aim, rules: LedgerRules
) -> Answer | None:
    """How a round came out; None where nobody answered but too few could be asked to blame anything."""
    answered = {aim.network(targets[number]) for number, sample in answers if sample.rtt_ms is not None}
    if answered:
        return Answer.ENOUGH if len(answered) >= enough else Answer.SOME
    asked = {number for number, sample in answers if sample.no_answer not in aim.passed_over}
    return Answer.NONE if asked and len(asked) >= min(len(targets), rules.asked_at_least) else None
