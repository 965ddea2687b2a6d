"""How often `speed.discrepancy` accuses a line over many days, by what its days are like, beside other rules.

    python -m bench.discrepancy_power [--runs 200] [--seed 1]

Prints the tables of docs/statistics.md. Days are those of `bench.wrong_accusation`. "By calls" and "by sum" are the two
bounds on the number of bad days, each with half of the error as in the rule. The German, Dutch and Italian rules decide
on all the period's tests, as many as the rule has.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analysis.discrepancy.bad_days import SurelyBad, surely_bad
from analysis.discrepancy.day_count import DayCount
from analysis.discrepancy.pattern import patterns
from bench.wrong_accusation import (
    ALLOWED,
    COMPLIANT_MIN,
    COUNTS,
    MINUTES,
    Flags,
    count_proves,
    day_below,
    dutch,
    german,
    italian,
    tested,
)

DAY_CONFIDENCE, CLAIM_CONFIDENCE, LEAST_DAYS = 0.95, 0.975, 3
Random = np.random.Generator
Below = Callable[[Random], Flags]


def kept(spell_min: int) -> Below:
    """Below for a minute less than allowed, in spells."""
    return lambda random: day_below(random, COMPLIANT_MIN, spell_min)


def clean(_: Random) -> Flags:
    """Never below."""
    return np.zeros(MINUTES, dtype=np.bool_)


def evening(hours: float) -> Below:
    """Below from 19:00 for so long."""

    def made(_: Random) -> Flags:
        below = np.zeros(MINUTES, dtype=np.bool_)
        below[19 * 60 : round((19 + hours) * 60)] = True
        return below

    return made


def scattered(share: float) -> Below:
    """Below for a share of the day, in spells of 45 minutes anywhere."""
    return lambda random: day_below(random, round(share * MINUTES), 45)


def never_kept(_: Random) -> Flags:
    """Below all day."""
    return np.ones(MINUTES, dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A period: `bad` of its `days`, at random places, are one way and the others another."""

    says: str
    days: int
    bad: int
    bad_day: Below
    other_day: Below


_BY_A_MINUTE = "others kept by a minute"


def every_day(says: str, below: Below, days: int = 30) -> Course:
    """All days alike."""
    return Course(says=says, days=days, bad=days, bad_day=below, other_day=clean)


def some_days(says: str, bad: int, below: Below, others: Below, days: int = 30) -> Course:
    """A few of one kind among others."""
    return Course(says=says, days=days, bad=bad, bad_day=below, other_day=others)


KEPT = (
    *(
        some_days(f"all kept by a minute, spells of {spell} min", 0, clean, kept(spell), days)
        for days in (7, 30, 90)
        for spell in (1, 15, 71)
    ),
    some_days(f"2 days of 6 h from 19:00, {_BY_A_MINUTE}", 2, evening(6), kept(15)),
    some_days(f"14 days of 24 h, {_BY_A_MINUTE}", 14, never_kept, kept(1)),
)
BROKEN = (
    every_day("every evening 2 h", evening(2)),
    every_day("every evening 3 h", evening(3), days=7),
    every_day("every evening 3 h", evening(3)),
    every_day("every evening 3 h", evening(3), days=90),
    some_days(f"22 evenings of 2 h, {_BY_A_MINUTE}", 22, evening(2), kept(15)),
    some_days(f"16 evenings of 3 h, {_BY_A_MINUTE}", 16, evening(3), kept(15)),
    some_days(f"8 evenings of 3 h, {_BY_A_MINUTE}", 8, evening(3), kept(15)),
    some_days("8 evenings of 3 h, others clean", 8, evening(3), clean),
    some_days(f"4 evenings of 3 h, {_BY_A_MINUTE}", 4, evening(3), kept(15)),
    every_day("every day 7.5 %, spells of 45 min", scattered(0.075)),
    every_day("every day 10 %, spells of 45 min", scattered(0.10)),
    every_day("every day 15 %, spells of 45 min", scattered(0.15), days=7),
    every_day("every day 15 %, spells of 45 min", scattered(0.15)),
)


def tests_of(random: Random, course: Course, count: int) -> Iterator[Flags]:
    """Day by day, whether each of `count` tests is below."""
    bad = set(random.choice(course.days, course.bad, replace=False).tolist())
    for number in range(course.days):
        below = course.bad_day(random) if number in bad else course.other_day(random)
        yield tested(random, below, count)


def accused(days: Sequence[DayCount], surely: int) -> bool:
    """As `speed.discrepancy` decides."""
    recurs = surely >= LEAST_DAYS and bool(patterns(days, LEAST_DAYS, 1 - CLAIM_CONFIDENCE))
    return surely >= max(LEAST_DAYS, -(-len(days) // 2)) or recurs


def bounds(days: Sequence[DayCount]) -> SurelyBad:
    """The two bounds, with the numbers of the profile."""
    return surely_bad(days, day_error=1 - DAY_CONFIDENCE, allowed_share=ALLOWED, confidence=CLAIM_CONFIDENCE)


def counted(number: int, flags: Flags) -> DayCount:
    """One day, all of its slots tested."""
    count, below = len(flags), int(flags.sum())
    return DayCount(
        on=date(2026, 11, 2) + timedelta(days=number),
        level_bps=1,
        slot_s=86_400 / count,
        slots=count,
        tested=count,
        below_count=below,
        is_bad=count_proves(below, count, DAY_CONFIDENCE),
        hours={hour: bool(2 * row.sum() >= len(row)) for hour, row in enumerate(flags.reshape(24, -1))},
    )


def decided(random: Random, course: Course, count: int) -> tuple[bool, ...]:
    """Of one period: the rule, by calls alone, by sum alone, German, Dutch, Italian."""
    flags = list(tests_of(random, course, count))
    days = [counted(number, one) for number, one in enumerate(flags)]
    surely = bounds(days)
    every = np.concatenate(flags).tolist()
    own = tuple(accused(days, one) for one in (surely.at_least, surely.by_calls, surely.by_sum))
    return (*own, german(every), dutch(every), italian(every))


def shares(course: Course, *, count: int, runs: int, seed: int) -> list[float]:
    """Of `runs` periods, the share accused by each of `decided`."""
    random = np.random.default_rng([seed, course.days, course.bad, count])
    return [float(share) for share in np.mean([decided(random, course, count) for _ in range(runs)], axis=0)]


def table(courses: Sequence[Course], runs: int, seed: int) -> None:
    columns = ("speed.discrepancy", "by calls alone", "by sum alone", "German", "Dutch", "Italian")
    print(f"| days | what they are like | tests a day | {' | '.join(columns)} |\n|---|---|---|" + "---|" * len(columns))
    for course in courses:
        for count in COUNTS:
            told = " | ".join(f"{100 * share:.1f}" for share in shares(course, count=count, runs=runs, seed=seed))
            print(f"| {course.days} | {course.says} | {count} | {told} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("No discrepancy: per cent of periods accused\n")
    table(KEPT, given.runs, given.seed)
    print("\nDiscrepancies: per cent of periods found\n")
    table(BROKEN, given.runs, given.seed)


if __name__ == "__main__":
    main()
