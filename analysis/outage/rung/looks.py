"""Pure. What the probes of a line saw, sorted by time, to be asked for any stretch of it.

Knows nothing of what it means.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from analysis.instants import Minute, Watched
from analysis.outage.aim import NOT_ASKED
from analysis.outage.boot import Boot
from probe.body.reachability import Sample, TargetMinute
from probe.body.rung import LinkSeen, PathSeen, RouterSeen

_Body = TypeVar("_Body", LinkSeen, RouterSeen, PathSeen)


@dataclass(frozen=True, slots=True)
class Look(Generic[_Body]):
    """One look of one probe; it began at `start_us` and what it says is of `at_us`, its end."""

    start_us: int
    at_us: int
    probe: str
    seen: _Body


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was asked, and how often it answered."""

    asked: int = 0
    answered: int = 0

    def and_one(self, answered: bool) -> "Count":  # noqa: FBT001  a count of yes and no
        """One question more."""
        return Count(self.asked + 1, self.answered + answered)

    def __str__(self) -> str:
        return f"{self.answered}/{self.asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Everything of all probes, each sorted by time. `longest_us`: of any minute."""

    minutes: tuple[tuple[str, Minute], ...]
    links: tuple[Look[LinkSeen], ...]
    routers: tuple[Look[RouterSeen], ...]
    paths: tuple[Look[PathSeen], ...]
    longest_us: int

    @classmethod
    def of(cls, boots: Sequence[Boot], minutes: Sequence[Watched]) -> "Looks":
        """From the records of one line; `minutes` are those of each boot."""
        sorted_minutes = sorted(
            ((boot.probe, minute) for boot, own in zip(boots, minutes, strict=True) for minute in own),
            key=lambda one: one[1].start_us,
        )
        return cls(
            minutes=tuple(sorted_minutes),
            links=_looks(boots, LinkSeen),
            routers=_looks(boots, RouterSeen),
            paths=_looks(boots, PathSeen),
            longest_us=max((_length_us(minute) for _, minute in sorted_minutes), default=0),
        )

    def probes(self, start_us: int, end_us: int) -> set[str]:
        """Which probes asked anything in [start_us, end_us]."""
        return {probe for probe, _ in self._minutes(start_us, end_us)}

    def counts(
        self, takes: Callable[[TargetMinute], bool], start_us: int, end_us: int, key: Callable[[TargetMinute], str]
    ) -> dict[str, Count]:
        """Questions to the targets that `takes` chooses, asked in [start_us, end_us], by `key`."""
        counts: dict[str, Count] = {}
        for minute, target, sample in self._samples(takes, start_us, end_us):
            at_us = minute.start_us + sample.offset_ms * 1000
            if start_us <= at_us <= end_us and sample.no_answer not in NOT_ASKED:
                name = key(target)
                counts[name] = counts.get(name, Count()).and_one(sample.rtt_ms is not None)
        return counts

    def _samples(
        self, takes: Callable[[TargetMinute], bool], start_us: int, end_us: int
    ) -> Iterator[tuple[Minute, TargetMinute, Sample]]:
        for _, minute in self._minutes(start_us, end_us):
            for target in minute.targets:
                if takes(target):
                    for sample in target.samples:
                        yield minute, target, sample

    def _minutes(self, start_us: int, end_us: int) -> Sequence[tuple[str, Minute]]:
        first = bisect_left(self.minutes, start_us - self.longest_us, key=lambda one: one[1].start_us)
        return self.minutes[first : bisect_right(self.minutes, end_us, key=lambda one: one[1].start_us)]


def between(looks: Iterable[Look[_Body]], start_us: int, end_us: int) -> list[Look[_Body]]:
    """Those that say something of [start_us, end_us]."""
    return [look for look in looks if look.start_us <= end_us and look.at_us >= start_us]


def _looks(boots: Iterable[Boot], wanted: type[_Body]) -> tuple[Look[_Body], ...]:
    found = [
        Look(
            start_us,
            start_us + max(record.ended.monotonic_ns - record.started.monotonic_ns, 0) // 1000,
            boot.probe,
            record.body,
        )
        for boot in boots
        for record, start_us in zip(boot.records, boot.starts_us, strict=True)
        if isinstance(record.body, wanted)
    ]
    return tuple(sorted(found, key=lambda look: (look.at_us, look.start_us, look.probe)))


def _length_us(minute: Minute) -> int:
    return max((target.samples[-1].offset_ms for target in minute.targets if target.samples), default=0) * 1000
