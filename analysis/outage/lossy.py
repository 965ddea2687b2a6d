"""Pure. Stretches in which answers were missing here and there: loss, which is no interruption.

A network that is dark altogether is none of it, nor is one that loses alone. Knows nothing of causes.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.clause import LedgerRules
from analysis.instants import Minute, Watched
from analysis.outage.aim import NOT_ASKED, Aim, family_of
from analysis.outage.outage import Loss
from analysis.outage.rung.looks import Count
from analysis.outage.stretch import Stretch, period_of
from probe.body.reachability import ProbeMethod

_US_PER_S = 1_000_000
Asked = tuple[int, str, bool, bool]  # when, whom and of which family, by ICMP, answered


@dataclass(frozen=True, slots=True)
class _Window:
    """One window that lost too much: its time, and what was asked and answered in all of it."""

    stretch: Stretch
    count: Count
    icmp_alone: bool


def losses(
    line: str, minutes: Sequence[Watched], aim: Aim, cuts: Sequence[Stretch], rules: LedgerRules
) -> tuple[Loss, ...]:
    """The lossy stretches outside `cuts`, in order; windows that overlap are one stretch."""
    found = sorted(
        (window for one in minutes for window in _windows(_asked(one, aim, rules), rules)),
        key=lambda window: window.stretch,
    )
    clear = [window for window in found if not any(_overlap(window.stretch, cut) for cut in cuts)]
    groups: list[list[_Window]] = []
    for window in clear:
        if groups and window.stretch[0] <= groups[-1][-1].stretch[1]:
            groups[-1].append(window)
        else:
            groups.append([window])
    return tuple(_loss(line, group) for group in groups)


def _asked(minutes: Watched, aim: Aim, rules: LedgerRules) -> Iterator[Asked]:
    """The questions of minutes that may be lossy, and of those beside them."""
    suspects = [_may_be_lossy(minutes[max(number - 1, 0) : number + 1], aim, rules) for number in range(len(minutes))]
    for number, minute in enumerate(minutes):
        if any(suspects[number : number + 2]):
            yield from _questions(minute, aim)


def _may_be_lossy(pair: Sequence[Minute], aim: Aim, rules: LedgerRules) -> bool:
    """Whether two minutes on end missed twice in as many networks as loss needs: most did not, and are left at that."""
    missed: dict[str, int] = {}
    for minute in pair:
        if not any(minute.misses):
            continue
        for target, misses, outcome in zip(minute.targets, minute.misses, minute.outcomes, strict=True):
            if misses and outcome is None and aim.takes(target):
                name = aim.network(target)
                missed[name] = missed.get(name, 0) + misses
    return bool(missed) and sum(misses > 1 for misses in missed.values()) >= min(
        rules.good_networks, _speaking(pair, aim)
    )


def _speaking(pair: Sequence[Minute], aim: Aim) -> int:
    """How many networks gave any answer."""
    return len(
        {
            aim.network(target)
            for minute in pair
            for target, misses in zip(minute.targets, minute.misses, strict=True)
            if misses < len(target.samples) and aim.takes(target)
        }
    )


def _questions(minute: Minute, aim: Aim) -> Iterator[Asked]:
    asked = [
        (
            minute.start_us + sample.offset_ms * 1000,
            f"{aim.network(one)} {family_of(one)}",
            one.method is ProbeMethod.ICMP,
            sample,
        )
        for one in minute.targets
        if aim.takes(one)
        for sample in one.samples
        if sample.no_answer not in NOT_ASKED
    ]
    for at_us, whom, icmp, sample in sorted(asked, key=lambda question: question[0]):
        yield at_us, whom, icmp, sample.rtt_ms is not None


def _windows(asked: Iterator[Asked], rules: LedgerRules) -> Iterator[_Window]:
    """Every window that ends with a question and lost too much."""
    window: deque[Asked] = deque()
    tally: dict[tuple[str, bool], Count] = {}
    for question in asked:
        while window and question[0] - window[0][0] >= rules.loss_window_s * _US_PER_S:
            _count(tally, window.popleft(), -1)
        window.append(question)
        _count(tally, question, 1)
        if question[3] or question[0] - window[0][0] < rules.loss_window_s * _US_PER_S * 3 // 4:
            continue  # one that ends with an answer lost no more than the one before; a short one tells too little
        lossy = [key for key, count in tally.items() if _is_lossy(count, rules)]
        speaking = [key for key, count in tally.items() if count.answered]
        if lossy and len(lossy) >= min(rules.good_networks, len(speaking)):
            others = [key for key in speaking if not key[1] and key not in lossy]
            whole = Count(len(window), sum(answered for *_, answered in window))
            yield _Window((window[0][0], question[0]), whole, all(icmp for _, icmp in lossy) and bool(others))


def _count(tally: dict[tuple[str, bool], Count], question: Asked, by: int) -> None:
    key = question[1], question[2]
    old = tally.get(key, Count())
    tally[key] = Count(old.asked + by, old.answered + by * question[3])


def _is_lossy(count: Count, rules: LedgerRules) -> bool:
    return count.answered > 0 and (count.asked - count.answered) * 100 >= rules.loss_percent * count.asked


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and one[1] > other[0]


def _loss(line: str, group: Sequence[_Window]) -> Loss:
    worst = max(group, key=lambda window: window.count.asked - window.count.answered)
    return Loss(
        line=line,
        period=period_of((group[0].stretch[0], max(window.stretch[1] for window in group))),
        asked_count=worst.count.asked,
        answered_count=worst.count.answered,
        icmp_alone=all(window.icmp_alone for window in group),
    )
