from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from probe.backlog.condense import SLOT_S, condense, groups, is_whole
from probe.body.reachability import Reachability, Role
from probe.record import Record
from tests.build import AT, MINUTE, a_reachability_minute, a_record, a_target

ALL = "############"


def minutes(*answers: str, first: int = 1, start: timedelta = timedelta()) -> list[Record]:
    """On end from 09:00 on, each with its marks."""
    return [
        a_record(body=a_reachability_minute(answers=marks), at=AT + start + number * MINUTE, sequence=first + number)
        for number, marks in enumerate(answers)
    ]


def numbers(found: Sequence[Sequence[Record]]) -> list[list[int]]:
    return [[one.sequence for one in group] for group in found]


def body_of(record: Record) -> Reachability:
    assert isinstance(record.body, Reachability)
    return record.body


def test_a_minute_is_whole_if_everybody_was_asked_and_always_answered() -> None:
    assert is_whole(a_reachability_minute())
    assert not is_whole(a_reachability_minute(answers="#####.######"))
    assert not is_whole(a_reachability_minute(answers="#####-######"))
    assert not is_whole(a_reachability_minute(targets=0))
    assert not is_whole(Reachability(interval_s=5, targets=(a_target(), a_target(answers=" " * 12, target="b"))))


def test_whole_minutes_of_one_slot_become_one_and_the_ends_stay() -> None:
    assert numbers(groups(minutes(*[ALL] * 22))) == [list(range(2, 11)), list(range(11, 21))]


def test_a_minute_beside_a_missing_answer_stays() -> None:
    marks = [ALL] * 5 + ["####.#######"] + [ALL] * 6 + [ALL] * 10
    assert numbers(groups(minutes(*marks))) == [[2, 3, 4], [8, 9, 10], list(range(11, 21))]


def test_a_minute_beside_time_that_was_not_watched_stays() -> None:
    late = [*minutes(*[ALL] * 5), *minutes(*[ALL] * 16, first=6, start=5 * MINUTE + timedelta(seconds=1))]
    assert numbers(groups(late)) == [[2, 3, 4], [7, 8, 9, 10], list(range(11, 21))]


@pytest.mark.parametrize("change", ["boot", "interval", "targets", "synchronised"])
def test_what_one_record_says_once_is_the_same_in_all_of_its_minutes(change: str) -> None:
    every = minutes(*[ALL] * 22)
    changes: dict[str, Callable[[Record], Record]] = {
        "boot": lambda one: replace(
            one, started=replace(one.started, boot_id="b2"), ended=replace(one.ended, boot_id="b2")
        ),
        "interval": lambda one: replace(one, body=a_reachability_minute(answers=ALL * 5, interval_s=1)),
        "targets": lambda one: replace(one, body=a_reachability_minute(targets=2)),
        "synchronised": lambda one: replace(
            one, started=replace(one.started, synchronised=None), ended=replace(one.ended, synchronised=None)
        ),
    }
    changed = [*every[:5], *(changes[change](one) for one in every[5:])]
    for group in groups(changed):
        assert {one.sequence < 6 for one in group} in ({True}, {False})


def test_what_is_left_for_later_is_the_newest_slot() -> None:
    assert groups(minutes(*[ALL] * 10)) == ()
    assert groups([]) == ()


def test_condensed_minutes_keep_the_first_sample_of_each_and_the_last_of_all() -> None:
    group = minutes(*[ALL] * 22)[10:20]
    one = condense(group)
    body = body_of(one)
    assert (one.sequence, one.started, one.ended) == (11, group[0].started, group[-1].ended)
    assert one.ended.at - one.started.at <= timedelta(seconds=SLOT_S)
    for target in body.targets:
        assert [sample.offset_ms for sample in target.samples] == [*(60_000 * n for n in range(10)), 595_000]
    assert body.condensed is not None
    assert body.condensed.sequences == ((11, 20),)
    assert (body.condensed.minutes, body.condensed.interval_s, body.interval_s) == (10, 5, 60)
    assert [answers.count for answers in body.condensed.answers] == [120, 120, 120]
    assert groups([group[0], one, group[-1]]) == (), "it is not condensed again"


def test_the_round_trip_times_are_told_by_rank() -> None:
    target = a_target()
    slow = replace(target, samples=tuple(replace(one, rtt_ms=float(n)) for n, one in enumerate(target.samples)))
    body = Reachability(interval_s=5, targets=(slow,))
    every = [replace(one, body=body) for one in minutes(*[ALL] * 9)]
    answers = body_of(condense(every)).condensed
    assert answers is not None
    (times,) = answers.answers
    assert (times.least_ms, times.median_ms, times.p95_ms, times.p99_ms, times.most_ms) == (0, 5, 11, 11, 11)


def test_numbers_of_other_records_between_are_not_claimed() -> None:
    every = minutes(*[ALL] * 22)
    spread = [replace(one, sequence=one.sequence + (one.sequence > 14)) for one in every]
    (_, group) = groups(spread)
    condensed = body_of(condense(group)).condensed
    assert condensed is not None
    assert condensed.sequences == ((11, 14), (16, 21))


def test_a_gateways_minutes_are_condensed_with_the_others() -> None:
    both = Reachability(interval_s=5, targets=(a_target(), a_target(role=Role.GATEWAY, target="192.0.2.1")))
    group = [replace(one, body=both) for one in minutes(*[ALL] * 5)]
    assert [target.role for target in body_of(condense(group)).targets] == [Role.INTERNET, Role.GATEWAY]
