"""Pure. The interruptions of everything that watched, put together: several probes, several boots, gaps between.

Of several probes any that had answers is right. An interruption that one chain ends with and the next begins with is
one, with time that nobody watched inside. Knows nothing of causes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.clause import LedgerRules
from analysis.instants import Answer, Chain
from analysis.outage.machine import Cut, cuts
from analysis.outage.stretch import Stretch, joined, without


@dataclass(frozen=True, slots=True)
class Episode:
    """One interruption. `downs` sorted, apart, never empty. Edges as in `Cut`, over all that watched.

    `started`, `ended`: whether somebody watched the line change, so that no gap lies at that edge.
    """

    last_good_us: int | None
    downs: tuple[Stretch, ...]
    first_good_us: int | None
    started: bool
    ended: bool
    interrupted: bool

    @property
    def first_bad_us(self) -> int:
        """The first miss."""
        return self.downs[0][0]

    @property
    def last_bad_us(self) -> int:
        """The last miss."""
        return self.downs[-1][1]


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of one aim over time: `up` and `down`, sorted and apart, and the interruptions, in order."""

    up: tuple[Stretch, ...]
    down: tuple[Stretch, ...]
    episodes: tuple[Episode, ...]


def course(chains: Sequence[Chain], rules: LedgerRules, proofs: Iterable[Stretch] = ()) -> Course:
    """The course of what the chains watched. `proofs` as for `machine.cuts`."""
    proven = joined(proofs)
    by_chain = [(chain, cuts(chain, rules, proven)) for chain in chains]
    up: list[Stretch] = []
    for chain, own in by_chain:
        if any(beat.answer is not Answer.NONE for beat in chain):
            up.extend(without([(chain[0].start_us, chain[-1].end_us)], (down for cut in own for down in cut.downs)))
    all_up = joined(up)
    left = [(cut, without(cut.downs, all_up)) for _, own in by_chain for cut in own]
    kept = sorted(((cut, downs) for cut, downs in left if downs), key=lambda one: one[1])
    goods = _Goods.of(chains)
    return Course(
        up=tuple(all_up),
        down=tuple(joined(down for _, downs in kept for down in downs)),
        episodes=tuple(_episode(group, goods) for group in _grouped(kept, all_up)),
    )


@dataclass(frozen=True, slots=True)
class _Goods:
    """When answers began and ended to come, over all chains, each sorted."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, chains: Sequence[Chain]) -> "_Goods":
        good = [beat for chain in chains for beat in chain if beat.answer is not Answer.NONE]
        return cls(tuple(sorted(beat.start_us for beat in good)), tuple(sorted(beat.end_us for beat in good)))

    def before(self, at_us: int) -> int | None:
        number = bisect_right(self.ends, at_us)
        return self.ends[number - 1] if number else None

    def after(self, at_us: int) -> int | None:
        number = bisect_left(self.starts, at_us)
        return self.starts[number] if number < len(self.starts) else None


Found = tuple[Cut, list[Stretch]]  # an interruption, and what of it nobody else saw up


def _grouped(found: Sequence[Found], up: Sequence[Stretch]) -> list[list[Found]]:
    """Those that are one: seen by two probes at once, or on both sides of time that nobody watched."""
    groups: list[list[Found]] = []
    for one in found:
        if groups and _same(groups[-1], one, up):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _same(group: Sequence[Found], later: Found, up: Sequence[Stretch]) -> bool:
    end_us = max(downs[-1][1] for _, downs in group)
    cut, downs = later
    if downs[0][0] <= end_us:
        return True
    unfinished = any(one.first_good_us is None for one, own in group if own[-1][1] == end_us)
    return unfinished and cut.last_good_us is None and not _any_between(up, end_us, downs[0][0])


def _any_between(stretches: Sequence[Stretch], start_us: int, end_us: int) -> bool:
    number = bisect_right(stretches, (start_us, end_us))
    nearest = stretches[max(number - 1, 0) : number + 1]
    return any(start < end_us and end > start_us for start, end in nearest)


def _episode(group: Sequence[Found], goods: _Goods) -> Episode:
    downs = joined(down for _, own in group for down in own)
    first_us, last_us = downs[0][0], downs[-1][1]
    started = any(cut.last_good_us is not None for cut, own in group if own[0][0] == first_us)
    ends = [cut.first_good_us for cut, own in group if own[-1][1] == last_us and cut.first_good_us is not None]
    return Episode(
        last_good_us=goods.before(first_us),
        downs=tuple(downs),
        first_good_us=min(ends) if ends else goods.after(last_us),
        started=started,
        ended=bool(ends),
        interrupted=any(len(cut.downs) > 1 for cut, _ in group),
    )
