from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from probe.body.reachability import NoAnswer, ProbeMethod, Role
from probe.reach.book import Book, Watched
from probe.reach.minute import ANSWER_WITHIN_S, Whom, interrupted
from probe.record import Stamp
from tests.build import AT, a_stamp

WHOM = Whom("192.0.2.1", Role.GATEWAY, ProbeMethod.ICMP, loopback=False)


@dataclass(frozen=True)
class Step:
    """Time goes on, perhaps a clock jumps; a question is asked; an older one is settled."""

    passed_ms: int
    jump_ms: int
    answers: int | None


steps = st.lists(
    st.builds(
        Step,
        passed_ms=st.sampled_from([200, 500, 1000, 1000, 1000, 4000, 5000, 20_000]),
        jump_ms=st.sampled_from([0] * 20 + [500, -500, 900, -900, 90_000, -90_000]),
        answers=st.none() | st.integers(0, 40),
    ),
    max_size=200,
)


def later(stamp: Stamp, step: Step) -> Stamp:
    return replace(
        stamp,
        at=stamp.at + timedelta(milliseconds=step.passed_ms + step.jump_ms),
        monotonic_ns=stamp.monotonic_ns + step.passed_ms * 1_000_000,
    )


def lived(way: list[Step]) -> tuple[list[Watched], list[Stamp], dict[int, int]]:
    """What came out, every look at the clocks, and each question's time."""
    now = a_stamp(at=AT + timedelta(seconds=7))
    book = Book(now, interval_s=5)
    out: list[Watched] = []
    looked, asked = [now], {}
    for step in way:
        now = later(now, step)
        looked.append(now)
        out += book.look(now)
        asked[book.ask(WHOM, asked_ns=now.monotonic_ns)] = now.monotonic_ns
        if step.answers is not None:
            book.settle(len(asked) - step.answers, 1.0)
    now = later(now, Step(100, 0, None))
    looked.append(now)
    out += book.finish(now)
    return out, looked, asked


@given(way=steps)
def test_stretches_follow_one_another_and_leave_out_only_the_breaks(way: list[Step]) -> None:
    out, looked, _ = lived(way)
    watched_ns = sum(one.window.ended.monotonic_ns - one.window.started.monotonic_ns for one in out)
    breaks_ns = sum(b.monotonic_ns - a.monotonic_ns for a, b in pairwise(looked) if interrupted(a, b))
    whole_ns = looked[-1].monotonic_ns - looked[0].monotonic_ns
    stood_still_ns = sum(b.monotonic_ns - a.monotonic_ns for a, b in pairwise(looked) if a.at == b.at)
    assert whole_ns - breaks_ns - stood_still_ns <= watched_ns <= whole_ns - breaks_ns
    for before, after in pairwise(out):
        assert before.window.ended.monotonic_ns <= after.window.started.monotonic_ns


@given(way=steps)
def test_no_stretch_is_longer_than_its_minute(way: list[Step]) -> None:
    for one in lived(way)[0]:
        started, ended = one.window.started, one.window.ended
        assert timedelta(0) < ended.at - started.at <= timedelta(minutes=1)
        assert started.monotonic_ns < ended.monotonic_ns
        assert started.at.replace(second=0, microsecond=0) == (ended.at - timedelta(microseconds=1)).replace(
            second=0, microsecond=0
        )


@given(way=steps)
def test_every_sample_was_asked_and_is_told_once(way: list[Step]) -> None:
    out, _, asked = lived(way)
    told = [
        one.window.started.monotonic_ns // 1_000_000 + sample.offset_ms
        for one in out
        for target in one.body.targets
        for sample in target.samples
    ]
    assert len(told) == len(set(told))
    assert set(told) <= {asked_ns // 1_000_000 for asked_ns in asked.values()}


@given(way=steps)
def test_nothing_times_out_that_was_not_listened_for(way: list[Step]) -> None:
    out, looked, _ = lived(way)
    breaks = [(a.monotonic_ns, b.monotonic_ns) for a, b in pairwise(looked) if interrupted(a, b)]
    breaks.append((looked[-1].monotonic_ns, looked[-1].monotonic_ns + 1))
    for one in out:
        for target in one.body.targets:
            for sample in target.samples:
                if sample.no_answer is NoAnswer.TIMED_OUT:
                    asked_ns = one.window.started.monotonic_ns + sample.offset_ms * 1_000_000
                    until_ns = asked_ns + int(ANSWER_WITHIN_S * 1e9)
                    assert not any(asked_ns < end and until_ns - 1_000_000 > start for start, end in breaks)
