"""Pure. From minutes of small probes to beats: stretches of rounds in which all asked, some, or nobody answered.

A round is one question to each target; a beat is rounds that came out alike, without a gap between. Beats come in
chains: one probe, one boot, a clock that runs forwards. Across chains nothing is consecutive. Times are whole
microseconds since 1970, so that sums are exact. Knows nothing of what is up or down.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from analysis.clause import LedgerRules
from analysis.outage.aim import Aim
from analysis.outage.boot import Boot
from probe.body.reachability import Reachability, Sample, TargetMinute


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


@dataclass(frozen=True, slots=True)
class Minute:
    """One record of small probes and when it truly began. `whole`: nothing asked in it was left without an answer.

    `even`: the beat that every choice of its targets makes, where it is whole and all were asked alike without a gap;
    else None. Minutes with the same targets have the same `shape`.
    """

    start_us: int
    interval_us: int
    targets: tuple[TargetMinute, ...]
    shape: int
    whole: bool
    even: Beat | None


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
    interval_us = round(body.interval_s * 1_000_000)
    shape = tuple([(one.target, one.role, one.method, one.address_family, one.network, one.loopback) for one in body.targets])
    whole = _whole(body)
    return Minute(
        start_us=start_us,
        interval_us=interval_us,
        targets=body.targets,
        shape=shapes.setdefault(shape, len(shapes)),
        whole=whole,
        even=_even(body.targets, start_us, interval_us, rules) if whole else None,
    )


def chains(minutes: Iterable[Watched], aim: Aim, rules: LedgerRules) -> tuple[Chain, ...]:
    """Every chain of what `aim` takes, each sorted by time and cut wherever it was silent for too long."""
    return tuple(piece for one in minutes for piece in _pieces(_beats(one, aim, rules), rules))


def _whole(body: Reachability) -> bool:
    for target in body.targets:  # loops, not generators: a month has millions of samples
        for sample in target.samples:
            if sample.rtt_ms is None:
                return False
    return True


def _even(targets: Sequence[TargetMinute], start_us: int, interval_us: int, rules: LedgerRules) -> Beat | None:
    """One beat for all of a whole minute; None where the targets were not asked alike, or with a gap."""
    if not targets or not targets[0].samples:
        return None
    interval_ms = interval_us // 1000
    first_ms, last_ms = targets[0].samples[0].offset_ms, targets[0].samples[-1].offset_ms
    for target in targets:
        samples = target.samples
        if not samples or abs(samples[0].offset_ms - first_ms) > interval_ms:
            return None
        if abs(samples[-1].offset_ms - last_ms) > interval_ms or _has_gap(samples, rules.gap_intervals * interval_ms):
            return None
    count = min(len(target.samples) for target in targets)
    return Beat(start_us + first_ms * 1000, start_us + last_ms * 1000, Answer.ENOUGH, count, interval_us)


def _has_gap(samples: Sequence[Sample], limit_ms: int) -> bool:
    earlier_ms = samples[0].offset_ms
    for sample in samples:
        if sample.offset_ms - earlier_ms > limit_ms:
            return True
        earlier_ms = sample.offset_ms
    return False


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
    chosen: dict[int, tuple[int, ...]] = {}
    for minute in minutes:
        numbers = chosen.get(minute.shape)
        if numbers is None:
            taken = (number for number, target in enumerate(minute.targets) if aim.takes(target))
            chosen[minute.shape] = numbers = tuple(taken)
        if numbers and minute.even is not None:
            yield minute.even
        elif numbers:
            yield from _rounds(minute, [minute.targets[number] for number in numbers], aim, rules)


def _rounds(minute: Minute, targets: Sequence[TargetMinute], aim: Aim, rules: LedgerRules) -> Iterator[Beat]:
    """Each round as a beat of its own."""
    enough = min(rules.good_networks, len({aim.network(target) for target in targets}))
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
