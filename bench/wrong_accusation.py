"""How often the speed rules accuse a line that keeps its promise, and how often they find one that does not.

    python -m bench.wrong_accusation [--runs 2000] [--seed 1]

Prints the tables of docs/statistics.md. A day is simulated to the minute: a stated part of it is below, in spells of a
stated length at random places, and one test falls at a random moment of each equal slot. The German, Dutch and Italian
rules decide from `analysis/country`, on as many tests a day. No extra tests: `bench.two_phase_power` has those.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import numpy as np
import numpy.typing as npt

from analysis.country import comparator
from analysis.country.statistic import STATISTICS, Statistic
from analysis.country.trial import Trial
from analysis.speed.evidence import Standing
from analysis.speed.run import length_needed, longest_below
from analysis.speed.share import day_at_least

MINUTES, ALLOWED, COMPLIANT_MIN = 1440, 0.05, 71
BREACH_CONFIDENCE, RUN_ERROR, TWO_PHASE_ERROR = 0.965, 0.005, 0.01
COUNTS, SPELLS_MIN, WORSE_MIN = (24, 48, 96), (1, 5, 15, 71), (144, 216, 288, 432)
_START = datetime(2026, 11, 2, tzinfo=UTC)
Flags = npt.NDArray[np.bool_]
Rule = Callable[[Sequence[bool]], bool]


def day_below(random: np.random.Generator, total_min: int, spell_min: int) -> Flags:
    """Minute by minute: `total_min` below in spells of `spell_min` at random places, none of which overlap."""
    below = np.zeros(MINUTES, dtype=np.bool_)
    left = total_min
    while left:
        stretch = (random.integers(MINUTES) + np.arange(min(spell_min, left))) % MINUTES
        if not below[stretch].any():
            below[stretch] = True
            left -= len(stretch)
    return below


def tested(random: np.random.Generator, below: Flags, count: int) -> Flags:
    """One test at a random moment of each of `count` slots: whether it is below."""
    width = MINUTES / count
    moments = ((np.arange(count) + random.random(count)) * width).astype(int)
    return np.asarray(below[moments], dtype=np.bool_)


def by_count(flags: Sequence[bool]) -> bool:
    """`speed.normal` by the exact limit alone."""
    return count_proves(sum(flags), len(flags), BREACH_CONFIDENCE)


def by_run(flags: Sequence[bool]) -> bool:
    """By the longest run alone."""
    standings = [Standing.BELOW if flag else Standing.REACHED for flag in flags]
    return longest_below(standings) >= length_needed(ALLOWED * len(flags), RUN_ERROR)


def either(flags: Sequence[bool]) -> bool:
    """`speed.normal` as it is."""
    return by_count(flags) or by_run(flags)


def naive(flags: Sequence[bool]) -> bool:
    """More than 5 % of the tests: no rule of anybody's, what a spreadsheet would say."""
    return sum(flags) > ALLOWED * len(flags)


def german(flags: Sequence[bool]) -> bool:
    """`de-2021.normal`: fewer than 90 % of the tests reach it."""
    return _country("de-2021", "de-2021.normal", flags)


def dutch(flags: Sequence[bool]) -> bool:
    """`nl-acm.normal`: fewer than 80 % of the tests reach it."""
    return _country("nl-acm", "nl-acm.normal", flags)


def italian(flags: Sequence[bool]) -> bool:
    """`it-nemesys.minimum`: the 5 % quantile is below it. A rule for the minimum, held here against this speed."""
    return _country("it-nemesys", "it-nemesys.minimum", flags)


RULES: dict[str, Rule] = {
    "speed.normal": either,
    "count alone": by_count,
    "run alone": by_run,
    "naive": naive,
    "German": german,
    "Dutch": dutch,
    "Italian": italian,
}


@cache
def count_proves(below: int, count: int, confidence: float) -> bool:
    """Whether the exact lower limit is above what is allowed."""
    return day_at_least(below, count, count, confidence) > ALLOWED


def _country(profile: str, rule_id: str, flags: Sequence[bool]) -> bool:
    return _of_share(profile, rule_id, sum(flags), len(flags))


@cache
def _of_share(profile: str, rule_id: str, below: int, count: int) -> bool:
    """These statistics take tests in any order: how many were below is all."""
    decide, numbers = _decider(profile, rule_id)
    trials = [
        Trial(record_id="", at=_START, local=_START, bps=99 if n < below else 100, idle_rtt_ms=None)
        for n in range(count)
    ]
    return decide(trials, 100, numbers).broken is True


@cache
def _decider(profile: str, rule_id: str) -> tuple[Statistic, dict[str, float]]:
    rule = comparator.load(profile).profile.rule(rule_id, _START.date())
    assert rule is not None
    numbers = {name: float(one.value) for name, one in rule.parameters.items() if isinstance(one.value, int | Decimal)}
    return STATISTICS[str(rule.parameters["statistic"].value)], numbers


def share_accused(rule: Rule, *, total_min: int, spell_min: int, count: int, runs: int, seed: int) -> float:
    """Of `runs` days."""
    random = np.random.default_rng([seed, total_min, spell_min, count])
    days = (tested(random, day_below(random, total_min, spell_min), count).tolist() for _ in range(runs))
    return sum(rule(day) for day in days) / runs


def table_of_days(runs: int, seed: int, totals_min: Sequence[int], spells_min: Sequence[int | None]) -> None:
    """A row for each number of tests, time below and spell (None: all of it in one); a column for each rule."""
    print(f"| tests a day | below | spells | {' | '.join(RULES)} |\n|---|---|---|" + "---|" * len(RULES))
    for count in COUNTS:
        for total_min in totals_min:
            for spell_min in spells_min:
                shares = (
                    share_accused(
                        rule, total_min=total_min, spell_min=spell_min or total_min, count=count, runs=runs, seed=seed
                    )
                    for rule in RULES.values()
                )
                told = " | ".join(f"{100 * share:.1f}" for share in shares)
                print(
                    f"| {count} | {100 * total_min / MINUTES:.1f} % | {spell_min or total_min} min | {told} |",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("Wrong accusations, per cent of days that keep the promise\n")
    table_of_days(given.runs, given.seed, (COMPLIANT_MIN,), SPELLS_MIN)
    print("\nBreaches found, per cent of days that break it\n")
    table_of_days(given.runs, given.seed, WORSE_MIN, (45, None))


if __name__ == "__main__":
    main()
